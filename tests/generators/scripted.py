"""One script of what a model says, by words of what it is asked; played by aimock and by the fake model alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import FakeModel, Says

AI, PLANNER, WRITER, REVIEWER = "You write SQL", "You plan", "The commentary is written", "You review SQL"
Fixture = dict[str, Any]
"""As aimock has them: `match` holds words of the last user message and of the system message, the first that fits says."""


def says(words: str, response: dict[str, Any], system: str, **more: Any) -> Fixture:
    return {"match": {"userMessage": words, "systemMessage": system}, "response": response, **more}


def written(sql: str = "", **fields: Any) -> dict[str, Any]:
    empty = {"reading": "Loans by grade.", "assumptions": [], "clarification": "", "choices": []}
    return {"content": json.dumps({**empty, "sql": sql, **fields})}


def proposal(*queries: str, assumptions: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
    listed = [{"reading": "Loans by grade.", "sql": sql, "assumptions": list(assumptions)} for sql in queries]
    empty = {"commentary": [], "follow_ups": [], "clarification": "", "choices": []}
    return {"content": json.dumps({"queries": listed, **empty, **fields})}


PLAN = {"content": json.dumps({"parts": ["loans by grade"], "tables": ["LOAN"]})}
APPROVED = {"content": json.dumps({"approved": True, "remarks": ""})}
_ERROR = {"error": {"message": "no", "type": "server_error"}}
FAILURES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "refusal": ({"content": "I will not.", "finishReason": "content_filter"}, {}),
    "truncated": ({"content": '{"reading": "Lo', "finishReason": "length"}, {}),
    "malformed": ({"content": '{"reading": "Lo'}, {}),
    "chatty": ({"content": "Sure! Here is your SQL: SELECT 1"}, {}),
    "busy": ({**_ERROR, "status": 429, "retryAfter": 1}, {}),
    "broken": ({**_ERROR, "status": 500}, {}),
    "cut": (APPROVED, {"chaos": {"disconnectRate": 1}}),
}


@dataclass
class ScriptedModel(FakeModel):
    """The fake model, which says what the script says."""

    script: Sequence[Fixture] = field(default_factory=tuple)

    def _next(self) -> Says:
        messages = self.requests[-1]["messages"]
        system = str(messages[0]["content"])
        user = next((str(one["content"]) for one in reversed(messages) if one["role"] == "user"), "")
        for fixture in self.script:
            match = fixture["match"]
            if match["systemMessage"] in system and match["userMessage"] in user:
                return _as_said(fixture)
        return Says(status=404)


def _as_said(fixture: Fixture) -> Says:
    response, finished = fixture["response"], fixture["response"].get("finishReason", "")
    if "chaos" in fixture:
        return Says(hangs_up=True)
    if "status" in response:
        return Says(status=response["status"], headers={"Retry-After": "0.01"})
    if finished == "content_filter":
        return Says(refusal=response["content"])
    return Says(response["content"], cut_off=finished == "length")
