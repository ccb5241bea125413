from bot.blocks.alert import Alert, alert_message
from bot.blocks.fit import MESSAGE_TEXT, weight


def alert(**fields: object) -> Alert:
    words = {
        "title": "Success rate below 90 %",
        "sentences": ("Success rate: 72.7 %, 16 of 22.", "Since 09:05."),
        "measure": "Success rate",
        "approaches": (("AI-Powered", "50.0 %, 6 of 12"), ("Pattern Match", "100.0 %, 10 of 10")),
        "note": "Closes at 91 %.",
    }
    return Alert(**(words | fields))  # type: ignore[arg-type]


def test_shows_why_and_which_approach() -> None:
    message = alert_message(alert())
    assert [block["type"] for block in message.blocks] == ["header", "rich_text", "data_table", "context"]
    rows = [[cell["text"] for cell in row] for row in message.blocks[2]["rows"]]
    assert rows == [
        ["Approach", "Success rate"],
        ["AI-Powered", "50.0 %, 6 of 12"],
        ["Pattern Match", "100.0 %, 10 of 10"],
    ]
    assert message.text == "🔴 Success rate below 90 %\nSuccess rate: 72.7 %, 16 of 22.\nSince 09:05."


def test_one_that_is_over_looks_over() -> None:
    message = alert_message(alert(title="Success rate: recovered", over=True, approaches=(), note=""))
    assert [block["type"] for block in message.blocks] == ["header", "rich_text"]
    assert message.text.startswith("✅ Success rate: recovered")


def test_names_cannot_break_or_overfill_the_message() -> None:
    message = alert_message(alert(approaches=(("<!channel>" * 100, "x" * 500),) * 60, sentences=("<!channel>",)))
    assert weight(list(message.blocks)) <= MESSAGE_TEXT
    assert "<" not in message.text
