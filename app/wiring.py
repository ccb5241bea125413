"""Where things are made: settings in; the bank, the ledger, the one way of a question and MLflow out.

The two processes that run for long are put together in `app/wiring_bot.py` and `app/wiring_jobs.py`.
"""

import asyncio
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.sample import make_sample_bank
from app.settings import ROOT, Settings
from bank import catalogue as catalogues
from bank import policy as policies
from bank.audit import Audit
from bank.catalogue import Catalogue
from bank.door import Bank
from bank.person import Person
from bank.policy import Policy
from bot.answering import Answering, Askers, AtATerminal
from bot.people import People
from bot.posting import Poster, make_client
from bot.steps import Watched
from generators.contract import Approach, Budget
from generators.pattern.fresh import FreshPatternMatch
from generators.router import Router
from jobs import golden
from jobs.golden import Golden
from tracking.ledger import Ledger
from tracking.tracker import Tracker

if TYPE_CHECKING:
    from app.evaluate import Measured
    from app.unfinished import TwoWithAModel, Unfinished
    from tracking.importing import Imported
    from tracking.mlflow_store import MlflowStore, Reader


def catalogue(settings: Settings) -> Catalogue:
    return catalogues.load(settings.catalogue_path)


@contextmanager
def bank(settings: Settings) -> Iterator[Bank]:
    """The bank's open door: with the policy that is set, and every look on record."""
    make_sample_bank(settings)
    with audit(settings) as record, closing(_door(settings, record)) as door:
        yield door


def _door(settings: Settings, record: Audit | None, policy: Policy | None = None) -> Bank:
    known = catalogue(settings)  # without one there is nothing to have a policy for
    return Bank.open(
        settings.database_url,
        known,
        policy or policies.load(settings.policy_path),
        time_limit=settings.time_limit,
        row_cap=settings.row_cap,
        mask_key=mask_key(settings),
        audit=record,
    )


@contextmanager
def audit(settings: Settings) -> Iterator[Audit]:
    """The record of every look at the bank."""
    with closing(Audit.open(settings.audit_url, settings.audit_key.get_secret_value())) as opened:
        yield opened


def mask_key(settings: Settings) -> str:
    """The secret behind pseudonyms: kept, since with another one every pseudonym would change."""
    if given := settings.mask_key.get_secret_value():
        return given
    file = settings.home / "mask.key"
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
        made.write(secrets.token_hex(16))
    return file.read_text()


@contextmanager
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = Ledger.open(settings.ledger_url)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def answering(settings: Settings, remembered: Ledger, askers: Askers | None = None) -> Iterator[Answering]:
    """The one way of a question, over the bank that is set. Without `askers` it is for a terminal."""
    with bank(settings) as door:
        match = FreshPatternMatch(door)
        a_day = Budget(settings.model_tokens_a_day or None, settings.model_cost_a_day or None)
        route, at_once, rows = router(settings, door, match), settings.at_once, settings.preview_rows
        way = Answering(remembered, route, door, at_once, rows, askers, match.next, a_day)
        try:
            yield way
        finally:
            way.close()


def router(settings: Settings, door: Bank, match: FreshPatternMatch, two: "TwoWithAModel | None" = None) -> Router:
    """Pattern Match always; the two that need a model only where one is named."""
    pattern, two = Watched(match, Approach.PATTERN), two or with_a_model(settings, door, match)
    if two is None:
        return Router(pattern)
    return Router(pattern, Watched(two[0], Approach.AI), Watched(two[1], Approach.AGENTS))


def with_a_model(settings: Settings, door: Bank, match: FreshPatternMatch) -> "TwoWithAModel | None":
    """AI-Powered and AutoGen Multi-Agent, or None where no model is named. Their imports take a second."""
    if not settings.model_name:
        return None
    from generators.agents.team import AutoGenTeam
    from generators.ai.budget import Limits
    from generators.ai.examples import Examples
    from generators.ai.generator import AIPowered
    from generators.ai.model import Model, Prices
    from generators.ai.workbench import Workbench

    model = Model(
        settings.model_url,
        settings.model_name,
        settings.model_key.get_secret_value(),
        settings.model_seconds,
        Prices(settings.model_prompt_price, settings.model_completion_price),
        Limits(settings.model_calls, settings.model_tokens, settings.model_cost),
    )
    bench = Workbench(door.catalogue, door.dialect, model, match.seen_by, Examples.load(settings.examples_path))
    return AIPowered(bench), AutoGenTeam(bench)


def slack_people(settings: Settings, poster: Poster) -> People:
    """Who people in Slack are, with what the policy goes by."""
    rules = policies.load(settings.policy_path)
    return People(poster.client, emails=rules.asks_for_email, groups=rules.groups, rest=bool(rules.everybody_else))


