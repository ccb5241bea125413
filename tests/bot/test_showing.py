"""Which questions are shown again, to whom and where: in a digest, and behind an alert."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bank.door import Bank
from bank.person import Person
from bot.audience import Audience
from bot.blocks.behind import behind_message
from bot.channels import MOST, Channels
from bot.people import People
from bot.showing import Showing
from tests.bank.rights import AUDITOR, BANKER, CLERK, NOBODY, POLICY, READER, WORDS
from tests.bank.small import make_sqlite
from tests.fakes import FakeWorkspace
from tracking.records import Asked, Entry, Result

DIGESTS, TEAM, OTHERS, SECRET, GROUP = "C5", "C6", "C7", "C8", "C9"
CLIENTS, CITIES = "SELECT client_id, name FROM client", "SELECT city FROM branch"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    bank = Bank.open(str(make_sqlite(tmp_path_factory.mktemp("small") / "small.db")), WORDS, POLICY)
    yield bank
    bank.close()


@pytest.fixture
def workspace() -> FakeWorkspace:
    """The digests are read by an auditor and a banker; the banker is in no other channel."""
    there = {
        DIGESTS: {"members": ids(AUDITOR, BANKER)},
        TEAM: {"members": ids(AUDITOR, BANKER, READER)},
        OTHERS: {"members": ids(AUDITOR, READER)},
        SECRET: {"members": ids(AUDITOR, READER), "is_private": True},
        GROUP: {"members": ids(AUDITOR, READER), "is_mpim": True},
    }
    return FakeWorkspace(there, {})


def ids(*people: Person) -> list[str]:
    return ["UTELLER", *(person.id for person in people)]


def showing(workspace: FakeWorkspace, bank: Bank | None) -> Showing:
    people = People(workspace)
    channels = Channels(workspace, people)
    return Showing(channels, people, Audience(channels, people, bank) if bank else None)


def entry(channel: str, asker: Person = AUDITOR, sql: str = "", rows: int = 1, **more: Any) -> Entry:
    """A question that was answered where it was asked, or in `answered_in`."""
    answered_in, text, private = (
        more.get("answered_in", channel),
        more.get("text", "How many?"),
        more.get("private", False),
    )
    asked = Asked("one", text, asker.id, "", channel, "1.0", datetime(2026, 3, 2, tzinfo=UTC), private=private)
    outcome = more.get("outcome", "answered")
    result = Result(outcome, "Pattern Match", sql=sql, result_count=rows, message=more.get("message", ""))
    return Entry(asked, "done", (), answered_in, "1.0", result)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        (entry(DIGESTS, sql=CLIENTS), True),  # they have read it there
        (entry(DIGESTS, sql=CLIENTS, private=True), False),
        (entry(TEAM, sql=CLIENTS), True),  # all of them are there
        (entry(TEAM, sql=CLIENTS, private=True), False),
        (entry(OTHERS, sql=CITIES), True),  # the banker is not there, but may see the cities
        (entry(OTHERS, sql=CITIES, rows=3), False),  # three rows are more than a banker may see
        (entry(OTHERS, sql=CLIENTS), False),  # and clients of other branches
        (entry(OTHERS, asker=BANKER, sql=CLIENTS), True),
        (entry(OTHERS, asker=NOBODY, sql=CITIES), False),
        (entry(OTHERS, sql=CITIES, text="Cities but for Cy Cole's?"), False),
        (entry(OTHERS, outcome="failed"), True),
        (entry(OTHERS, outcome="failed", text="How rich is Cy Cole?"), False),
        (entry(SECRET, sql=CITIES), False),
        (entry(GROUP, sql=CITIES), False),
        (entry("D1", sql=CITIES), False),
        (entry("terminal", sql=CITIES), False),  # Slack does not know that channel
    ],
)
async def test_which_questions_a_digest_shows(
    bank: Bank, workspace: FakeWorkspace, question: Entry, shown: bool
) -> None:
    assert await showing(workspace, bank).in_channel(DIGESTS, [question], 5) == [question] * shown


async def test_a_private_channels_questions_are_shown_where_only_its_members_read(
    bank: Bank, workspace: FakeWorkspace
) -> None:
    workspace.channels[DIGESTS]["members"] = ids(AUDITOR, READER)
    secret = entry(SECRET, sql=CLIENTS)
    assert await showing(workspace, bank).in_channel(DIGESTS, [secret], 5) == [secret]


async def test_without_a_bank_only_where_a_question_was_asked_decides(workspace: FakeWorkspace) -> None:
    here, team, elsewhere = entry(DIGESTS), entry(TEAM), entry(OTHERS, sql=CITIES)
    assert await showing(workspace, None).in_channel(DIGESTS, [here, team, elsewhere], 5) == [here, team]
    assert await showing(workspace, None).to_person(BANKER.id, [here, team, elsewhere], 5) == [here, team]


async def test_of_a_channel_too_large_to_be_told_whole_nobody_is_taken_for_a_member_of_another(
    bank: Bank, workspace: FakeWorkspace
) -> None:
    crowd = [f"UX{number}" for number in range(MOST * 2)]
    workspace.channels[TEAM]["members"] = ["UTELLER", *crowd]
    workspace.channels[DIGESTS]["members"] = ["UTELLER", *crowd, "USTRANGER"]
    assert await showing(workspace, bank).in_channel(DIGESTS, [entry(TEAM, sql=CLIENTS)], 5) == []


async def test_no_more_than_are_wanted_and_in_their_order(bank: Bank, workspace: FakeWorkspace) -> None:
    entries = [replace(entry(DIGESTS), run_id=str(number)) for number in range(4)]
    assert await showing(workspace, bank).in_channel(DIGESTS, [entry("D1"), *entries], 2) == entries[:2]
    assert await showing(workspace, bank).to_person(BANKER.id, [entry("D1"), *entries], 2) == entries[:2]


@pytest.mark.parametrize(
    ("person", "question", "shown"),
    [
        (BANKER, entry("D1", asker=BANKER, sql=CLIENTS, private=True), True),  # their own
        (BANKER, entry("D1", sql=CITIES, private=True), False),
        (BANKER, entry(DIGESTS, sql=CLIENTS), True),  # of a channel they are in
        (BANKER, entry(DIGESTS, sql=CLIENTS, private=True), False),
        (BANKER, entry(OTHERS, sql=CITIES), True),  # whose answer they may see
        (BANKER, entry(OTHERS, sql=CITIES, rows=3), False),
        (BANKER, entry(OTHERS, sql=CLIENTS), False),
        (READER, entry(DIGESTS, sql=CLIENTS), True),
        (CLERK, entry(DIGESTS, sql=CITIES), False),
        (NOBODY, entry(DIGESTS, sql=CITIES), False),
        (BANKER, entry(OTHERS, outcome="clarify", message="Do you mean Cy Cole?"), False),
        (BANKER, entry(OTHERS, outcome="clarify", message="Do you mean Ann Archer?"), True),
        (BANKER, entry(SECRET, sql=CITIES), False),
        (BANKER, entry(GROUP, sql=CITIES), False),
        (READER, entry(SECRET, sql=CITIES), True),
    ],
)
async def test_which_questions_behind_an_alert_somebody_sees(
    bank: Bank, workspace: FakeWorkspace, person: Person, question: Entry, shown: bool
) -> None:
    assert await showing(workspace, bank).to_person(person.id, [question], 5) == [question] * shown


async def test_where_slack_tells_nothing_nothing_is_shown(bank: Bank, workspace: FakeWorkspace) -> None:
    workspace.away = True
    assert await showing(workspace, bank).in_channel(DIGESTS, [entry(TEAM, sql=CITIES)], 5) == []
    assert await showing(workspace, bank).to_person(READER.id, [entry(OTHERS, sql=CITIES)], 5) == []


def test_what_was_said_to_the_asker_alone_is_not_said_again_behind_an_alert() -> None:
    """It was kept from the channel because it names what not everybody there may know."""
    kept = entry(TEAM, outcome="clarify", message="Do you mean Cy Cole?", answered_in="D1")
    told = entry(TEAM, outcome="failed", message="The bank took too long.")
    said = behind_message("Success rate", [kept, told], 0, ZoneInfo("UTC"))
    assert "took too long" in str(said)
    assert "Cy Cole" not in str(said)
