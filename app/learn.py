"""`teller learn`: drafts catalogue.yaml and policy.yaml from a database, and says what a person should look at."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from app import settings as settings_module
from app.faults import Unusable
from app.logs import SECRET

if TYPE_CHECKING:
    from bank.catalogue import Catalogue

CATALOGUE = Path("catalogue.yaml")
POLICY = "policy.yaml"
_EXAMPLES = 8


@click.command()
@click.argument("database", metavar="DATABASE_URL")
@click.option(
    "--catalogue",
    type=click.Path(dir_okay=False, path_type=Path),
    default=CATALOGUE,
    show_default=True,
    help="The file to write; policy.yaml is written beside it.",
)
@click.option(
    "--dictionary",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A data dictionary: a CSV file with table, column, definition.",
)
@click.option("--bank", "name", help="What the bank is called; default: the database's name.")
@click.option(
    "--time-limit",
    default=20.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="Seconds one look at the data may take.",
)
def learn(database: str, catalogue: Path, dictionary: Path | None, name: str | None, time_limit: float) -> None:
    """Drafts a catalogue and a policy from any database. What a person has edited since is kept."""
    from bank.learn.dictionary import Dictionary
    from bank.learn.learn import learn as look
    from bank.learn.write import write

    words = Dictionary.read(dictionary) if dictionary else Dictionary()
    console = Console(stderr=True, highlight=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Looking at the tables", total=None)

        def show(table: str, done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, description=f"Looked at {escape(table)}")

        learnt = look(database, name or _called(database), words, show, time_limit)
    examples = _answered(database, learnt.catalogue)
    learnt = replace(learnt, document={**learnt.document, "examples": examples} if examples else learnt.document)
    for sentence in write(learnt, catalogue, catalogue.with_name(POLICY)):
        click.echo(sentence)
    for question in learnt.questions:
        click.echo(f"? {question}")
    _say_how_to_go_on(database, catalogue, examples)


def drafted(database: str | None, catalogue: str | None) -> str | None:
    """The catalogue of a command's own database: the one that is named, else the draft that stands here."""
    if database is None or catalogue is not None or settings_module.read().catalogue != "sample":
        return catalogue
    if not CATALOGUE.is_file():
        raise Unusable(
            f"There is no {CATALOGUE} here for that database. Draft one: teller learn {SECRET.sub('…', database)}"
        )
    return str(CATALOGUE)


def _answered(database: str, catalogue: "Catalogue") -> list[str]:
    """Of the questions a draft should answer, those that Pattern Match does answer."""
    from bank.door import Bank
    from bank.learn.examples import proposals
    from bank.values import Values
    from generators.pattern.doubt import Chosen, Lost, Unclear
    from generators.pattern.match import PatternMatch

    bank = Bank.open(database, catalogue)
    try:
        match = PatternMatch(catalogue, Values.read(bank), bank.dialect)
    finally:
        bank.close()
    found: list[str] = []
    for question in proposals(catalogue):
        try:
            match.statement(question, Chosen(()), datetime.now(UTC))
        except (Lost, Unclear):
            continue
        found.append(question)
        if len(found) == _EXAMPLES:
            break
    return found


def _say_how_to_go_on(database: str, catalogue: Path, examples: list[str]) -> None:
    shown = SECRET.sub("…", database)
    where = "" if catalogue == CATALOGUE else f" --catalogue {catalogue}"
    click.echo(
        f'\nAsk it:  teller ask --database {shown}{where} "{examples[0] if examples else "How many … are there?"}"'
    )
    click.echo(f"Set it:  TELLER_DATABASE={shown}  TELLER_CATALOGUE={catalogue}")
    click.echo(f"Then read {catalogue.with_name(POLICY)}: the bot starts once its line `draft: true` is taken out.")


def _called(database: str) -> str:
    """The last part of a database's address, without the ending of a file."""
    return Path(database.split("?")[0].rstrip("/")).stem.replace("_", " ") or "Bank"
