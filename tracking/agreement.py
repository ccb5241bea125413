"""Whether MLflow holds what the ledger says: counts and ratings of every run in a period, a sample field by field."""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from tracking.ledger import Ledger
from tracking.records import Entry, Vote
from tracking.run import Run, run_of
from tracking.schema import questions
from tracking.votes import latest_comment

_BATCH = 1_000


class Stored(Protocol):
    """One run as MLflow has it; NaN metrics are left out."""

    @property
    def run_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def question_id(self) -> str: ...
    @property
    def params(self) -> Mapping[str, str]: ...
    @property
    def metrics(self) -> Mapping[str, float]: ...
    @property
    def tags(self) -> Mapping[str, str]: ...


class Copy(Protocol):
    """MLflow as it is read."""

    def runs(self, since: datetime, until: datetime) -> Iterator[Stored]: ...

    def assessments(self, question_id: str) -> dict[str, tuple[bool, str]] | None: ...

    def artifact(self, run_id: str, name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One question on which the two disagree, in a sentence. Empty `question_id`: a run the ledger knows nothing of."""

    question_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much was compared, and what differs."""

    questions: int
    runs: int
    sampled: int
    differences: tuple[Difference, ...]


def compare(
    ledger: Ledger,
    copy: Copy,
    since: datetime,
    until: datetime,
    sample: int = 100,
    progress: Callable[[int], None] = lambda questions: None,
) -> Agreement:
    """Looks at the questions asked in that time which MLflow should know by now; those on their way are left out."""
    known = dict(_known(ledger, since, until))
    found: dict[str, list[Stored]] = {}
    differences: list[Difference] = []
    runs = 0
    for stored in copy.runs(since, until):
        runs += 1
        progress(1)
        if not stored.question_id:
            continue  # made by somebody else
        found.setdefault(stored.question_id, []).append(stored)
    stray = [question for question in found if question not in known and ledger.is_unknown(question)]
    differences += [
        Difference("", f"Run {found[q][0].run_id} is of {q}, which the ledger does not know") for q in stray
    ]
    for question, (run_id, ratings) in known.items():
        differences += _coarse(question, run_id, ratings, found.get(question, []))
    both = [question for question in known if len(found.get(question, [])) == 1]
    chosen = random.sample(both, min(sample, len(both)))
    votes = ledger.votes_on(chosen)
    for question in chosen:
        entry = ledger.entry(question)
        if entry is not None and entry.result is not None:
            differences += _fine(entry, votes.get(question, ()), found[question][0], copy)
            progress(1)
    return Agreement(len(known), runs, len(chosen), tuple(dict.fromkeys(differences)))


def _known(ledger: Ledger, since: datetime, until: datetime) -> Iterator[tuple[str, tuple[str, tuple[float, ...]]]]:
    """Each delivered question with its run and the ratings that run must show."""
    q = questions.c
    columns = (q.id, q.run_id, q.votes_up, q.votes_down, q.rating)
    delivered = (q.asked_at >= since, q.asked_at < until, q.delivered_revision == q.revision)
    which = select(*columns).where(*delivered, q.state.in_(("waiting", "done")), q.source != "import")
    with ledger.reading() as connection:
        for row in connection.execution_options(yield_per=_BATCH).execute(which):
            rated = math.nan if row.rating is None else float(row.rating)
            yield row.id, (row.run_id, (float(row.votes_up), float(row.votes_down), rated))


def _coarse(question: str, run_id: str, ratings: Sequence[float], runs: Sequence[Stored]) -> Iterator[Difference]:
    if not runs:
        yield Difference(question, f"{question} has no run in MLflow")
    elif len(runs) > 1:
        yield Difference(question, f"{question} has {len(runs)} runs in MLflow")
    else:
        (run,) = runs
        names = ("votes_up", "votes_down", "user_rating")
        stored = [run.metrics.get(name, math.nan) for name in names]
        if run.run_id != run_id:
            yield Difference(question, f"{question} has another run in MLflow than the ledger notes")
        if run.status != "FINISHED":
            yield Difference(question, f"{question} is {run.status} in MLflow")
        if not all(map(_same, stored, ratings)):
            yield Difference(question, f"{question} is rated otherwise in MLflow: {_figures(stored)}")


def _fine(entry: Entry, votes: Sequence[Vote], stored: Stored, copy: Copy) -> Iterator[Difference]:
    """Every param, metric and tag, the artifact, and each person's word on the trace."""
    wanted, question = run_of(entry, votes), entry.asked.id
    wrong = list(_fields(wanted, stored))
    if stored.params.get("user_comment", "") != latest_comment(votes):
        wrong.append("user_comment")
    if copy.artifact(stored.run_id, f"query_result_{stored.run_id}.json") != wanted.query_result:
        wrong.append("query_result")
    if copy.assessments(question) != {vote.person: (vote.up, vote.comment) for vote in votes}:
        wrong.append("the trace's assessments")
    if wrong:
        yield Difference(question, f"{question} differs in MLflow: {', '.join(wrong)}")


def _fields(wanted: Run, stored: Stored) -> Iterator[str]:
    changing = ("user_comment", "feedback_timestamp")  # a param cannot change; the tag holds the latest time
    for name in sorted(wanted.params.keys() - set(changing)):
        if stored.params.get(name, "") != wanted.params[name]:
            yield name
    for name, number in wanted.metrics.items():
        if not _same(stored.metrics.get(name, math.nan), number):
            yield name
    for name, words in wanted.tags.items():
        if stored.tags.get(name, "") != words:
            yield f"tag {name}"


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _figures(stored: Sequence[float]) -> str:
    up, down, rated = stored
    return f"{up:g} up, {down:g} down, rating {rated:g}"
