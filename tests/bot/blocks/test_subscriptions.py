"""What is said of standing orders fits into Slack with the longest words there are, and notifies nobody."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.fit import MESSAGE_BLOCKS, MESSAGE_TEXT, weight
from bot.blocks.message import render
from bot.blocks.subscription_forms import alert_form, change_form, chosen, subscribe_form
from bot.blocks.subscriptions import LISTED, below, changed, failed, listed, ordered, section
from bot.condition import Condition
from tracking.recurrence import Recurrence
from tracking.subscriptions import Subscription

LONDON, NOW = ZoneInfo("Europe/London"), datetime(2026, 7, 1, 8, tzinfo=UTC)
LONG = "<!channel> & <@U1> " * 200


def order(number: int = 1, **changes: Any) -> Subscription:
    condition = Condition("falls", 10, "%", 7, LONG).as_json()
    values: dict[str, Any] = {
        "condition": condition,
        "frozen": {"follows": True},
        "recurrence": Recurrence("month", day="31"),
        "last": LONG,
        "last_at": NOW,
        "channel": "C1",
        "id": f"{number:012x}",
    }
    return Subscription("U1", LONG, created_at=NOW, **(values | changes))


@pytest.mark.parametrize("one", [order(), order(condition=None), order(condition=None, only_changed=True)])
def test_each_message_fits_and_notifies_nobody(one: Subscription) -> None:
    said = [ordered(one, NOW, LONDON), failed(one, LONG, True), failed(one, LONG, False), listed([one] * 50, LONDON)]
    for message in said:
        assert len(message.text) <= 4_000
        assert weight(list(message.blocks)) <= MESSAGE_TEXT
        assert len(message.blocks) <= MESSAGE_BLOCKS
        assert "<!" not in message.text
        assert "<@" not in message.text
    assert weight(list(render(below(one, False)))) < 300


def test_home_shows_twenty_and_says_that_there_are_more() -> None:
    blocks = section([order(number) for number in range(50)], LONDON)
    assert len(blocks) == 2 * LISTED + 1
    assert "30 more" in str(render(blocks)[-1])
    assert "no subscriptions" in str(render(section([], LONDON)))


def test_the_list_has_the_buttons_that_fit_each() -> None:
    def buttons(one: Subscription) -> list[str]:
        return [button["text"]["text"] for button in render(section([one], LONDON))[1]["elements"]]

    assert buttons(order(condition=None)) == ["Test send", "Change", "Pause", "Delete"]
    assert buttons(order(condition=None, state="paused")) == ["Test send", "Change", "Resume", "Delete"]
    assert buttons(order()) == ["Pause", "Delete"]


def test_what_is_said_when_one_is_made() -> None:
    weekly = Recurrence("week", "09:00", ("monday",))
    said = ordered(order(condition=None, recurrence=weekly, only_changed=True), NOW, LONDON).text
    assert "every Monday at 09:00, into the channel, only if it has changed" in said
    assert "Wed 1 Jul 2026 09:00, Europe/London" in said
    assert "newest figures" in said
    fixed = ordered(order(condition=None, frozen={"follows": False}), None, LONDON).text
    assert "dates included" in fixed


def test_the_forms_hold_what_is_chosen_in_them() -> None:
    assert len(subscribe_form("x" * 300)["blocks"]) == 6
    view = alert_form("{}", [LONG] * 30)
    assert len(view["blocks"][0]["element"]["options"]) == 30
    values = {
        "every": {"every": {"selected_option": {"value": "month"}}},
        "weekday": {"weekday": {"selected_options": [{"value": "monday"}]}},
        "day": {"day": {"selected_option": {"value": "last"}}},
        "at": {"at": {"selected_time": "17:30"}},
        "where": {"where": {"selected_option": {"value": "here"}}},
        "only": {"only": {"selected_options": [{"value": "changed"}]}},
    }
    wanted = chosen(values)
    assert wanted.recurrence == Recurrence("month", "17:30", (), "last")
    assert (wanted.here, wanted.only_changed, wanted.only_filled) == (True, True, False)


@pytest.mark.parametrize(
    "now",
    [
        Recurrence("week", "08:15", ("tuesday", "friday")),
        Recurrence("month", "10:00", day="last"),
        Recurrence("hour", "09:00"),
        Recurrence("business day", "07:30"),
    ],
)
def test_the_form_that_changes_one_begins_with_what_it_is(now: Recurrence) -> None:
    one = order(condition=None, recurrence=now, only_changed=True)
    view = change_form(one)
    assert view["private_metadata"] == one.id
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    picked = {name: {name: _initial(element)} for name, element in elements.items()}
    wanted = chosen(picked)
    assert wanted.recurrence == now
    assert (wanted.only_changed, wanted.only_filled) == (True, False)


def _initial(element: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends of an element that nobody touched."""
    return {
        "selected_option": element.get("initial_option") or {},
        "selected_options": element.get("initial_options") or [],
        "selected_time": element.get("initial_time"),
    }


def test_what_is_said_of_a_change_names_it_and_when_it_comes_next() -> None:
    one = order(condition=None, recurrence=Recurrence("week", "08:15", ("tuesday", "friday")), channel="D1")
    said = changed(one, NOW, LONDON)
    assert "every Tuesday and Friday at 08:15, to you." in said
    assert "Next on Wed 1 Jul 2026 09:00" in said
    assert len(said) < 500
