"""From what Slack sends to what a person said."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def mentioned(text: str, me: str) -> list[str]:
    """The ids of the people named in a message, without Teller's own."""
    return [person for person in MENTION.findall(text) if person != me]


def plain(text: str, me: str, names: Mapping[str, str]) -> str:
    """The words a person typed: Teller's own mention gone, links and mentions as words, entities as characters."""

    def words(marked: re.Match[str]) -> str:
        target, label = marked[1], marked[2]
        if target.startswith("@"):
            return "" if target[1:] == me else label or names.get(target[1:]) or target
        if target.startswith("!"):
            return label or target[1:].partition("^")[0]
        return label or target.lstrip("#").removeprefix("mailto:")

    return " ".join(html.unescape(MARKED.sub(words, text)).split())


def moment(ts: str) -> datetime:
    """When a Slack time stamp was, in UTC."""
    return datetime.fromtimestamp(float(ts), UTC)
