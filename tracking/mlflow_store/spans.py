"""The spans of a question's trace: routing, generation, model calls, checks, door, query and posting, each where it happened."""

import json
from typing import Any

from mlflow.entities import Span

from tracking.records import Entry, Result, Step
from tracking.run import Run

_NANOSECONDS = 1_000_000  # in a millisecond: MLflow keeps the trace in these, the span in those
_BLINK = 1e-5  # seconds: two clocks read one after the other
_TYPES = {
    "linking": "RETRIEVER",
    "check": "GUARDRAIL",
    "routing": "CHAIN",
    "generation": "CHAIN",
    "door": "GUARDRAIL",
    "query": "RETRIEVER",
    "posting": "TOOL",
}


def spans_of(entry: Entry, run: Run, trace_id: str) -> list[Span]:
    """The whole way as one span, with one under it for each step; a step is under the shortest that holds it.

    Ids are derived from the trace's, so that logging them twice changes nothing.
    """
    began = round(run.started.timestamp() * 1000) * _NANOSECONDS
    root = trace_id.removeprefix("tr-")[:16]
    said = {
        "reading": run.tags["reading"],
        "sql": run.params.get("sql_query", ""),
        "outcome": run.tags["outcome"],
        "message": "" if entry.result is None else entry.result.message,
    }
    rows = run.query_result["result"]
    said |= {"rows": rows} if rows else {}
    whole = _span(trace_id, root, None, "question", began, length_of(entry.result) * _NANOSECONDS, failed(entry))
    spans = [_with(whole, "CHAIN", {"question": run.params["question"]}, said)]
    steps = () if entry.result is None else entry.result.steps
    ids = [_step_id(root, number) for number in range(len(steps))]
    for number, step in enumerate(steps):
        holder = _holder(steps, number)
        parent = root if holder is None else ids[holder]
        at = began + _nanoseconds(step.began)
        made = _span(trace_id, ids[number], parent, step.name, at, _nanoseconds(step.seconds), False)
        inputs, outputs = _sides(step, run)
        kind = "CHAT_MODEL" if step.model else _TYPES.get(step.name, "UNKNOWN")
        spans.append(_with(made, kind, inputs, outputs, _of_the_model(step)))
    return [Span.from_dict(span) for span in spans]


def length_of(result: Result | None) -> int:
    """Milliseconds of work on the question, posting included, waiting for a person not."""
    if result is None:
        return 0
    ends = [step.began + step.seconds for step in result.steps]
    return round(1000 * max([result.seconds, *ends]))


def failed(entry: Entry) -> bool:
    """Whether it went wrong; a question that was not understood or refused was handled well."""
    return entry.result is not None and entry.result.outcome == "failed"


def _holder(steps: tuple[Step, ...], number: int) -> int | None:
    """The step in which this one happened: the shortest that was under way all the while."""
    step = steps[number]
    around = [
        (other.seconds, place)
        for place, other in enumerate(steps)
        if place != number and other.seconds > step.seconds and other.began <= step.began + _BLINK
        if step.began + step.seconds <= other.began + other.seconds + _BLINK
    ]
    return min(around, default=(0.0, None))[1]


def _sides(step: Step, run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    """What went in and what came out of a step."""
    if step.name == "routing":
        return {"question": run.params["question"]}, {"approach": run.params.get("approach", "")}
    if step.name == "generation":
        said = {"reading": run.tags["reading"], "sql": run.params.get("sql_query", "")}
        return {"approach": step.note}, said if step.note == run.params.get("approach") else {}
    if step.name in ("door", "query"):
        return {"sql": step.note}, {}
    if step.name == "posting":
        return {"channel": step.note}, {}
    return {"about": step.note}, {}


def _of_the_model(step: Step) -> dict[str, Any]:
    """What a call to a model cost, under the names by which MLflow adds it up over a trace."""
    if not step.model:
        return {}
    tokens = {"input_tokens": step.prompt_tokens, "output_tokens": step.completion_tokens}
    tokens["total_tokens"] = step.prompt_tokens + step.completion_tokens
    return {"mlflow.chat.tokenUsage": tokens, "mlflow.llm.model": step.model, "model_cost": step.cost}


def _span(
    trace_id: str, span_id: str, parent: str | None, name: str, began: int, length: int, wrong: bool
) -> dict[str, Any]:
    return {
        "trace_id": trace_id,
        "span_id": span_id,
        "parent_span_id": parent,
        "name": name,
        "start_time_unix_nano": began,
        "end_time_unix_nano": began + length,
        "status": {"code": "ERROR" if wrong else "OK", "message": ""},
        "events": [],
    }


def _with(
    span: dict[str, Any],
    kind: str,
    inputs: dict[str, Any],
    outputs: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    attributes = {
        **(more or {}),
        "mlflow.traceRequestId": span["trace_id"],
        "mlflow.spanType": kind,
        "mlflow.spanInputs": inputs,
        "mlflow.spanOutputs": outputs,
    }
    return span | {"attributes": {name: json.dumps(value, ensure_ascii=False) for name, value in attributes.items()}}


def _step_id(root: str, number: int) -> str:
    return f"{(int(root, 16) + number + 1) % 2**64:016x}"


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1_000_000_000)
