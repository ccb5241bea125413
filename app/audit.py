"""`teller audit`: checks, exports, seals and thins out the record of every look at the bank."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app import settings as settings_module
from app.faults import Unusable

if TYPE_CHECKING:
    from bank.audit import Record

FIELDS = (
    "number",
    "at",
    "kind",
    "question",
    "person",
    "role",
    "tables",
    "columns",
    "rows",
    "readers",
    "policy",
    "body",
    "hash",
)


@click.group()
def audit() -> None:
    """The record of every look at the bank: who, as what, which tables and columns, shown to whom."""


@audit.command()
@click.option(
    "--head", default="", metavar="NUMBER:HASH", help="A record that must still be there, as an earlier verify said."
)
def verify(head: str) -> None:
    """Goes along the whole chain; ends with 1 where a record was changed or is missing."""
    from app import wiring
    from bank.audit import verify as walk

    with wiring.audit(settings_module.read()) as record:
        found = walk(record, head)
    if found.fault:
        raise Unusable(found.fault)
    since = f" since record {found.since}" if found.since > 1 else ""
    click.echo(f"{found.records:,} records{since}: none changed, none missing.")
    click.echo(f"Write this down elsewhere, and hold the next look against it: --head {found.head}")


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Up to, but not including, this day (UTC).")
def export(file: Path, since: datetime | None, until: datetime | None) -> None:
    """Writes the records of a period to FILE: .csv with a column for each field, or .jsonl."""
    from app import wiring

    if file.suffix not in (".csv", ".jsonl"):
        raise Unusable(f"I write .csv and .jsonl, not {file.suffix or 'a file without an ending'}.")
    count = 0
    with wiring.audit(settings_module.read()) as record, file.open("w", encoding="utf-8", newline="") as target:
        table = csv.DictWriter(target, FIELDS, extrasaction="ignore") if file.suffix == ".csv" else None
        if table:
            table.writeheader()
        for found in record.records(*(moment and moment.replace(tzinfo=UTC) for moment in (since, until))):
            count += 1
            if table:
                table.writerow({name: _plain(value) for name, value in _fields(found).items()})
            else:
                target.write(json.dumps(_fields(found) | {"body": found.said}, ensure_ascii=True) + "\n")
    click.echo(f"{count:,} records written to {file}")


@audit.command()
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]))
def seal(until: datetime) -> None:
    """Seals every record before the day UNTIL (UTC): a sealed period can be removed whole, and nothing else can."""
    from app import wiring

    moment = until.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise Unusable("A period is sealed when it is over; that day is still to come.")
    with wiring.audit(settings_module.read()) as record:
        sealed = record.seal(moment)
    click.echo(f"Sealed up to record {sealed.number:,}." if sealed else "There is nothing new before that day.")


@audit.command()
@click.argument("before", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--yes", is_flag=True, help="Remove without asking.")
def remove(before: datetime, yes: bool) -> None:
    """Removes the sealed periods that ended by the day BEFORE (UTC), whole. Export them first."""
    from app import wiring

    moment = before.replace(tzinfo=UTC)
    with wiring.audit(settings_module.read()) as record:
        ended = [sealed for sealed in record.seals() if sealed.until <= moment and not sealed.removed]
        if not ended:
            raise Unusable("No sealed period ended by then; teller audit seal DAY seals one.")
        if not yes and not click.confirm(f"Remove every record up to {ended[-1].number:,} for good?"):
            raise Unusable("Nothing was removed.")
        click.echo(f"{record.remove(moment):,} records removed.")


def _fields(found: "Record") -> dict[str, object]:
    said = found.said
    return {name: said.get(name, "") for name in FIELDS} | {
        "number": found.number,
        "at": found.at.isoformat(),
        "body": found.body,
        "hash": found.hash,
    }


def _plain(value: object) -> object:
    """Lists as words; a leading = + - @ is kept from being taken for a formula."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@") else text
