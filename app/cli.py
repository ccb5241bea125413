"""The command line: `teller demo | bot | jobs | ask | setup | ui | export | cleanup | stats | load-berka`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from app import settings as settings_module
from app.settings import BadSettings, Settings


class Teller(click.Group):
    """Says every expected fault as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from bank.errors import BankError

        try:
            return super().invoke(ctx)
        except (BadSettings, BankError, Unusable) as fault:
            for line in str(fault).splitlines():
                click.echo(f"teller: {line}", err=True)
            ctx.exit(1)


class Unusable(Exception):
    """What was asked for on the command line cannot be done."""


@click.group(cls=Teller, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="teller")
def main() -> None:
    """Answers bankers' questions about their own bank, in Slack, and remembers every answer and vote in MLflow."""


@main.command()
@click.option("--port", default=3900, show_default=True, help="Where the page is served on 127.0.0.1.")
def demo(port: int) -> None:
    """Starts a Slack on this laptop, the bot and the jobs."""
    from app import wiring
    from app.demo import Demo, DemoFailed

    settings = settings_module.read()
    wiring.make_sample_bank(settings)
    try:
        Demo(settings.home, port, wiring.catalogue(settings).examples[:10]).run()
    except DemoFailed as fault:
        raise Unusable(str(fault)) from None


@main.command()
def bot() -> None:
    """Answers in Slack until it is told to stop."""
    from app import wiring

    sys.exit(asyncio.run(wiring.run_bot(settings_module.read())))


@main.command()
def jobs() -> None:
    """Brings MLflow up to date, posts digests and alerts, until it is told to stop."""
    from app import wiring

    sys.exit(asyncio.run(wiring.run_jobs(settings_module.read())))
