"""What a person edited stays: three-way, between what learn wrote last time, the file as it is now, and the new draft."""

import hashlib
import json
from collections.abc import Mapping, MutableMapping, MutableSequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bank.errors import BankError

Entry = Mapping[str, Any]


class NotLearnt(BankError):
    """The record of what `teller learn` wrote last time cannot be read."""


@dataclass(frozen=True)
class Record:
    """What learn wrote last time; empty where it never did, so that all there is counts as a person's."""

    catalogue: dict[str, Any] = field(default_factory=dict)
    policy: str = ""  # a digest of the policy's text

    @classmethod
    def beside(cls, catalogue: Path) -> "Record":
        """The record beside a catalogue; raises `NotLearnt` where it is there and is no record."""
        place = record_of(catalogue)
        try:
            found = json.loads(place.read_text(encoding="utf-8"))
            return cls(dict(found["catalogue"]), str(found["policy"]))
        except FileNotFoundError:
            return cls()
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise NotLearnt(
                f"{place} is not what `teller learn` wrote. Put the right one back, or delete it: then every entry counts as yours."
            ) from None

    def write(self, catalogue: Path) -> None:
        document = {"catalogue": self.catalogue, "policy": self.policy}
        replace(record_of(catalogue), json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def record_of(catalogue: Path) -> Path:
    return catalogue.with_name(f"{catalogue.stem}.learnt.json")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def merge(now: MutableMapping[str, Any], before: Entry, new: Entry) -> None:
    """Brings `now` up to `new` in place, entry by entry, but where it differs from `before` a person has been there.

    What they added stays, what they changed stays, what they took out stays out.
    """
    for key in [key for key in now if key not in new]:
        if key in before and _same(now[key], before[key]):
            del now[key]
    now.update({key: value for key, value in new.items() if key not in now and key not in before})
    for key, value in new.items():
        if key not in now:
            continue
        if key == "joins":
            _merge_joins(now[key], before.get(key, []), value)
        elif isinstance(now[key], MutableMapping) and isinstance(value, Mapping):
            old = before.get(key)
            merge(now[key], old if isinstance(old, Mapping) else {}, value)
        elif key in before and _same(now[key], before[key]) and not _same(now[key], value):
            now[key] = value


def _merge_joins(now: MutableSequence[Any], before: list[Any], new: list[Any]) -> None:
    """Joins have no names: one is the same as another that leads from the same columns to the same columns."""
    known, fresh, there = ({_way(join) for join in joins} for joins in (before, new, now))
    for at in reversed(range(len(now))):
        if _way(now[at]) in known - fresh and any(_same(now[at], join) for join in before):
            del now[at]
    now.extend(join for join in new if _way(join) not in there | known)


def _way(join: Any) -> str:
    return json.dumps([join.get("many"), join.get("one"), sorted(dict(join.get("on", {})).items())])


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)
