"""The command line: `teller demo | bot | jobs | ask | evaluate | learn | setup | doctor | stats | export | cleanup | hold | ui | …`."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click

from app import settings as settings_module
from app.audit import audit
from app.cleanup import cleanup, hold
from app.faults import Unusable
from app.learn import drafted, learn
from app.memory import doctor, export, import_, setup, stats, ui
from app.settings import BadSettings


class Teller(click.Group):
    """Says every expected fault as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from bank.errors import BankError
        from tracking.errors import NoLedger

        try:
            return super().invoke(ctx)
        except (BadSettings, BankError, NoLedger, Unusable) as fault:
            for line in str(fault).splitlines():
                click.echo(f"teller: {line}", err=True)
            ctx.exit(1)


@click.group(cls=Teller, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="teller")
def main() -> None:
    """Answers bankers' questions about their own bank, in Slack, and remembers every answer and vote in MLflow."""


@main.command()
@click.option("--port", default=3900, show_default=True, help="Where the page is served on 127.0.0.1.")
def demo(port: int) -> None:
    """Starts a Slack on this laptop, the bot and the jobs."""
    from app.demo import Demo, DemoFailed
    from app.sample import make_sample_bank
    from bank import catalogue

    settings = settings_module.read()
    make_sample_bank(settings)
    try:
        bank = settings.home / "bank.db" if settings.is_sample else None
        model = settings.model_url if settings.model_name else ""
        Demo(settings.home, port, catalogue.load(settings.catalogue_path).examples[:10], bank, model).run()
    except DemoFailed as fault:
        raise Unusable(str(fault)) from None


@main.command()
def bot() -> None:
    """Answers in Slack until it is told to stop."""
    from app import logs
    from app.wiring_bot import run_bot
    from bot.connection import NoConnection
    from bot.looking import question_in_hand
    from bot.serving import CannotServe

    settings = settings_module.read()
    logs.start(settings.log_level, question_in_hand, settings.secret_words)
    try:
        asyncio.run(run_bot(settings))
    except (NoConnection, CannotServe) as fault:
        raise Unusable(str(fault)) from None


@main.command()
@click.option("--now", metavar="JOB", help="Runs one job now and ends: daily-stats, weekly-digest, threshold-alerts, …")
def jobs(now: str | None) -> None:
    """Brings MLflow up to date and posts digests and alerts, until it is told to stop."""
    from app import logs, wiring, wiring_jobs

    settings = settings_module.read()
    logs.start(settings.log_level, lambda: "", settings.secret_words)
    if now is None:
        asyncio.run(wiring_jobs.run_jobs(settings))
        return
    with wiring.ledger(settings) as ledger, wiring_jobs.perhaps_a_bank(settings) as door:
        schedule = wiring_jobs.schedule(settings, ledger, door)
        if now not in schedule.names:
            raise Unusable(
                f"There is no job {now}. There are: {', '.join(schedule.names) or 'none without a channel'}."
            )
        asyncio.run(schedule.run_now(now))


@main.command()
@click.argument("question", required=False)
@click.option(
    "--file", "file", type=click.File(encoding="utf-8"), help="Questions, one a line; - reads standard input."
)
@click.option("--approach", type=click.Choice(["auto", "pattern", "ai", "agents"]), default="auto", show_default=True)
@click.option("--as", "person", metavar="PERSON", help="Who asks; default: you.")
@click.option("--database", metavar="URL", help="Another bank's database, as an SQLAlchemy URL.")
@click.option(
    "--catalogue",
    metavar="FILE",
    help="Its catalogue: a YAML file, sample or berka; default: what `teller learn` wrote here.",
)
@click.option("--policy", metavar="FILE", help="Who may see what of it; default: policy.yaml beside the catalogue.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def ask(
    question: str | None,
    file: TextIO | None,
    approach: str,
    person: str | None,
    database: str | None,
    catalogue: str | None,
    policy: str | None,
    as_json: bool,
) -> None:
    """Answers a question in the terminal, by the same way as in Slack."""
    from app import ask as terminal
    from app import logs, wiring
    from bot.looking import question_in_hand

    if (question is None) == (file is None):
        raise click.UsageError("Give a question in quotes, or --file with one question a line.")
    texts = [question] if question is not None else terminal.questions(file or ())
    settings = settings_module.read(database=database, catalogue=drafted(database, catalogue), policy=policy)
    logs.start("error", question_in_hand, settings.secret_words)
    show = terminal.print_json if as_json else terminal.draw
    with wiring.ledger(settings) as ledger, wiring.answering(settings, ledger) as answering:
        counted = database is None and catalogue is None
        asker = terminal.Terminal(answering, person or terminal.this_person(), approach, counted)
        asyncio.run(asker.ask_all(texts, show))


@main.command()
@click.option(
    "--approach",
    "approaches",
    multiple=True,
    type=click.Choice(["pattern", "ai", "agents", "auto"]),
    default=["pattern"],
    show_default=True,
    help="By which way; may be given several times.",
)
@click.option("--golden", metavar="FOLDER|FILE", type=click.Path(path_type=Path), help="Golden questions of your own.")
@click.option("--database", metavar="URL", help="Another bank's database, as an SQLAlchemy URL.")
@click.option("--catalogue", metavar="FILE", help="That bank's catalogue: a YAML file, or sample, or berka.")
@click.option("--misses", is_flag=True, help="Also shows what was asked back or refused needlessly.")
@click.option("--mlflow/--no-mlflow", "to_mlflow", default=True, help="Whether MLflow gets a run for each file.")
def evaluate(
    approaches: tuple[str, ...],
    golden: Path | None,
    database: str | None,
    catalogue: str | None,
    misses: bool,
    to_mlflow: bool,
) -> None:
    """Asks golden questions and counts right and wrong answers; ends with 1 where a file's floor was not reached."""
    from app import evaluate as evaluation
    from app import logs, wiring
    from app.unfinished import Unfinished
    from bot.looking import question_in_hand

    settings = settings_module.read(database=database, catalogue=catalogue)
    logs.start("error", question_in_hand, settings.secret_words)
    files = wiring.golden_files(settings, golden)
    unfinished = Unfinished(settings.home / "evaluation-unfinished.jsonl", settings.model_name)
    if unfinished:
        click.echo(f"{len(unfinished):,} cases were judged before an interruption and are not asked again.", err=True)
    measured = asyncio.run(wiring.evaluate(settings, files, approaches, unfinished, partial(click.echo, err=True)))
    unfinished.done()
    kept = settings.home / "evaluation.json"
    before = evaluation.recall(kept)
    evaluation.show(measured, before, misses)
    evaluation.remember(kept, before, measured)
    if to_mlflow and not wiring.log_evaluation(settings, measured):
        click.echo("teller: MLflow cannot be reached: it has no run of this. --no-mlflow leaves it out.", err=True)
    below = [sentence for one in measured for sentence in one.below()]
    if below:
        raise Unusable("\n".join(below))


@main.command("load-berka")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def load_berka(folder: Path, file: Path) -> None:
    """Loads the PKDD 1999 bank from FOLDER/*.asc into the SQLite file FILE."""
    from bank.berka.load import load_bank

    for sentence in load_bank(folder, file):
        click.echo(sentence)
    click.echo(f'Ask it: teller ask --database sqlite:///{file} --catalogue berka "How many accounts are there?"')


for command in (learn, setup, ui, export, import_, stats, cleanup, hold, doctor, audit):
    main.add_command(command)
