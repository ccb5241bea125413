"""`teller doctor`: independent checks, each finding said in a line with its cure; with --repair some mend what they find."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from app.agreement import mlflow
from app.finding import Finding
from app.settings import Settings
from bank.door import Bank
from bank.errors import BankError
from tracking.errors import NoLedger

_MARKS = {"good": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "fault": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class Check:
    """Looks at one thing. `look` takes the settings and whether to repair, and yields what it finds as it goes."""

    name: str
    look: Callable[[Settings, bool], Iterator[Finding]]


def examine(settings: Settings, repair: bool, checks: tuple[Check, ...], console: Console) -> bool:
    """Runs every check, whatever becomes of the others; True if none found a fault."""
    sound = True
    for check in checks:
        console.print(f"[bold]{escape(check.name)}[/bold]")
        for finding in _findings(check, settings, repair):
            sound = sound and finding.grade != "fault"
            console.print(f"  {_MARKS[finding.grade]} {escape(finding.sentence)}", soft_wrap=True)
            if finding.cure:
                console.print(f"    → {escape(finding.cure)}", soft_wrap=True)
    return sound


def _findings(check: Check, settings: Settings, repair: bool) -> Iterator[Finding]:
    try:
        yield from check.look(settings, repair)
    except (BankError, NoLedger) as fault:
        for line in str(fault).splitlines():
            yield Finding("fault", line)
    except Exception as error:  # one check that breaks must not keep the others from being run
        yield Finding("fault", f"This check itself failed: {type(error).__name__}: {error}")


def env_file(settings: Settings, repair: bool) -> Iterator[Finding]:
    """Tokens and keys stand in `.env`: only its owner should read it."""
    file = Path(".env")
    if not file.exists():
        yield Finding("good", "There is no .env file here; settings come from the environment.")
    elif not file.stat().st_mode & 0o077:
        yield Finding("good", ".env is readable by its owner only.")
    elif repair:
        os.chmod(file, 0o600)
        yield Finding("good", ".env was readable by others; now only its owner may read it.")
    else:
        yield Finding("warning", ".env can be read by others on this machine.", "chmod 600 .env, or --repair")


def bank(settings: Settings, repair: bool) -> Iterator[Finding]:
    """The bank answers, and the catalogue names only what it has; `Misfit` says every fault."""
    from app import wiring

    with wiring.bank(settings) as door:
        tables = len(door.catalogue.tables)
        if door.rights.policy.draft:
            yield Finding(
                "warning",
                "The policy is a draft: the bot does not start on it.",
                "Read it, then take out its line draft: true.",
            )
        yield Finding("good", f"{door.catalogue.bank} answers; its catalogue fits ({tables} tables).")
        roles, people = len(door.rights.policy.roles), len(door.rights.policy.people)
        yield Finding(
            "good", f"Its policy fits: {roles} roles, {people} people or groups ({door.rights.policy.stamp})."
        )
        yield from _reading_only(door)


def _reading_only(door: Bank) -> Iterator[Finding]:
    """Proves that the way in cannot write, as far as the database tells."""
    excess = door.excess()
    if excess is None:
        cure = "Give Teller a role that can SELECT and nothing else: its guard is then not the only wall."
        yield Finding("warning", f"Whether its role can write cannot be told for {door.dialect} databases.", cure)
    elif not excess:
        yield Finding("good", "Teller's way in can read what is catalogued, and cannot write: the database says so.")
    for place, sentence in enumerate(excess or ()):
        cure = f"Make a role that can only read, and put it into TELLER_DATABASE:\n{door.reader()}" if not place else ""
        yield Finding("warning", sentence, cure)


def audit(settings: Settings, repair: bool) -> Iterator[Finding]:
    """The record of every look is whole."""
    from app import wiring
    from bank.audit import verify

    with wiring.audit(settings) as record:
        found = verify(record)
    if found.fault:
        cure = "Somebody who could write it has changed it; teller audit export keeps what is there."
        yield Finding("fault", f"The audit: {found.fault}", cure)
    else:
        yield Finding("good", f"The audit is whole: {found.records:,} records.")
    if not settings.audit_key.get_secret_value():
        yield Finding(
            "warning", "TELLER_AUDIT_KEY is not set: whoever can write the audit could make it anew.", "Set one."
        )


def ledger(settings: Settings, repair: bool) -> Iterator[Finding]:
    """The ledger opens and its tables are up to date."""
    from app import wiring

    with wiring.ledger(settings) as remembered:
        holds = remembered.holdings()
        yield Finding("good", f"The ledger opens: {holds.questions:,} questions, {holds.votes:,} votes.")


def alerts(settings: Settings, repair: bool) -> Iterator[Finding]:
    """Where alerts go, and what counts as trouble."""
    if not settings.digest_channel:
        yield Finding("warning", "No digests and no alerts are posted.", "Set TELLER_DIGEST_CHANNEL to a channel's id.")
        return
    yield Finding(
        "good",
        f"Alerts go to {settings.alert_channel or settings.digest_channel}: success below {settings.alert_success_below:g} %, "
        f"on average above {settings.alert_seconds_above:g} s, satisfaction below {settings.alert_satisfaction_below:g} %, "
        f"over {settings.alert_window_hours:g} h.",
    )
    if settings.alert_by_approach:
        yield Finding("good", f"Otherwise for single approaches: {', '.join(settings.alert_by_approach)}.")


CHECKS = (
    Check("Settings", env_file),
    Check("Bank", bank),
    Check("Audit", audit),
    Check("Ledger", ledger),
    Check("MLflow", mlflow),
    Check("Alerts", alerts),
)
"""Every check there is, in the order they are run."""
