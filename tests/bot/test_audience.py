"""Who would see an answer if it were posted here: every asker, every set of people in a channel, every clearance."""

import itertools
from collections.abc import Iterator

import pytest

from bank.door import Bank
from bank.errors import BankError, Unreachable
from bank.masks import pseudonym
from bank.person import Person
from bot.audience import SOME, UNCLEARED, Audience, Shown
from bot.channels import GUESTS, MOST, OUTSIDERS, TOO_MANY, UNKNOWN, Channels, NotForOutsiders
from bot.people import People
from tests.bank.rights import AUDITOR, BANKER, CLERK, NOBODY, POLICY, READER, WIDER, WORDS
from tests.bank.small import make_sqlite
from tests.fakes import FakeWorkspace

EVERYBODY = (BANKER, WIDER, CLERK, AUDITOR, READER, NOBODY)
QUERIES = (
    "SELECT client_id, name, born FROM client",
    "SELECT city FROM branch",
    "SELECT loan_id, amount FROM loan",
    "SELECT loan_id, status FROM loan",
    "SELECT words FROM rating",
    "SELECT count(*) FROM branch",
)
GUEST: list[dict[str, object]] = [
    {"is_restricted": True},
    {"is_ultra_restricted": True},
    {"is_stranger": True},
    {"team_id": "T2"},
]
CLEARANCES = {"": None, "C1": BANKER}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    bank = Bank.open(str(make_sqlite(tmp_path_factory.mktemp("small") / "small.db")), WORDS, POLICY)
    yield bank
    bank.close()


def audience(bank: Bank, workspace: FakeWorkspace) -> Audience:
    people = People(workspace)
    return Audience(Channels(workspace, people), people, bank)


def channel(*members: Person, **more: object) -> FakeWorkspace:
    return FakeWorkspace({"C9": {"members": ["UTELLER", *(member.id for member in members)], **more}}, {})


def sees(bank: Bank, person: Person, sql: str) -> set[tuple[object, ...]] | None:
    """Without the role's row cap: any of them may be among those that it lets through."""
    try:
        admitted = bank.check(sql, person)
    except BankError:
        return None
    return set(bank._engine.rows(admitted.sql, 1000, admitted.ctes).rows)


def cap(person: Person) -> int:
    standing = POLICY.standing(person)
    assert standing is not None
    return POLICY.roles[standing.role].row_cap or 1000


def as_much(theirs: set[tuple[object, ...]] | None, shown: set[tuple[object, ...]]) -> bool:
    """Whether somebody who sees `theirs` learns nothing from what is shown: they could make each row of it from one of theirs."""
    return theirs is not None and all(
        any(all(cell in made_of(other) for cell, other in zip(row, own, strict=True)) for own in theirs)
        for row in shown
    )