async def somebody(settings: Settings, door: Bank, who: str) -> Person:
    """A person by what an operator calls them; Slack is asked only where the policy needs to know more of an id."""
    rules = door.rights.policy
    asks = rules.asks_for_email or rules.groups or rules.everybody_else
    if who.startswith("U") and asks and settings.slack_bot_token.get_secret_value():
        client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        return await slack_people(settings, Poster(client)).person(who)
    return await AtATerminal().person(who)


def golden_files(settings: Settings, path: Path | None) -> list[Golden]:
    """The golden questions over the bank that is set; raises `BadGolden` where there are none."""
    found = [golden.load(file) for file in golden.find(path or ROOT / "tests" / "golden")]
    fitting = [file for file in found if file.bank in ("", settings.catalogue)]
    if not fitting:
        others = ", ".join(sorted({file.bank for file in found}))
        raise golden.BadGolden(f"These golden questions are over {others}; give --catalogue and --database for it.")
    return fitting


async def evaluate(
    settings: Settings,
    files: Sequence[Golden],
    approaches: Sequence[str],
    unfinished: "Unfinished",
    say: Callable[[str], None],
) -> list["Measured"]:
    """Every file by every approach; says first what a model will cost. The ledger lives only as long as this: nothing of it
    is ever counted."""
    from app.ask import this_person
    from app.evaluate import measure
    from app.unfinished import estimate
    from jobs.evaluation import Evaluation

    make_sample_bank(settings)
    whole = settings.model_copy(update={"row_cap": 100_000})  # rows are compared, so all of them are needed
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(_door(whole, None, Policy.open_to_all())) as door,  # the questions are nobody's
        closing(Ledger.open(f"sqlite:///{folder}/ledger.db")) as remembered,
    ):
        match = FreshPatternMatch(door)
        two = with_a_model(whole, door, match)
        for sentence in await estimate(files, approaches, unfinished, two) if two else ():
            say(sentence)
        with closing(Answering(remembered, router(whole, door, match, two), door, whole.at_once)) as way:
            return [
                await measure(Evaluation(way, door, this_person(), approach), approach, file, unfinished)
                for approach in approaches
                for file in files
            ]


def log_evaluation(settings: Settings, measured: Sequence["Measured"]) -> bool:
    """One run for each file and approach, beside the bankers' questions; whether MLflow could be reached."""
    from app.evaluate import case_lines

    store = mlflow_store(settings, f"{settings.mlflow_experiment_name}_evaluation")
    from tracking.mlflow_store.evaluations import put_evaluation

    for one in measured:
        params = {"approach": one.approach, "golden": one.golden.name, "bank": settings.catalogue}
        if not put_evaluation(store, f"{one.golden.name} {one.approach}", params, one.metrics, case_lines(one.score)):
            return False
    return True


def mlflow_store(settings: Settings, experiment: str | None = None) -> "MlflowStore":
    """The copy in MLflow. Its import takes seconds, so only the commands that need it pay for it."""
    _prepare_mlflow()
    from tracking.mlflow_store import MlflowStore

    return MlflowStore(settings.mlflow_uri, experiment or settings.mlflow_experiment_name)


def mlflow_reader(settings: Settings) -> "Reader":
    """What MLflow holds, to be compared with the ledger."""
    _prepare_mlflow()
    from tracking.mlflow_store import Reader

    return Reader(settings.mlflow_uri, settings.mlflow_experiment_name)


def import_runs(settings: Settings, source: str, experiment: str, remembered: Ledger) -> "Imported":
    """Takes the runs of an older system into the ledger."""
    _prepare_mlflow()
    from tracking.importing import take_over
    from tracking.mlflow_store import old_runs

    same = source.rstrip("/") == settings.mlflow_uri.rstrip("/") and experiment == settings.mlflow_experiment_name
    return take_over(remembered, old_runs(source, experiment), same)


def _prepare_mlflow() -> None:
    """Read by mlflow at import; a retry of its own would make a second run when a reply is lost."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")


def tracker(settings: Settings) -> Tracker:
    """What a notebook asks for numbers; its ledger stays open as long as the notebook does."""
    return Tracker(Ledger.open(settings.ledger_url))


def stop_on_signals() -> asyncio.Event:
    """An event that is set when this process is told to end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def mlflow_server(settings: Settings, port: int) -> list[str]:
    """The command for MLflow's own server: one worker, which is six times quicker than the default four."""
    os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    address = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    return [sys.executable, "-m", "mlflow", "server", *address, "--backend-store-uri", settings.mlflow_uri]
