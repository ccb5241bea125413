"""The commands over what is remembered: setup, ui, export, stats, doctor."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from app import settings as settings_module
from app.faults import Unusable
from app.logs import SECRET
from app.period import Moment, instant
from tracking.records import KINDS, By

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@click.command()
def setup() -> None:
    """Makes what is missing (sample bank, ledger, MLflow experiment) and says what a notebook needs."""
    from app import wiring
    from app.sample import make_sample_bank

    settings = settings_module.read()
    make_sample_bank(settings)
    with wiring.ledger(settings), wiring.bank(settings) as door:
        click.echo(f"Bank:    {door.catalogue.bank}, {len(door.catalogue.tables)} tables; the catalogue fits")
    click.echo(f"Ledger:  {shown(settings.ledger_url)}")
    with mlflow_reached(settings.mlflow_uri):
        wiring.mlflow_store(settings).setup()
    click.echo(f"MLflow:  {shown(settings.mlflow_uri)}, experiment {settings.mlflow_experiment_name}")
    click.echo("\nFor notebooks:")
    click.echo(f"  export TELLER_HOME={settings.home.resolve()}")
    click.echo(f"  export MLFLOW_TRACKING_URI={shown(settings.mlflow_uri)}")
    click.echo(f"  export MLFLOW_EXPERIMENT_NAME={settings.mlflow_experiment_name}")


@click.command()
@click.option("--port", default=5000, show_default=True, help="Where the pages are served on 127.0.0.1.")
def ui(port: int) -> None:
    """Serves MLflow's pages over the same store, on 127.0.0.1."""
    from app import wiring

    settings = settings_module.read()
    if settings.mlflow_uri.startswith("http"):
        raise Unusable(f"MLflow already has a server: open {shown(settings.mlflow_uri)}")
    with mlflow_reached(settings.mlflow_uri):
        wiring.mlflow_store(settings).setup()
    os.execv(sys.executable, wiring.mlflow_server(settings, port))  # noqa: S606 - becomes the server itself


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=Moment(), help="From then on: 7d, 12h, 2w ago, or a day.")
@click.option("--until", type=Moment(), help="Up to, but not including, then.")
def export(file: Path | None, since: timedelta | datetime | None, until: timedelta | datetime | None) -> None:
    """Writes one line per question to FILE (.csv or .parquet), and its data dictionary beside it.

    Without a file, prints the summary of the period.
    """
    from app import wiring
    from app.report import show_statistics
    from tracking.breakdown import by
    from tracking.export import write_csv, write_dictionary, write_parquet
    from tracking.listing import listing
    from tracking.stats import between

    settings = settings_module.read()
    zone, now = ZoneInfo(settings.timezone), datetime.now(UTC)
    begin, end = instant(since or BEGINNING, now, zone), instant(until or now, now, zone)
    with wiring.ledger(settings) as ledger:
        if file is None:
            found, words = between(ledger, begin, end), listing(ledger, begin, end, private_words=True, most=5)
            show_statistics(found, words, by(ledger, "week", begin, end, zone), zone, "week")
            return
        writers = {".csv": write_csv, ".parquet": write_parquet}
        if file.suffix.lower() not in writers:
            raise Unusable(f"{file.name} ends neither in .csv nor in .parquet: which of the two shall it be?")
        dictionary = file.with_name(f"{file.stem}.dictionary.csv")
        try:
            with bar("Exporting", ledger.holdings().questions) as advance:
                written = writers[file.suffix.lower()](ledger, file, begin, end, advance)
            write_dictionary(dictionary)
        except OSError as fault:
            raise Unusable(f"{file} cannot be written: {fault.strerror}.") from fault
    click.echo(f"{counted(written, 'question')} written to {file}; {dictionary.name} says what each column holds.")


