from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.blocks.alert import Alert, alert_message, moved_message
from bot.blocks.fit import MESSAGE_TEXT, weight
from bot.blocks.message import Message
from tracking.alarm import Alarm

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
OPEN = Alarm("breached", since=NINE, times=1)


def alert(**fields: object) -> Alert:
    words: dict[str, object] = {
        "title": "Success rate below 90 %",
        "calm": "Success rate is well again",
        "sentences": ("Success rate: 72.7 %, 16 of 22.",),
        "head": ("Approach", "Success rate"),
        "rows": (("AI-Powered", "50.0 %, 6 of 12"), ("Pattern Match", "100.0 %, 10 of 10")),
        "note": "Closes at 91 %.",
        "questions": "success",
    }
    return Alert(**(words | fields))  # type: ignore[arg-type]


def said(alarm: Alarm, **fields: object) -> Message:
    return alert_message("service success", alert(**fields), alarm, ZoneInfo("Europe/London"))


def buttons(message: Message) -> list[str]:
    (row,) = [block for block in message.blocks if block["type"] == "actions"]
    assert {element["value"] for element in row["elements"]} == {"service success"}
    return [element["text"]["text"] for element in row["elements"]]


def test_shows_why_and_which_approach_and_what_can_be_done() -> None:
    message = said(OPEN)
    assert [block["type"] for block in message.blocks] == ["header", "rich_text", "data_table", "actions", "context"]
    rows = [[cell["text"] for cell in row] for row in message.blocks[2]["rows"]]
    assert rows == [
        ["Approach", "Success rate"],
        ["AI-Powered", "50.0 %, 6 of 12"],
        ["Pattern Match", "100.0 %, 10 of 10"],
    ]
    assert message.text == "🔴 Success rate below 90 %\nSuccess rate: 72.7 %, 16 of 22.\nSince Mon 5 Jan 09:00."
    assert buttons(message) == ["Acknowledge", "Snooze 1 h", "Snooze 1 d", "Show questions"]
    assert buttons(said(OPEN, questions="")) == ["Acknowledge", "Snooze 1 h", "Snooze 1 d"]


def test_says_who_takes_care_of_it_and_until_when_it_is_silent() -> None:
    taken = replace(OPEN, phase="acknowledged", acknowledged_by="Ann", acknowledged_at=NINE, times=3, unwatched=7200.0)
    message = said(replace(taken, snoozed_by="Bob", snoozed_until=NINE + timedelta(hours=1)))
    assert "Ann takes care of it since Mon 5 Jan 09:00" in message.text
    assert "Silent until Mon 5 Jan 10:00, by Bob." in message.text
    assert "opened 3 times in a short while" in message.text
    assert "For 2 h of it nobody was looking" in message.text
    assert buttons(message)[0] == "Snooze 1 h"


def test_once_over_says_how_long_it_lasted_and_offers_nothing() -> None:
    message = said(replace(OPEN, phase="ok", ended_at=NINE + timedelta(hours=3)))
    assert [block["type"] for block in message.blocks] == ["header", "rich_text"]
    assert message.text.startswith("✅ Success rate is well again")
    assert "It lasted 3 h, from Mon 5 Jan 09:00 to Mon 5 Jan 12:00." in message.text


def test_an_older_message_points_to_the_newer() -> None:
    assert "said again further down" in moved_message(alert()).text


def test_the_longest_alert_fits_and_notifies_nobody() -> None:
    message = said(OPEN, title="x" * 500, rows=(("<!channel>" * 100, "x" * 500),) * 60, sentences=("<!channel>" * 900,))
    assert weight(message.blocks) <= MESSAGE_TEXT
    assert "<!channel>" not in message.text


def test_comes_back_from_the_ledger_as_it_was() -> None:
    assert Alert.from_json(alert().as_json()) == alert()
