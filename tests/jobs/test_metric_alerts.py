"""A figure of the bank is watched: told of once when it is as wanted, with what moved it, and by the owner's rights alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.person import Person
from bank.policy import Policy
from bank.table import Column, Table
from bot.answering import Answering
from bot.audience import Audience
from bot.blocks.fit import MESSAGE_TEXT, weight
from bot.channels import Channels
from bot.condition import Condition
from bot.delivering import Delivering
from bot.ordering import Ordering
from bot.people import People
from bot.posting import Poster
from bot.standing import order_in
from bot.telling import Telling
from generators.pattern.fresh import FreshPatternMatch
from generators.router import Router
from jobs.measuring import Row, limits_of, measure, moved, rows_of, title, worst_first
from jobs.metric_alerts import MetricAlerts, sight_of
from jobs.saying import Saying
from jobs.watch import Watcher
from jobs.why import Why
from tests.deposits import CATALOGUE, make_deposits, run
from tests.fakes import FakeSlack, FakeWorkspace
from tracking.alarms import Alarms
from tracking.ledger import Ledger
from tracking.records import Asked
from tracking.subscriptions import Subscription

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
RULES: dict[str, Any] = {
    "roles": {
        "all": {"tables": {"deposit": {}}},
        "leeds": {"tables": {"deposit": {"rows": "branch = 'Leeds'", "says": "deposits in Leeds"}}},
    },
    "everybody_else": "all",
}


class World:
    """A bank whose figures are set by hand, and one alert on them."""

    def __init__(self, folder: Path, policy: dict[str, Any] = RULES) -> None:
        self.file = folder / "bank.db"
        rows = "(1,'Leeds','Current',100),(2,'Leeds','Savings',200),(3,'York','Current',300),(4,'York','Savings',400)"
        make_deposits(self.file, rows)
        self.ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}")
        self.slack = FakeSlack()
        self.workspace = FakeWorkspace({}, {})
        self.at = NOW
        self.opens(policy)

    def opens(self, policy: dict[str, Any]) -> None:
        bank = Bank.open(str(self.file), Catalogue.model_validate(CATALOGUE), Policy.model_validate(policy))
        rules = bank.rights.policy
        people, poster = People(self.workspace, emails=rules.asks_for_email), Poster(self.slack, pause=0)
        self.way = Answering(self.ledger, Router(FreshPatternMatch(bank)), bank, askers=people)
        audience = Audience(Channels(self.workspace, people), people, bank)
        self.ordering = Ordering(self.ledger, self.way, poster, people, ZoneInfo("UTC"))
        alarms = Alarms(self.ledger)
        watcher = Watcher(
            alarms, Saying(self.ledger, poster.post_once), Telling(alarms, poster.update, ZoneInfo("UTC"))
        )
        delivering = Delivering(self.ledger, self.way, poster, people, audience)
        why = Why(self.ledger, self.way)
        self.alerts = MetricAlerts(self.ledger, self.ordering, delivering, audience, watcher, why)

    def run(self, sql: str) -> None:
        run(self.file, sql)

    async def orders(self, question: str, said: str) -> Subscription:
        self.slack.replies["conversations_open"] = [{"channel": {"id": "D1"}}]
        await self.way.ask(Asked(question, question, "U1", "Ann", "C1", question, NOW))
        wanted = order_in(said)
        assert wanted is not None
        message = await self.ordering.order(self.ledger.entry(question), wanted, "U1", "C1", "key")
        assert "I tell you" in message.text, message.text
        (made,) = self.ledger.subscriptions_of("U1")
        return made

    async def looks(self, made: Subscription, later: timedelta = HOUR) -> None:
        self.at += later
        await self.alerts.check(made.id, self.at)

    @property
    def posts(self) -> list[str]:
        return [str(sent["text"]) for sent in self.slack.sent("chat.postMessage")]

    @property
    def shown(self) -> str:
        return str(self.slack.sent("chat.update")[-1]["text"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.way.close()
    world.way.bank.close()
    world.ledger.close()


async def test_a_level_is_told_of_once_with_what_moved_it_and_closed_in_place(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this goes above 1,200")
    await world.looks(made)
    assert world.posts == []
    world.run("UPDATE deposit SET balance = 700 WHERE id = 4")
    await world.looks(made)
    await world.looks(made)
    (said,) = world.posts
    assert "1,300.00 EUR" in said
    assert "It was 1,000.00 EUR before: +300.00 (+30.0 %)." in said
    table = next(block for block in world.slack.sent("chat.postMessage")[0]["blocks"] if block["type"] == "data_table")
    cells = [[cell["text"] for cell in row] for row in table["rows"]]
    assert cells[1] in (
        ["York", "700.00 EUR", "400.00 EUR", "+300.00 (+75.0 %)"],
        ["York", "1,000.00 EUR", "700.00 EUR", "+300.00 (+42.9 %)"],
        ["Savings", "900.00 EUR", "600.00 EUR", "+300.00 (+50.0 %)"],
    )
    world.run("UPDATE deposit SET balance = 400 WHERE id = 4")
    await world.looks(made)
    assert len(world.posts) == 1
    assert "no longer so" in world.shown


async def test_a_movement_of_any_row_is_told_of_with_its_row(world: World) -> None:
    made = await world.orders("total balance by branch", "tell me when any of these falls by more than 10 % in a week")
    await world.looks(made)
    world.run("UPDATE deposit SET balance = 250 WHERE id = 4")
    await world.looks(made)
    assert world.posts == []  # there is no figure of a week ago yet
    assert "nothing yet to compare" in world.ledger.subscription(made.id).last  # type: ignore[union-attr]
    await world.looks(made, WEEK - HOUR / 2)
    (said,) = world.posts
    assert "York: 550.00 EUR." in said
    assert "It was 700.00 EUR before: −150.00 (−21.4 %)." in said
    assert "1 of 2 rows are beyond it." in said
    await world.looks(made, WEEK)
    assert len(world.posts) == 1
    assert "no longer so" in world.shown


async def test_figures_that_nothing_is_compared_with_any_more_are_forgotten(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this falls by more than 10 % in a week")
    await world.looks(made)
    first, sight = world.at, sight_of(world.way.bank.rights.policy, Person("U1"))
    for _ in range(3):
        await world.looks(made, WEEK)
    assert world.ledger.observed(made.id, "", first, sight)[0] == first
    await world.looks(made, WEEK)
    assert world.ledger.observed(made.id, "", first, sight) == (None, {})
    assert world.ledger.observed(made.id, "", world.at - WEEK, sight)[0] == world.at - WEEK


async def test_while_a_level_is_beyond_what_it_was_before_is_kept(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this goes above 1,200")
    await world.looks(made)
    world.run("UPDATE deposit SET balance = 700 WHERE id = 4")
    for _ in range(9):
        await world.looks(made, WEEK)
    assert "It was 1,000.00 EUR before" in world.shown


async def test_what_other_rights_saw_is_never_compared(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this falls by more than 10 % in a week")
    await world.looks(made)
    narrower = {**RULES, "people": [{"user": "U1", "role": "leeds"}]}
    world.opens(narrower)
    await world.looks(made, WEEK)
    await world.looks(made, HOUR)
    assert world.posts == []  # 1,000 became 300 by rights, not in the bank
    await world.looks(made, WEEK)
    world.run("UPDATE deposit SET balance = 10 WHERE id = 1")
    await world.looks(made, HOUR)
    assert "210.00 EUR" in world.posts[0]
    assert "deposits in Leeds" in world.posts[0]


async def test_a_failure_is_told_to_the_owner_once_and_five_times_pause_it(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this goes above 1,200")
    world.run("DROP TABLE deposit")
    world.slack.replies["conversations_open"] = [{"channel": {"id": "D1"}}] * 9
    for _ in range(7):
        await world.looks(made)
    assert len(world.posts) == 2
    assert "I could not look whether" in world.posts[0]
    assert "so I have paused it" in world.posts[1]
    assert world.alerts.jobs() == []


async def test_who_has_left_is_told_nothing(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this goes above 1")
    world.workspace.users["U1"] = {"deleted": True}
    world.opens(RULES)
    await world.looks(made)
    assert world.posts == []
    assert world.ledger.subscription(made.id).state == "paused"  # type: ignore[union-attr]


async def test_in_a_channel_that_may_not_see_it_nothing_is_said(world: World) -> None:
    world.slack.replies["conversations_open"] = [{"channel": {"id": "D1"}}] * 3
    made = await world.orders("What is the total balance?", "tell us when this goes above 1")
    world.workspace.channels["C1"] = {"members": ["UTELLER", "U1", "U2"]}
    world.opens({**RULES, "people": [{"user": "U2", "role": "leeds"}]})
    await world.looks(made)
    (sent,) = world.slack.sent("chat.postMessage")
    assert sent["channel"] == "D1"
    assert "I may not say it there" in sent["text"]
    assert "1,000" not in sent["text"]


async def test_what_moved_it_is_told_only_as_far_as_the_channel_may_see(world: World) -> None:
    """Everybody there may see the balances, not everybody by which branch and product they are."""
    world.slack.replies["conversations_open"] = [{"channel": {"id": "D1"}}] * 3
    made = await world.orders("What is the total balance?", "tell us when this goes above 1")
    world.workspace.channels["C1"] = {"members": ["UTELLER", "U1", "U2"]}
    product = {"tables": {"deposit": {"without": ["branch"]}}}
    world.opens(
        {**RULES, "roles": {**RULES["roles"], "product": product}, "people": [{"user": "U2", "role": "product"}]}
    )
    await world.looks(made)
    (sent,) = world.slack.sent("chat.postMessage")
    assert sent["channel"] == "C1"
    assert "1,000.00 EUR" in sent["text"]
    assert "By product" in sent["text"]
    assert "York" not in str(sent)
    assert "branch" not in str(sent)


async def test_an_order_is_made_by_the_rights_that_somebodys_address_gives_them(world: World) -> None:
    """Whom the policy knows by e-mail alone has no rights by their Slack id."""
    by_mail = {**RULES, "everybody_else": "", "people": [{"email": "ann@fern.example", "role": "all"}]}
    world.workspace.users["U1"] = {"profile": {"email": "ann@fern.example"}}
    world.opens(by_mail)
    made = await world.orders("What is the total balance?", "tell me when this goes above 1,200")
    assert made.frozen["follows"]


async def test_every_alert_has_a_job_of_its_own_and_a_subscription_none_here(world: World) -> None:
    made = await world.orders("What is the total balance?", "tell me when this goes above 1,200")
    (job,) = world.alerts.jobs()
    assert made.id in job.name
    assert not job.catch_up
    world.ledger.unsubscribe(made.id, "U1")
    assert world.alerts.jobs() == []


EUR, SHARE = Column("deposits", "amount", "EUR"), Column("ratio", "percent")


@pytest.mark.parametrize(
    ("condition", "before", "now", "measured"),
    [
        (Condition("above", 3), None, 5, 5),
        (Condition("below", 3), 9, 2, 2),
        (Condition("falls", 10, "%", 7), 200, 150, 25),
        (Condition("falls", 10, "%", 7), 150, 200, -100 / 3),
        (Condition("falls", 10, "EUR", 7), 200, 150, 50),
        (Condition("rises", 10, "%", 7), -200, -150, 25),
        (Condition("moves", 10, "%", 7), 200, 150, 25),
        (Condition("falls", 10, "%", 7), 0, 150, None),
        (Condition("falls", 10, "%", 7), None, 150, None),
    ],
)
def test_what_is_held_against_the_number(
    condition: Condition, before: float | None, now: float, measured: float | None
) -> None:
    assert measure(condition, Row(1, "Leeds", now, before)) == (None if measured is None else pytest.approx(measured))


def test_rows_of_one_name_are_told_apart_and_empty_cells_left_out() -> None:
    table = Table((Column("branch", "category"), EUR), (("Leeds", 1.0), ("Leeds", 2.0), ("York", None)))
    rows = rows_of(table, 1, {})
    assert [row.value for row in rows] == [1.0, 2.0]
    assert len({row.key for row in rows}) == 2


def test_the_worst_comes_first() -> None:
    rows = [Row(1, "a", 5), Row(2, "b", 9), Row(3, "c", 1)]
    assert [row.label for row, _ in worst_first(Condition("above", 3), rows)] == ["b", "a", "c"]
    assert [row.label for row, _ in worst_first(Condition("below", 3), rows)] == ["c", "a", "b"]


def test_a_wavering_figure_does_not_open_and_close() -> None:
    limits = limits_of(Condition("above", 3))
    assert limits.crossed(3.01)
    assert not limits.crossed(3)
    assert not limits.calmed(2.97)
    assert limits.calmed(2.94)
    assert limits_of(Condition("below", 3)).calmed(3.06)


def test_movements_are_written_with_their_sign() -> None:
    assert moved(Row(1, "", 150, 200), EUR) == "−50.00 (−25.0 %)"
    assert moved(Row(1, "", 3.5, 3.0), SHARE) == "+0.50 points"
    assert moved(Row(1, "", 3.5), SHARE) == "–"
    assert title(Condition("above", 3, "%", 0, "NPL ratio")) == "NPL ratio above 3 %"
    assert title(Condition("falls", 10, "%", 7, "deposits")) == "deposits fell by more than 10 % in a week"


async def test_the_message_fits_whatever_the_names_are(world: World) -> None:
    values = ",".join(f"({n},'{'<!channel>' * 40}{n}','x',{n})" for n in range(10, 300))
    world.run(f"INSERT INTO deposit VALUES {values}")
    made = await world.orders("total balance by branch", "tell me when any of these goes above 1")
    await world.looks(made)
    (sent,) = world.slack.sent("chat.postMessage")
    assert weight(list(sent["blocks"])) <= MESSAGE_TEXT
    assert "<!channel>" not in sent["text"]