@click.command()
@click.option(
    "--since", type=Moment(), default="7d", show_default=True, help="From then on: 7d, 12h, 2w ago, or a day."
)
@click.option("--until", type=Moment(), help="Up to, but not including, then; default: now.")
@click.option("--by", "what", type=click.Choice(KINDS), help="One line for each.")
@click.option("--approach", help="Only this approach, such as 'Pattern Match'.")
@click.option("--channel", help="Only this channel, by its Slack id.")
@click.option("--role", help="Only this role of the bank's policy.")
@click.option("--outcome", help="Only this outcome, such as failed.")
def stats(
    since: timedelta | datetime, until: timedelta | datetime | None, what: By | None, **equal: str | None
) -> None:
    """Shows what was asked and how it went, as a table and a small chart."""
    from app import wiring
    from app.report import show_groups, show_statistics
    from tracking.breakdown import by
    from tracking.listing import listing
    from tracking.stats import between

    settings = settings_module.read()
    zone, now = ZoneInfo(settings.timezone), datetime.now(UTC)
    begin, end = instant(since, now, zone), instant(until or now, now, zone)
    with wiring.ledger(settings) as ledger:
        found = between(ledger, begin, end, **equal)
        words = listing(ledger, begin, end, private_words=True, most=5, **equal)
        groups = by(ledger, what or "day", begin, end, zone, **equal)
    if what is None:
        show_statistics(found, words, groups, zone)
    else:
        show_groups(found, what, groups, zone)


@click.command("import")
@click.argument("source")
@click.option("--experiment", help="Its name there; default: the one Teller uses.")
def import_(source: str, experiment: str | None) -> None:
    """Takes over the runs of the system before Teller from SOURCE: a folder such as mlruns, or an MLflow address.

    SOURCE is only read. Repeating the command brings nothing twice.
    """
    from app import wiring

    settings = settings_module.read()
    name = experiment or settings.mlflow_experiment_name
    file = Path(source.removeprefix("sqlite:///"))
    if (source.startswith("sqlite:") or "://" not in source) and not file.exists():
        raise Unusable(f"There is no {file}.")  # MLflow would make an empty one
    with wiring.ledger(settings) as ledger, mlflow_reached(source):
        found = wiring.import_runs(settings, source, name, ledger)
    if not (found.new or found.here or found.own or found.empty):
        raise Unusable(f"There are no runs in the experiment {name} at {shown(source)}; --experiment names another.")
    click.echo(f"{counted(found.new, 'question')} taken over from {shown(source)}.")
    click.echo(
        f"Left out: {found.here:,} already here, {found.own:,} of Teller's own, {found.empty:,} without a question."
    )


@click.command()
@click.option("--repair", is_flag=True, help="Mends what can be mended.")
@click.option("--person", metavar="WHO", help="Shows the bank as they see it: a Slack id, an e-mail address, cli:NAME.")
def doctor(repair: bool, person: str | None) -> None:
    """Checks that everything fits together, says what does not and how to cure it; ends with 1 if there is a fault."""
    from rich.console import Console

    from app.doctor import CHECKS, examine

    settings = settings_module.read()
    if person is not None:
        from app import wiring
        from app.sight import show_sight

        with wiring.bank(settings) as door:
            show_sight(door, asyncio.run(wiring.somebody(settings, door, person)), Console(highlight=False))
        return
    if not examine(settings, repair, CHECKS, Console(highlight=False)):
        raise Unusable("There are faults; see ✗ above.")


@contextmanager
def mlflow_reached(uri: str) -> Iterator[None]:
    """An MLflow that does not answer is said in a sentence."""
    try:
        yield
    except Exception as error:  # MLflow, SQLAlchemy and requests each raise their own
        why = f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
        raise Unusable(f"MLflow cannot be used at {shown(uri)} ({SECRET.sub('…', why)}).") from error


def counted(number: int, thing: str) -> str:
    """A number with its noun."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def shown(url: str) -> str:
    """An address without its password."""
    return SECRET.sub("…", url)


@contextmanager
def bar(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, where somebody looks at it."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda more: progress.advance(task, more)
