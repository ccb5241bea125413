"""A question in a conversation: by itself, or with what came before it, and asked back where the two would differ."""

from collections.abc import Callable
from dataclasses import dataclass

from bank.catalogue import Catalogue
from generators.contract import Approach, Statement, Turn
from generators.pattern.cursor import role
from generators.pattern.doubt import Chosen, Lost, Unclear
from generators.pattern.followup import Read, Way, ways
from generators.pattern.meanings import Role
from generators.pattern.saying import Said, is_short, said

ALONE = "by itself"
_ASKS = (Role.ASK, Role.HOW_MANY, Role.AGGREGATE, Role.SHARE, Role.BE)
_MOST = 4


@dataclass(frozen=True, slots=True)
class Tried:
    """A question in full, and its statement, or what must be asked back first."""

    key: str
    text: str
    statement: Statement | None
    unclear: Unclear | None = None

    @property
    def label(self) -> str:
        return self.statement.reading if self.statement else self.text


class Talk:
    """`state` makes the statement of a question in full, or raises `Lost` or `Unclear`."""

    def __init__(self, catalogue: Catalogue, read: Read, state: Callable[[str], Statement], chosen: Chosen) -> None:
        self._catalogue, self._read, self._state, self._chosen = catalogue, read, state, chosen

    def statement(self, text: str, before: Turn | None, whole_before: bool = False) -> tuple[str, Statement]:
        """The question in full (empty where it stands by itself) and its statement. Raises `Lost` or `Unclear`.

        `whole_before`: what was asked before went on with nothing, so that it can be read whoever has answered it.
        """
        follow_up = said(text)
        alone, lost = self._alone(text, follow_up)
        if before is None and lost and (follow_up.refers or follow_up.cue):
            raise Lost(
                *lost.words, why="It goes on with something, and I do not know with what: please ask it in full."
            )
        if alone and (before is None or self._is_whole(follow_up)):
            return self._settled("", alone)
        whole = not follow_up.cue or self._asks(follow_up)  # "and matured loans?" is none, "and how many loans?" may be
        found = [alone] if alone and whole and not follow_up.refers else []
        if before and (whole_before or before.approach in ("", Approach.PATTERN)):
            try:
                found += self._followed(before.text, follow_up)
            except Lost as unread:
                lost = unread if before.approach in ("", Approach.PATTERN) else _of_a_model(before)
        elif before and follow_up.refers:
            raise _of_a_model(before)
        if not found and lost:
            raise lost
        found = found or ([alone] if alone else [])
        meant = self._meant(text, _different(found))
        return self._settled("" if meant.key == ALONE else meant.text, meant)

    def _alone(self, text: str, follow_up: Said) -> tuple[Tried | None, Lost | None]:
        try:
            return self._try(ALONE, text), None
        except Lost as lost:
            return None, lost

    def _is_whole(self, follow_up: Said) -> bool:
        """Whether it asks for something in so many words, and refers to nothing."""
        if follow_up.refers or follow_up.cue or is_short(follow_up.core):
            return False
        return self._asks(follow_up)

    def _asks(self, follow_up: Said) -> bool:
        items = self._read(follow_up.core)
        return bool(items) and any(role(items[0], known) for known in _ASKS)

    def _followed(self, before: str, follow_up: Said) -> list[Tried]:
        """The ways that can be read; raises the first reason where none can."""
        found, reasons = [], []
        for way in ways(before, follow_up, self._read, self._catalogue):
            try:
                found.append(self._first(way))
            except Lost as lost:
                reasons.append(lost)
        if not found and reasons:
            raise reasons[0]
        return found

    def _first(self, way: Way) -> Tried:
        reasons: list[Lost] = []
        for text in way.texts:
            try:
                return self._try(way.key, text)
            except Lost as lost:
                reasons.append(lost)
        raise reasons[0]

    def _try(self, key: str, text: str) -> Tried:
        try:
            return Tried(key, text, self._state(text))
        except Unclear as unclear:
            return Tried(key, text, None, unclear)

    def _meant(self, text: str, found: list[Tried]) -> Tried:
        """The one way there is, or the one that was picked."""
        word = text.casefold().replace("=", " ").strip(" ?!.")
        options = [(one.key, one.label) for one in found[:_MOST]]
        key = self._chosen.among(word, options, "Which of these do you mean?")
        return next(one for one in found if one.key == key)

    def _settled(self, in_full: str, meant: Tried) -> tuple[str, Statement]:
        if meant.statement is None:
            assert meant.unclear is not None  # noqa: S101 - one of the two is there
            raise meant.unclear
        return in_full, meant.statement


def _of_a_model(before: Turn) -> Lost:
    return Lost(why=f"It goes on with an answer of {before.approach}, and I do not understand what was asked there.")


def _different(found: list[Tried]) -> list[Tried]:
    """Two ways that come to the same query are one."""
    kept: dict[str, Tried] = {}
    for one in found:
        kept.setdefault(one.statement.sql if one.statement else one.text, one)
    named: dict[str, Tried] = {}
    for one in kept.values():
        key = one.key if one.key not in named else f"{one.key} {len(named)}"
        named[key] = Tried(key, one.text, one.statement, one.unclear)
    return list(named.values())