def made_of(cell: object) -> set[object]:
    """A value, and what the clerk's masks make of it."""
    made = {cell, None, pseudonym("", str(cell)), f"{str(cell)[:4]}-01-01", "…"}
    return made | {cell // 100 * 100} if isinstance(cell, int | float) else made


@pytest.mark.parametrize("clearance", CLEARANCES)
@pytest.mark.parametrize("asker", EVERYBODY[:-1], ids=lambda person: person.id)
async def test_what_is_posted_tells_nobody_in_the_channel_anything_new(
    bank: Bank, asker: Person, clearance: str
) -> None:
    seen = {(person.id, sql): sees(bank, person, sql) for person in EVERYBODY for sql in QUERIES}
    most = {person.id: cap(person) for person in EVERYBODY[:-1]}
    posted = 0
    for size in range(len(EVERYBODY) + 1):
        for members in itertools.combinations(EVERYBODY, size):
            workspace = channel(*members)
            workspace.channels["C1"] = workspace.channels["C9"]
            for sql in QUERIES:
                shown = seen[asker.id, sql]
                there = Shown([sql], min(len(shown or ()), most[asker.id]))
                if shown is None or (await audience(bank, workspace).judge(clearance or "C9", asker, there)).reason:
                    continue
                posted += 1
                judges = [CLEARANCES[clearance]] if clearance else [member for member in members if member != asker]
                assert all(as_much(seen[judge.id, sql], shown) for judge in judges if judge), (members, sql)
                assert all(there.rows <= most[judge.id] for judge in judges if judge), (members, sql)
    assert posted


@pytest.mark.parametrize(
    ("asker", "members", "sql", "reason"),
    [
        (BANKER, [BANKER], QUERIES[0], ""),
        (BANKER, [BANKER, AUDITOR], QUERIES[0], ""),
        (BANKER, [BANKER, WIDER], QUERIES[0], SOME),
        (WIDER, [WIDER, BANKER], QUERIES[0], SOME),
        (AUDITOR, [AUDITOR, BANKER], QUERIES[1], ""),
        (AUDITOR, [AUDITOR, CLERK], QUERIES[1], SOME),
        (AUDITOR, [AUDITOR, BANKER], QUERIES[3], SOME),
        (AUDITOR, [AUDITOR, NOBODY], QUERIES[1], SOME),
        (CLERK, [CLERK, AUDITOR], QUERIES[0], ""),
        (CLERK, [CLERK, CLERK], QUERIES[2], ""),
        (READER, [READER, AUDITOR, CLERK], QUERIES[3], ""),
    ],
)
async def test_an_answer_is_posted_where_everybody_may_see_it(
    bank: Bank, asker: Person, members: list[Person], sql: str, reason: str
) -> None:
    assert (await audience(bank, channel(*members)).judge("C9", asker, Shown([sql]))).reason == reason


@pytest.mark.parametrize(
    ("members", "rows", "reason"),
    [
        ([AUDITOR, BANKER], 2, ""),  # whose role sees two rows of an answer
        ([AUDITOR, BANKER], 3, SOME),
        ([AUDITOR, WIDER, READER], 3, SOME),
        ([AUDITOR, READER], 1000, ""),
    ],
)
async def test_nobody_is_shown_more_rows_than_their_role_may_see(
    bank: Bank, members: list[Person], rows: int, reason: str
) -> None:
    there = audience(bank, channel(*members))
    assert (await there.judge("C9", AUDITOR, Shown([QUERIES[1]], rows))).reason == reason
    cleared = audience(bank, FakeWorkspace({"C1": {"members": []}}, {}))
    assert (await cleared.judge("C1", AUDITOR, Shown([QUERIES[1]], rows))).reason == ("" if rows < 3 else UNCLEARED)


async def test_words_beside_the_rows_name_only_what_everybody_there_knows(bank: Bank) -> None:
    there = audience(bank, channel(AUDITOR, BANKER))
    assert (await there.judge("C9", AUDITOR, Shown([QUERIES[1]], 2, "Branches but for that of Ann Ash"))).reason == ""
    assert (await there.judge("C9", AUDITOR, Shown([QUERIES[1]], 2, "Branches but for that of Cy Cole"))).reason == SOME


async def test_one_table_of_several_that_not_all_may_see_keeps_them_all_back(bank: Bank) -> None:
    there = audience(bank, channel(AUDITOR, BANKER))
    assert (await there.judge("C9", AUDITOR, Shown([QUERIES[1], QUERIES[3]]))).reason == SOME


async def test_a_verdict_names_who_would_read_the_answer(bank: Bank) -> None:
    workspace = channel(BANKER, AUDITOR)
    workspace.channels["C1"] = {"members": []}
    there = audience(bank, workspace)
    assert (await there.judge("C9", BANKER, Shown(QUERIES[:1]))).readers == (BANKER.id, AUDITOR.id)
    assert (await there.judge("C1", BANKER, Shown(QUERIES[:1]))).readers == ("clearance banker",)
    assert (await there.judge("D1", BANKER, Shown(QUERIES[:1]))).readers == (BANKER.id,)


async def test_a_clearance_speaks_for_a_channel_without_a_look_at_its_members(bank: Bank) -> None:
    workspace = FakeWorkspace({"C1": {"members": ["U9"] * 1000}}, {})
    assert (await audience(bank, workspace).judge("C1", BANKER, Shown(QUERIES[:1]))).reason == ""
    assert (await audience(bank, workspace).judge("C1", WIDER, Shown(QUERIES[:1]))).reason == UNCLEARED
    assert workspace.calls == ["conversations.info"] * 2


@pytest.mark.parametrize(
    "shared", [{"is_ext_shared": True}, {"is_pending_ext_shared": True}, {"is_shared": True, "is_org_shared": False}]
)
async def test_where_other_organisations_read_along_an_answer_is_always_private(
    bank: Bank, shared: dict[str, bool]
) -> None:
    workspace = channel(AUDITOR, **shared)
    workspace.channels["C1"] = {"members": [], **shared}
    assert (await audience(bank, workspace).judge("C9", AUDITOR, Shown(["SELECT 1"]))).reason == OUTSIDERS
    assert (await audience(bank, workspace).judge("C1", BANKER, Shown(["SELECT 1"]))).reason == OUTSIDERS


async def test_a_channel_of_several_workspaces_of_one_organisation_is_judged_by_its_members(bank: Bank) -> None:
    workspace = channel(AUDITOR, is_shared=True, is_org_shared=True)
    assert (await audience(bank, workspace).judge("C9", AUDITOR, Shown(["SELECT 1"]))).reason == ""


@pytest.mark.parametrize("guest", GUEST)
async def test_where_a_guest_reads_along_an_answer_is_always_private(bank: Bank, guest: dict[str, object]) -> None:
    workspace = channel(AUDITOR, READER)
    workspace.users = {READER.id: guest}
    assert (await audience(bank, workspace).judge("C9", AUDITOR, Shown(["SELECT 1"]))).reason == GUESTS


async def test_in_direct_messages_the_asker_sees_what_is_theirs(bank: Bank) -> None:
    workspace = channel()
    assert (await audience(bank, workspace).judge("D1", BANKER, Shown(QUERIES[:1]))).reason == ""
    assert workspace.calls == []


async def test_what_slack_does_not_tell_counts_as_no(bank: Bank) -> None:
    workspace = channel(AUDITOR)
    workspace.away = True
    assert (await audience(bank, workspace).judge("C9", AUDITOR, Shown(["SELECT 1"]))).reason == UNKNOWN


async def test_a_large_channel_needs_a_clearance(bank: Bank) -> None:
    workspace = FakeWorkspace({"C9": {"members": ["UTELLER", *[AUDITOR.id] * MOST]}}, {})
    assert (await audience(bank, workspace).judge("C9", AUDITOR, Shown(["SELECT 1"]))).reason == ""
    workspace.channels["C9"]["members"].append(AUDITOR.id)
    assert (await audience(bank, workspace).judge("C9", AUDITOR, Shown(["SELECT 1"]))).reason == TOO_MANY


async def test_people_come_with_the_address_and_the_groups_the_policy_goes_by() -> None:
    workspace = FakeWorkspace({}, {"U1": {"profile": {"email": "ann@bank.example"}}}, {"S1": ["U1"], "S2": ["U2"]})
    assert await People(workspace).person("U1", "Ann") == Person("U1", "Ann")
    known = People(workspace, emails=True, groups=("S1", "S2"))
    assert await known.person("U1") == Person("U1", "", "ann@bank.example", ("S1",))
    workspace.away = True
    assert await known.person("U1") == Person("U1", "", "ann@bank.example", ("S1",))


async def test_somebody_slack_does_not_tell_of_is_never_taken_for_one_of_the_rest() -> None:
    workspace = FakeWorkspace({}, {}, {"S1": ["U1"]})
    workspace.away = True
    for people in (People(workspace, emails=True), People(workspace, groups=("S1",))):
        with pytest.raises(Unreachable, match="who you are"):
            await people.person("U1")


@pytest.mark.parametrize("guest", GUEST)
async def test_guests_and_people_of_other_organisations_are_told_apart_where_the_policy_goes_by_it(
    guest: dict[str, object],
) -> None:
    workspace = FakeWorkspace({}, {"U2": guest})
    assert not (await People(workspace).person("U2")).outside
    for people in (People(workspace, rest=True), People(workspace, emails=True)):
        assert (await people.person("U2")).outside
        assert not (await people.person("U1")).outside
    workspace.away = True
    with pytest.raises(Unreachable, match="who you are"):
        await People(workspace, rest=True).person("U1")


async def test_what_slack_said_of_a_person_is_asked_again_after_a_while() -> None:
    now = [0.0]
    workspace = FakeWorkspace({}, {"U1": {"profile": {"email": "old@bank.example"}}})
    people = People(workspace, emails=True, clock=lambda: now[0])
    await people.person("U1")
    workspace.users = {"U1": {"profile": {"email": "new@bank.example"}}}
    assert (await people.person("U1")).email == "old@bank.example"
    now[0] = 301.0
    assert (await people.person("U1")).email == "new@bank.example"


async def test_digests_and_alerts_stay_among_colleagues() -> None:
    posted: list[str] = []

    async def post(channel: str, text: str, blocks: object) -> str:
        posted.append(channel)
        return "1.0"

    workspace = FakeWorkspace(
        {"C1": {"members": ["U1"]}, "C2": {"members": ["U1", "U2"]}, "C3": {"members": [], "is_ext_shared": True}},
        {"U2": {"is_restricted": True}},
    )
    checked = Channels(workspace, People(workspace)).insiders_only(post)
    assert await checked("C1", "Weekly digest", ()) == "1.0"
    for outside, reason in (("C2", GUESTS), ("C3", OUTSIDERS)):
        with pytest.raises(NotForOutsiders, match=reason):
            await checked(outside, "Weekly digest", ())
    assert posted == ["C1"]
