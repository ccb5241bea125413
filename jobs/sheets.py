"""The numbers behind a digest as a CSV file: every figure unrounded, for both periods."""

from bank.table import Cell, Column, Table
from bot.blocks.digest import Digest
from bot.blocks.message import File
from bot.blocks.sheet import csv_bytes
from tracking.records import Share, Statistics

_COLUMNS = tuple(Column(label) for label in ("figure", "now", "of", "before", "of (before)"))


def digest_sheet(name: str, digest: Digest, now: Statistics, before: Statistics) -> File:
    """One line a figure, with of how many cases it is; then the lists, as far as they are shown."""
    rows: list[tuple[Cell, ...]] = [
        ("since", now.since.isoformat(), None, before.since.isoformat(), None),
        ("until", now.until.isoformat(), None, before.until.isoformat(), None),
        ("questions", now.questions, None, before.questions, None),
        ("people", now.people, None, before.people, None),
        ("sessions", now.sessions, None, before.sessions, None),
        ("success rate", *_rate(now.success), *_rate(before.success)),
        ("satisfaction", *_rate(now.satisfaction), *_rate(before.satisfaction)),
        ("average seconds", now.average_seconds, now.timed, before.average_seconds, before.timed),
        ("median seconds", now.median_seconds, now.timed, before.median_seconds, before.timed),
        ("95th percentile of seconds", now.p95_seconds, now.timed, before.p95_seconds, before.timed),
        *_counts("approach", now.approaches, before.approaches),
        *_counts("outcome", now.outcomes, before.outcomes),
        *((f"{ranking.heading} {place}", item, None, None, None)
          for ranking in digest.rankings for place, item in enumerate(ranking.items, 1)),
    ]  # fmt: skip
    table = Table(_COLUMNS, tuple(rows))
    return File(name, f"{digest.title}: the figures", lambda: csv_bytes(table))


def _rate(share: Share) -> tuple[Cell, Cell]:
    return share.rate, share.whole


def _counts(what: str, now: dict[str, int], before: dict[str, int]) -> list[tuple[Cell, ...]]:
    return [(f"{what}: {name}", now.get(name, 0), None, before.get(name, 0), None) for name in sorted({*now, *before})]
