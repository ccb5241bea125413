"""`python -m emulator`: starts a Slack on this computer and says where it is."""

import asyncio
import sys
from pathlib import Path

import click

from emulator.cast import APP_TOKEN, BOT_TOKEN
from emulator.server import HOST, PortTaken, make_app, serve


@click.command()
@click.option("--port", default=3900, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--suggest", "suggested", multiple=True, help="A question the page offers; may be repeated.")
@click.option(
    "--suggest-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="One question a line."
)
@click.option(
    "--command", "commands", multiple=True, default=("/ask",), show_default=True, help="The app's slash commands."
)
def main(port: int, suggested: tuple[str, ...], suggest_file: Path | None, commands: tuple[str, ...]) -> None:
    """A Slack on your laptop, for the app and for your browser."""
    suggestions = [*suggested, *_lines(suggest_file)]
    try:
        asyncio.run(serve(make_app(commands=commands, suggestions=suggestions), port, _tell))
    except PortTaken:
        click.echo(f"Port {port} on {HOST} is taken: stop what listens there, or choose another with --port.", err=True)
        sys.exit(1)


def _lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    return [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _tell(address: str) -> None:
    click.echo(f"Slack emulator: {address}")
    click.echo(f"Web API: {address}/api/   bot token: {BOT_TOKEN}   app token: {APP_TOKEN}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
