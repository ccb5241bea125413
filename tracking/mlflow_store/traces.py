"""The trace of a question in MLflow, and one assessment per person: what its pages on sessions and quality show."""

import hashlib
import json
from collections.abc import Callable, Sequence

from mlflow.entities import (
    AssessmentSource,
    Feedback,
    TraceInfo,
    TraceLocation,
    TraceState,
)
from mlflow.entities.assessment import FeedbackValue
from mlflow.exceptions import MlflowException
from mlflow.tracing.client import TracingClient
from mlflow.tracking import MlflowClient

from tracking.mlflow_store.spans import failed, length_of, spans_of
from tracking.records import Entry, Result, Vote
from tracking.run import Run

RATING = "user_rating"
_SETTLED = "teller.ended"


class Traces:
    """The id is derived from the question's, so that bringing it twice changes nothing."""

    def __init__(self, client: MlflowClient, experiment_id: str, beat: Callable[[], None]) -> None:
        """`beat` is called before every request."""
        self._beat = beat
        self._client = client
        self._tracing = TracingClient(client.tracking_uri)
        self._experiment_id = experiment_id

    def put(self, entry: Entry, votes: Sequence[Vote], run: Run, run_id: str) -> None:
        """Trace, link to the run and assessments as the ledger has them."""
        trace_id = trace_id_of(self._experiment_id, entry.asked.id)
        first = not entry.run_id and not entry.in_doubt
        self._beat()
        stored = None if first else self._find(trace_id)
        settled = f"{run.tags['outcome']} {run.ended.isoformat()}"
        if not run.query_result["result"]:
            settled += " without rows"
        # A delivery that broke off left the question in doubt, so this mark may be written before the spans are.
        if entry.in_doubt or stored is None or stored.tags.get(_SETTLED) != settled:
            if stored is not None and settled.endswith("without rows"):
                self._beat()
                self.remove(entry.asked.id)  # spans are added to, never taken away
                stored = None
            self._tracing.start_trace(self._info(entry, run, trace_id, settled))
            self._beat()
            self._tracing.log_spans(self._experiment_id, spans_of(entry, run, trace_id))
        if entry.run_id != run_id or entry.in_doubt:
            self._beat()
            self._client.link_traces_to_run([trace_id], run_id)
        self._assess(trace_id, stored, votes)

    def remove(self, question_id: str) -> None:
        """Removes the trace with its spans and assessments; one that is not there is no fault."""
        self._client.delete_traces(self._experiment_id, trace_ids=[trace_id_of(self._experiment_id, question_id)])

    def _find(self, trace_id: str) -> TraceInfo | None:
        try:
            return self._tracing.get_trace_info(trace_id)
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"):
                return None
            raise

    def _info(self, entry: Entry, run: Run, trace_id: str, settled: str) -> TraceInfo:
        asked, result = entry.asked, entry.result
        return TraceInfo(
            trace_id=trace_id,
            trace_location=TraceLocation.from_experiment_id(self._experiment_id),
            request_time=round(run.started.timestamp() * 1000),
            execution_duration=length_of(result),
            state=TraceState.ERROR if failed(entry) else TraceState.OK,
            client_request_id=asked.id,
            request_preview=run.params["question"][:1000],
            response_preview=run.tags["reading"][:1000],
            trace_metadata={"mlflow.trace.session": asked.thread[:250], "mlflow.trace.user": asked.person[:250]}
            | _tokens(result),
            tags={"mlflow.traceName": "question", **{name: run.tags[name][:250] for name in _TAGS}}
            | {"approach": run.params.get("approach", ""), "model": run.tags["model"][:250], _SETTLED: settled},
        )

    def _assess(self, trace_id: str, stored: TraceInfo | None, votes: Sequence[Vote]) -> None:
        """One per person: a second plain feedback by the same person would count twice."""
        there = {
            found.source.source_id: found
            for found in (stored.assessments if stored is not None else ())
            if isinstance(found, Feedback) and found.name == RATING and found.source is not None
        }
        for vote in votes:
            self._beat()
            before = there.pop(vote.person, None)
            if before is None:
                self._tracing.log_assessment(trace_id, _feedback(trace_id, vote))
            elif (before.value, before.rationale or "", before.metadata) != (vote.up, vote.comment, _why(vote)):
                self._tracing.store.update_assessment(
                    trace_id,
                    str(before.assessment_id),
                    feedback=FeedbackValue(vote.up),
                    rationale=vote.comment,
                    metadata=_why(vote),
                )
        for gone in there.values():
            self._tracing.delete_assessment(trace_id, str(gone.assessment_id))


def _tokens(result: Result | None) -> dict[str, str]:
    """The tokens of a whole question, as MLflow adds them up over an experiment."""
    if result is None or not result.model:
        return {}
    tokens = {"input_tokens": result.prompt_tokens, "output_tokens": result.completion_tokens}
    return {"mlflow.trace.tokenUsage": json.dumps(tokens | {"total_tokens": sum(tokens.values())})}


_TAGS = ("outcome", "channel", "source", "test_user")


def trace_id_of(experiment_id: str, question_id: str) -> str:
    """`tr-` and 32 hexadecimal digits, always the same for the same question in the same experiment."""
    return "tr-" + hashlib.sha256(f"{experiment_id} {question_id}".encode("utf-8", "replace")).hexdigest()[:32]


def _feedback(trace_id: str, vote: Vote) -> Feedback:
    when = round(vote.at.timestamp() * 1000)
    return Feedback(
        name=RATING,
        value=vote.up,
        source=AssessmentSource("HUMAN", vote.person),
        rationale=vote.comment,
        trace_id=trace_id,
        metadata=_why(vote),
        create_time_ms=when,
        last_update_time_ms=when,
    )


def _why(vote: Vote) -> dict[str, str]:
    return {"reason": vote.reason}
