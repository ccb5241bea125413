"""`teller doctor --person`: the bank as somebody sees it."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from bank.door import Bank
from bank.person import Person


def show_sight(door: Bank, person: Person, console: Console) -> None:
    """Their role, and of each table which rows and columns they see, and how; raises `Refused` for whom nothing names."""
    view = door.rights.view(person)
    role = door.rights.policy.roles[view.standing.role]
    held = ", ".join(f"{name} {', '.join(map(str, values))}" for name, values in view.standing.attributes.items())
    console.print(
        f"{person.email or person.id}: {view.standing.role}{f' ({role.says})' if role.says else ''}"
        f"{f', {held}' if held else ''}",
        markup=False,
    )
    for limit in _limits(role.row_cap, role.questions_a_day, role.seconds_a_day):
        console.print(f"  {limit}", markup=False)
    grid = Table("Table", "Rows", "Columns", "Masked", show_edge=False)
    for name, table in door.catalogue.tables.items():
        part, known = view.parts.get(name), view.schema.tables.get(name.lower())
        if part is None or known is None:
            grid.add_row(name, "nothing", "", "")
            continue
        masks = "; ".join(f"{column}: {mask.how} {mask.band}".strip() for column, mask in part.masks.items())
        kept_back = sorted(set(table.columns) - {column for column, _ in known.columns.values()})
        grid.add_row(name, part.says or "all", f"all but {', '.join(kept_back)}" if kept_back else "all", masks)
    console.print(grid)


def _limits(row_cap: int, questions: int, seconds: float) -> Iterator[str]:
    if row_cap:
        yield f"at most {row_cap:,} rows an answer"
    if questions:
        yield f"at most {questions:,} questions a day"
    if seconds:
        yield f"at most {seconds:,.0f} seconds of the bank's time a day"
