"""What one person's Home shows, put together from the ledger, the catalogue and the policy."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bank.door import Bank
from bank.errors import BankError
from bank.person import Person
from bot.blocks.home import MINE, REVIEWED, Homepage
from bot.blocks.subscriptions import section
from bot.listeners.desk import Desk
from bot.meanings import entries
from tracking.choices import StandingChoices
from tracking.preferences import Settled
from tracking.records import Entry, Vote
from tracking.reviews import Reviews
from tracking.stats import between

WEEK = timedelta(days=7)
TABLES = 12
MASKED = {
    "hide": "hidden",
    "last four": "by its last four characters",
    "hash": "replaced by a code",
    "band": "rounded to a range",
}


def homepage(desk: Desk, user: str, person: Person | None, sought: str = "") -> Homepage:
    """Reads the ledger several times: never on the event loop. `person` is None where Slack does not tell who it is."""
    now = datetime.now(UTC)
    looks_after = person is not None and desk.door is not None and desk.door.rights.policy.looks_after(person)
    reviews = Reviews(desk.ledger)
    return Homepage(
        bank=desk.bank,
        examples=desk.examples,
        mine=_mine(desk, user),
        orders=section(desk.ledger.subscriptions_of(user), desk.ordering.zone if desk.ordering else desk.zone),
        week=between(desk.ledger, now - WEEK, now),
        sought=sought,
        known=_known(desk.door, person, sought),
        counts=_counts(desk.door),
        rights=_rights(desk.door, person),
        preferences=Settled(desk.ledger).of(user),
        readings=[f"{word.replace('=', ' always means ', 1)}" for word in StandingChoices(desk.ledger).of(user)],
        waiting=reviews.waiting(REVIEWED) if looks_after else None,
        waiting_number=reviews.number() if looks_after else 0,
        health=_health(desk) if looks_after else None,
    )


def _mine(desk: Desk, person: str) -> Sequence[tuple[Entry, Vote | None]]:
    asked = desk.ledger.asked_by(person, MINE)
    votes = desk.ledger.votes_on(entry.asked.id for entry in asked)
    own = {question: next((vote for vote in given if vote.person == person), None) for question, given in votes.items()}
    return [(entry, own.get(entry.asked.id)) for entry in asked]


def _known(door: Bank | None, person: Person | None, sought: str) -> Sequence[tuple[str, str]]:
    """Only words of tables this person may see."""
    if door is None or person is None or not sought.strip():
        return ()
    try:
        seen = set(door.rights.view(person).parts)
    except BankError:
        return ()
    low = sought.strip().lower()
    found = [
        (any(low == name.lower() for name in one.names), one.name, one.meaning)
        for one in entries(door.catalogue)
        if one.tables <= seen and any(low in words.lower() for words in (*one.names, one.meaning))
    ]
    return [(name, meaning) for _, name, meaning in sorted(found, key=lambda one: not one[0])]


def _counts(door: Bank | None) -> str:
    if door is None:
        return "Nothing is known of the bank."
    there = door.catalogue
    columns = sum(len(table.columns) for table in there.tables.values())
    return (
        f"{len(there.tables)} kinds of things, {columns} things known of them, "
        f"{len(there.measures)} measures, {len(there.terms)} terms."
    )


def _rights(door: Bank | None, person: Person | None) -> Sequence[str]:
    if door is None or person is None:
        return ("Slack does not tell me who you are at the moment.",)
    try:
        view = door.rights.view(person)
    except BankError as refusal:
        return (str(refusal),)
    role = door.rights.policy.roles[view.standing.role]
    held = [f"{name} {', '.join(map(str, values))}" for name, values in view.standing.attributes.items()]
    lines = [" · ".join([role.says or view.standing.role, *held])]
    for name, table in list(door.catalogue.tables.items())[:TABLES]:
        plural = table.plural or f"{table.noun}s"
        part = view.parts.get(name)
        if part is None:
            lines.append(f"{plural}: nothing")
            continue
        masked = [f"{door.catalogue.label(name, column)} {MASKED[mask.how]}" for column, mask in part.masks.items()]
        lines.append(f"{plural}: {part.says or 'all of them'}" + (f" ({'; '.join(masked)})" if masked else ""))
    limits = {
        "rows an answer": role.row_cap,
        "questions a day": role.questions_a_day,
        "seconds a day": role.seconds_a_day,
    }
    lines += [f"At most {most:,.0f} {what}" for what, most in limits.items() if most]
    return lines


def _health(desk: Desk) -> Sequence[str]:
    held = desk.ledger.holdings()
    votes = "1 vote" if held.votes == 1 else f"{held.votes:,} votes"
    lines = [
        f"Questions that wait for an answer: {desk.ledger.unanswered():,}",
        f"Waiting to go to MLflow: {held.waiting:,}; set aside after failing: {held.aside:,}",
        f"In the ledger: {held.questions:,} questions, {votes}",
    ]
    return [*lines, *desk.health.words()]
