"""What must be true at the end: every question answered once, one run and one trace each, every last word right."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.blocks.placeholder import LOOKING
from emulator.cast import BOT_USER
from emulator.slack import Slack
from tests.faults.people import People
from tracking.ledger import Ledger
from tracking.records import Vote
from tracking.votes import latest_comment, rating


@dataclass
class Audit:
    """`wrong` holds a sentence for each thing that is not as it must be; `figures` what was counted."""

    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def count(self, name: str, found: Iterator[str]) -> None:
        """Faults of one kind: how many, and the first few in words."""
        faults = list(found)
        self.figures[name] = len(faults)
        self.wrong += [f"{name}: {fault}" for fault in faults[:5]]


def audit(people: People, ledger: Ledger, store_uri: str, experiment: str) -> Audit:
    """Compares the emulator, the ledger and MLflow with what the people did."""
    # MLflow's import takes seconds and reads the environment.
    from mlflow import MlflowClient  # noqa: PLC0415

    client = MlflowClient(tracking_uri=store_uri)
    found = client.get_experiment_by_name(experiment)
    assert found is not None
    runs = _all(client.search_runs, [found.experiment_id])
    traces = _all(client.search_traces, locations=[found.experiment_id], include_spans=False)
    result = Audit({"questions asked": len(people.asked), "votes cast": people.votes, "minds changed": people.changed})
    answers = {question: _answers(people.slack, question) for question in people.asked}
    result.figures["answered once"] = sum(len(messages) == 1 for messages in answers.values())
    result.count("not answered", (q for q, messages in answers.items() if not messages))
    result.count("answered twice", (q for q, messages in answers.items() if len(messages) > 1))
    result.count("left with a placeholder", (q for q, texts in answers.items() if any(LOOKING in t for t in texts)))
    result.count("given up with an apology", _given_up(people, ledger))
    result.count("votes wrong in the ledger", _votes_wrong(people, ledger))

    of_question = Counter(run.data.tags.get("question_id", "") for run in runs)
    result.figures["runs in MLflow"] = len(runs)
    result.count("runs lost", (q for q in people.asked if not of_question[q]))
    result.count("runs doubled", (q for q, number in of_question.items() if number > 1))
    result.count("runs left RUNNING", (run.info.run_id for run in runs if run.info.status == "RUNNING"))
    result.count("runs wrong", (fault for run in runs for fault in _run_wrong(run, ledger)))

    of_trace = Counter(trace.info.client_request_id for trace in traces)
    result.figures["traces in MLflow"] = len(traces)
    result.count("traces lost", (q for q in people.asked if not of_trace[q]))
    result.count("traces doubled", (q for q, number in of_trace.items() if number > 1))
    result.count("assessments wrong", (fault for trace in traces for fault in _trace_wrong(trace, ledger)))
    return result


def _all(search: Any, *arguments: Any, **named: Any) -> list[Any]:
    found: list[Any] = []
    token = None
    while True:
        page = search(*arguments, **named, max_results=500, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def _answers(slack: Slack, question: str) -> list[str]:
    """What the bot said in the question's thread, to everybody."""
    channel, _, ts = question.partition(":")
    return [
        f"{message.text} {message.blocks}"
        for message in slack.workspace.channel(channel).replies(ts)
        if message.user == BOT_USER
    ]


def _given_up(people: People, ledger: Ledger) -> Iterator[str]:
    for question in people.asked:
        entry = ledger.entry(question)
        if entry is None or entry.result is None or entry.result.outcome == "failed":
            yield f"{question}: {entry.result.error if entry and entry.result else 'no result'}"


def _votes_wrong(people: People, ledger: Ledger) -> Iterator[str]:
    stored = ledger.votes_on({question for question, _ in people.voted})
    kept = {(vote.question_id, vote.person): vote for votes in stored.values() for vote in votes}
    for key, said in people.voted.items():
        vote = kept.pop(key, None)
        if vote is None or (vote.up, vote.reason, vote.comment) != (said.up, said.reason, said.comment):
            yield f"{key}: said {said}, kept {vote}"
    yield from (f"{key}: nobody voted, kept {vote}" for key, vote in kept.items())


def _run_wrong(run: Any, ledger: Ledger) -> Iterator[str]:
    question = run.data.tags.get("question_id", "")
    entry, votes = ledger.entry(question), ledger.votes(question)
    if entry is None or entry.run_id != run.info.run_id:
        yield f"{question}: the ledger knows another run"
        return
    metrics, params = run.data.metrics, run.data.params
    up = rating(votes)
    given = (metrics["votes_up"], metrics["votes_down"], metrics["user_rating"])
    due = (sum(v.up for v in votes), sum(not v.up for v in votes), float("nan") if up is None else float(up))
    if str([float(number) for number in given]) != str([float(number) for number in due]):
        yield f"{question}: votes {given}, must be {due}"
    if params.get("user_comment", "") != latest_comment(votes):
        yield f"{question}: comment {params.get('user_comment')!r}, must be {latest_comment(votes)!r}"
    if params["question"] != entry.asked.text or run.data.tags["outcome"] != entry.result.outcome:  # type: ignore[union-attr]
        yield f"{question}: another question or outcome"


def _trace_wrong(trace: Any, ledger: Ledger) -> Iterator[str]:
    question = trace.info.client_request_id
    due = sorted(map(_said, ledger.votes(question)))
    given = sorted((a.source.source_id, bool(a.value), a.rationale or "") for a in trace.info.assessments)
    if given != due:
        yield f"{question}: {given}, must be {due}"


def _said(vote: Vote) -> tuple[str, bool, str]:
    return vote.person, vote.up, vote.comment
