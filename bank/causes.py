"""What a driver said of a query that failed, without the bank's values: databases quote cells in their errors."""

import re

# A cell may hold quotes itself: an apostrophe within a word ends nothing, any other quote makes the rest unreadable.
_QUOTED = re.compile(r"(?<!\w)'((?:[^']|(?<=\w)'(?=\w))*)'|\"([^\"]*)\"|“([^”]*)”|`([^`]*)`")
_QUOTE = re.compile(r"(?<!\w)'|'(?!\w)|[\"“”`]")
_BARE = re.compile(r"(?<=value: ).+")  # BigQuery: Bad int64 value: Ann
_NUMBER = re.compile(r"\d[\d.,:-]*")
_LEFT_OUT = "“…”"


def without_values(cause: str, sql: str) -> str:
    """The first line; what is quoted in it and every number stay only if the query itself holds them.

    Postgres: invalid input syntax for type integer: "Ann". DuckDB: Overflow in multiplication of INT32 (100000 * 100000)!
    """
    line = _BARE.sub(_LEFT_OUT, _without_quoted(cause.strip().partition("\n")[0], sql))
    return _NUMBER.sub(lambda found: found[0] if _holds(sql, found[0].strip(".,:-")) else _LEFT_OUT, line)


def _without_quoted(line: str, sql: str) -> str:
    """Up to the first quote whose content is not the query's own, or any where they do not pair, and after the last."""
    at = first = next((found.start() for found in _QUOTE.finditer(line)), len(line))
    while opened := _QUOTE.search(line, at):
        quoted = _QUOTED.match(line, opened.start())
        if quoted is None:
            return line[:first] + _LEFT_OUT
        if not _holds(sql, next(content for content in quoted.groups() if content is not None)):
            *_, last = _QUOTE.finditer(line)
            return line[: opened.start()] + _LEFT_OUT + line[last.end() :]
        at = quoted.end()
    return line


def _holds(sql: str, words: str) -> bool:
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sql) is not None
