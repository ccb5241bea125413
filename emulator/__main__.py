"""`python -m emulator`: starts a Slack on this computer and says where it is."""

import asyncio
import sys
from pathlib import Path

import click

from emulator.cast import APP_TOKEN, BOT_TOKEN
from emulator.controls import read_controls
from emulator.manifest import BadManifest, Manifest, read_manifest
from emulator.server import HOST, PortTaken, make_app, serve
from emulator.slack import Setup

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--port", default=3900, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--manifest", type=FILE, help="The app's manifest: its commands, shortcuts, events and scopes.")
@click.option("--suggest", "suggested", multiple=True, help="A question the page offers; may be repeated.")
@click.option("--suggest-file", type=FILE, help="One question a line.")
@click.option("--controls", type=FILE, help="JSON list of name, hint, command, lasting: buttons that the page offers.")
@click.option("--request-url", default="", help="Where the app listens for signed HTTP; default: Socket Mode.")
def main(
    port: int,
    manifest: Path | None,
    suggested: tuple[str, ...],
    suggest_file: Path | None,
    controls: Path | None,
    request_url: str,
) -> None:
    """A Slack on your laptop, for the app and for your browser."""
    try:
        setup = Setup(
            manifest=read_manifest(manifest) if manifest else Manifest(),
            suggestions=[*suggested, *_lines(suggest_file)],
            controls=read_controls(controls) if controls else (),
            request_url=request_url,
        )
        asyncio.run(serve(make_app(setup), port, _tell))
    except BadManifest as fault:
        click.echo(str(fault), err=True)
        sys.exit(1)
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
