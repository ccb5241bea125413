"""What goes wrong around Teller: the model, the bank's database, MLflow, the line to Slack, jobs that were missed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.blocks.alert import Alert
from bot.blocks.instants import length_words
from jobs.schedule import Firing
from jobs.watch import Sight, Watch, Watcher
from tracking.alarm import Limits, Seen
from tracking.ledger import Ledger
from tracking.mishaps import failures, undelivered_since, unheard

WINDOW = timedelta(minutes=15)
MODEL = ("ModelTookTooLong", "ModelBusy", "ModelAway", "ModelTurnedUsAway")
BANK = ("Unreachable",)
DAY = timedelta(days=1)


Answers = Callable[[], bool]
"""`bank.door.Bank.answers`: whether the bank's database can be reached now."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can fail. `look` gives a number at an instant and says it in words; above `limit` is trouble."""

    name: str
    title: str
    calm: str
    limit: float
    look: Callable[[Ledger, datetime], tuple[float | None, str]]


def model(ledger: Ledger, at: datetime) -> tuple[float, str]:
    """How many questions the model's endpoint has left without an answer."""
    return _failed(ledger, at, MODEL, "The model's endpoint failed")


def bank(answers: Answers, ledger: Ledger, at: datetime) -> tuple[float, str]:
    """How many questions found no database; and whether it answers now, since at night nobody asks."""
    failed, said = _failed(ledger, at, BANK, "The bank's database could not be reached")
    if answers():
        return failed, f"{said} It answers now."
    return failed + 1, f"The bank's database does not answer. {said}"


def mlflow(ledger: Ledger, at: datetime) -> tuple[float, str]:
    """For how many minutes MLflow has not been told something."""
    since = undelivered_since(ledger)
    waits = max(timedelta(), at - since) if since is not None else timedelta()
    if not waits:
        return 0, "Nothing waits to be written there."
    said = f"Answers and votes wait since {length_words(waits)} to be written there."
    return waits / timedelta(minutes=1), f"{said} Nothing is lost: the ledger holds everything."


def slack(ledger: Ledger, at: datetime) -> tuple[float | None, str]:
    """For how many minutes no bot has heard Slack; None where none ever has."""
    silent = unheard(ledger, at)
    if silent is None:
        return None, ""
    return silent / timedelta(minutes=1), f"No bot has heard anything from Slack for {length_words(silent)}."


def missed(ledger: Ledger, at: datetime) -> tuple[float, str]:
    """How many firings of the last day failed for good or were missed; a check of alerts that is late is no loss."""
    found = [fired for fired in ledger.ended(at - DAY, "failed", "skipped") if fired.job not in CHECKS]
    names = ", ".join(f"{fired.job} of {fired.run_at:%d %b %H:%M} UTC" for fired in found[:10])
    return len(found), f"Not done in the last 24 h: {names}." if found else "Every job of the last 24 h was done."


def _failed(ledger: Ledger, at: datetime, errors: Sequence[str], what: str) -> tuple[float, str]:
    number = failures(ledger, at - WINDOW, at, errors)
    return number, f"{what} for {number} of the questions of the last {length_words(WINDOW)}."


CHECKS = ("threshold-alerts", "health-alerts", "unusual-changes")


def every_part(answers: Answers) -> tuple[Part, ...]:
    """All that is looked at. What the ledger does not tell is only whether the bank's database answers."""
    return (
        Part("model", "The model does not answer", "The model answers again", 2, model),
        Part(
            "bank",
            "The bank's database cannot be reached",
            "The bank's database answers again",
            0,
            partial(bank, answers),
        ),
        Part("mlflow", "MLflow is behind", "MLflow is up to date again", 15, mlflow),
        Part("slack", "The line to Slack is down", "The line to Slack is up again", 3, slack),
        Part("jobs", "A job was missed", "No job was missed in the last 24 h", 0, missed),
    )


class HealthAlerts:
    """Checks each part, at the same instant."""

    def __init__(self, ledger: Ledger, watcher: Watcher, channel: str, quiet: timedelta, parts: Sequence[Part]) -> None:
        self._ledger = ledger
        self._watcher = watcher
        self._channel = channel
        self._quiet = quiet
        self._parts = parts

    async def check(self, firing: Firing) -> None:
        """Looks at every part; one that cannot be looked at does not keep back the others."""
        await self._watcher.check_all([self._watch(part) for part in self._parts], firing.due)

    def _watch(self, part: Part) -> Watch:
        limits = Limits(part.limit, part.limit / 2, above=True, worse=max(2.0, 4 * part.limit), quiet=self._quiet)

        async def look(at: datetime) -> Sight:
            value, words = await asyncio.to_thread(part.look, self._ledger, at)
            return Sight(Seen(value), Alert(part.title, part.calm, (words,)))

        return Watch(f"health {part.name}", self._channel, limits, look)
