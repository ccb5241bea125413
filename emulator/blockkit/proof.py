"""Reading a payload closely: every fault with the place where it stands, in Slack's own words."""

from collections.abc import Collection
from typing import Any

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")
TEXT_FIELDS = {"plain_text": {"emoji"}, "mrkdwn": {"verbatim"}}


class Proof:
    """Collects what is wrong; `at` is always a JSON pointer."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, at: str, why: str) -> None:
        self.faults.append(f"[ERROR] {why} [json-pointer:{at}]")

    def fields(self, thing: Any, at: str, required: Collection[str], optional: Collection[str] = ()) -> bool:
        """Whether it is an object with all these fields and no others."""
        if not isinstance(thing, dict):
            self.fault(at, "must be an object")
            return False
        missing = [name for name in required if thing.get(name) is None]
        for name in missing:
            self.fault(at, f"missing required field: {name}")
        for name in sorted(set(thing) - {"type", *required, *optional}):
            self.fault(at, f"invalid additional property: {name}")
        return not missing

    def string(self, value: Any, at: str, longest: int, shortest: int = 1) -> None:
        if value is None:
            return
        if not isinstance(value, str):
            self.fault(at, "must be a string")
        elif len(value) < shortest:
            self.fault(at, f"must be more than {shortest - 1} characters")
        elif len(value) > longest:
            self.fault(at, f"must be less than {longest + 1} characters")

    def text(self, value: Any, at: str, longest: int, kinds: Collection[str] = ANY_TEXT) -> None:
        """A text object of one of these kinds."""
        if value is None:
            return
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            self.fault(at, f"must be a text object of type {' or '.join(kinds)}")
        elif self.fields(value, at, ("text",), TEXT_FIELDS[kind]):
            self.string(value["text"], f"{at}/text", longest)

    def items(self, value: Any, at: str, most: int, least: int = 1) -> list[Any]:
        """The list, empty if it is none; too long or too short is a fault."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(at, "must be an array")
            return []
        if len(value) < least:
            self.fault(at, f"no less than {least} items required")
        if len(value) > most:
            self.fault(at, f"no more than {most} items allowed")
        return value

    def one_of(self, value: Any, at: str, allowed: Collection[str]) -> None:
        if value is not None and value not in allowed:
            self.fault(at, f"must be one of: {', '.join(sorted(allowed))}")

    def integer(self, value: Any, at: str, lowest: int, highest: int) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(at, "must be an integer")
        elif not lowest <= value <= highest:
            self.fault(at, f"must be between {lowest} and {highest}")

    def number(self, value: Any, at: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.fault(at, "must be a number")

    def different(self, values: list[Any], at: str, what: str) -> None:
        if len({str(value) for value in values}) != len(values):
            self.fault(at, f"{what} must be unique")


def characters(thing: Any) -> int:
    """All the text in a block, as far as anybody reads it."""
    if isinstance(thing, dict):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else characters(value)
            for name, value in thing.items()
        )
    return sum(characters(item) for item in thing) if isinstance(thing, list) else 0
