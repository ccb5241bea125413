"""`teller cleanup` and `teller hold`: deletes what is past its age, archived first, and keeps what must be kept."""

import getpass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

import click

from app import settings as settings_module
from app.faults import Unusable
from app.memory import bar, counted
from tracking.records import Hold, HoldKind

if TYPE_CHECKING:
    from app.retention import Ages, Plan

WORDS = {
    "questions": "Questions, with their votes and runs in MLflow",
    "previews": "Rows kept of answers, here and in MLflow",
    "comments": "Comments, here and in MLflow (the thumbs stay)",
    "audit": "Records of the audit, in whole sealed periods",
}


@click.command()
@click.argument("days", required=False, type=click.IntRange(min=0))
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option("--archive/--no-archive", "archived", default=True, help="Whether all of it is written to Parquet first.")
def cleanup(days: int | None, yes: bool, dry_run: bool, archived: bool) -> None:
    """Deletes what is past its age, in the ledger, the audit and MLflow; shows it and asks first.

    With DAYS: every question asked more than so many days ago. Without: by the ages the bank has set
    (TELLER_KEEP_…_DAYS); where none is set, nothing is deleted.
    """
    from app.wiring_jobs import retaining

    settings = settings_module.read()
    ages: Ages = settings.ages if days is None else {"questions": timedelta(days=days)}
    if not ages:
        click.echo(
            "Nothing is deleted: no age is set. Set TELLER_KEEP_QUESTIONS_DAYS and the like, or give one: teller cleanup 90"
        )
        return
    with retaining(settings) as retained:
        plan = retained.plan(ages, datetime.now(UTC))
        show(plan, retained.ledger.holds())
        if not plan.number:
            click.echo("Nothing to delete.")
            return
        if dry_run:
            return
        if not yes and not click.confirm("Delete them for good?"):
            raise Unusable("Nothing was deleted.")
        with bar("Deleting", plan.number) as advance:
            gone = retained.delete(plan, archived, advance)
    for what, number in gone.removed.items():
        click.echo(f"{WORDS[what]}: {number:,} deleted.")
    click.echo(f"Report: {gone.report}")
    if gone.remaining:
        raise Unusable(f"{gone.remaining} runs are still in MLflow; they are removed as soon as it can be reached.")


def show(plan: "Plan", holds: list[Hold]) -> None:
    """What would go, a line for each class, and what keeps the rest."""
    for one in plan.due:
        votes = f" and {counted(one.found.votes, 'vote')}" if one.found.votes else ""
        oldest = f", the oldest of {one.found.oldest:%d %b %Y}" if one.found.oldest else ""
        held = f"; a hold keeps back {one.found.held:,} more" if one.found.held else ""
        click.echo(f"{WORDS[one.what]}, before {one.before:%d %b %Y}: {one.found.number:,}{votes}{oldest}{held}.")
    if plan.audit_before:
        why = "; they are kept while any hold stands" if plan.audit_held else ""
        click.echo(f"{WORDS['audit']}, before {plan.audit_before:%d %b %Y}: {plan.audit:,}{why}.")
    for hold in holds:
        click.echo(f"Hold {said(hold)}")


@click.group()
def hold() -> None:
    """Legal holds: what they name is never deleted, whatever its age, until they are lifted."""


@hold.command("add")
@click.argument("kind", type=click.Choice(get_args(HoldKind)))
@click.argument("value", default="")
@click.option("--reason", required=True, help="Why, for whoever lifts it: a case, a letter.")
def add(kind: HoldKind, value: str, reason: str) -> None:
    """Keeps everything of a person, a channel or a question (VALUE is its Slack id, or the question's), or everything."""
    from app import wiring

    if (kind == "everything") == bool(value):
        raise Unusable("Name the one that is meant: its id." if not value else "Everything needs no id.")
    settings, by, now = settings_module.read(), getpass.getuser(), datetime.now(UTC)
    with wiring.ledger(settings) as ledger, wiring.audit(settings) as audit:
        number = ledger.hold(kind, value, reason, by, now)
        audit.append("hold", number=number, what=kind, value=value, reason=reason, by=by)
    click.echo(f"Hold {number} stands: {kind} {value}".rstrip() + ".")


@hold.command("list")
def list_() -> None:
    """Those that stand."""
    from app import wiring

    with wiring.ledger(settings_module.read()) as ledger:
        standing = ledger.holds()
    for one in standing:
        click.echo(said(one))
    if not standing:
        click.echo("No hold stands.")


@hold.command()
@click.argument("number", type=int)
def lift(number: int) -> None:
    """Ends a hold; the next cleanup deletes what it kept back."""
    from app import wiring

    settings = settings_module.read()
    with wiring.ledger(settings) as ledger, wiring.audit(settings) as audit:
        if not ledger.lift(number, datetime.now(UTC)):
            raise Unusable(f"No hold {number} stands.")
        audit.append("hold lifted", number=number, by=getpass.getuser())
    click.echo(f"Hold {number} is lifted.")


def said(one: Hold) -> str:
    named = f"{one.kind} {one.value}".rstrip()
    return f"{one.number}: {named}, since {one.since:%d %b %Y}, by {one.by}: {one.reason}"
