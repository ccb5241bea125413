"""An answer fits into one Slack message, whatever the bank returns, and nothing in it can notify anybody."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bank.table import Cell, Column, Kind, Table
from bot.answer import Answer, Part
from bot.blocks import fit
from bot.blocks.answer import NOTHING_FOUND
from bot.blocks.message import Message
from bot.blocks.reply import reply
from emulator.blockkit.surfaces import MESSAGE, checked
from generators.contract import Choice

KINDS: tuple[Kind, ...] = ("id", "name", "amount", "percent", "count", "number", "date", "month", "flag", "text")


def answer(*tables: Table, reading: str = "The loans", notes: tuple[str, ...] = ()) -> Answer:
    parts = tuple(Part(reading, "SELECT 1", table, "30 June 2025", notes) for table in tables)
    return Answer("C1:1.0", "loans?", "answered", "Pattern Match", parts=parts, seconds=0.84)


def table(rows: int, columns: int = 2, cell: Cell = "x", truncated: bool = False) -> Table:
    return Table(
        tuple(Column(f"column {place}") for place in range(columns)),
        tuple(tuple([cell] * columns) for _ in range(rows)),
        truncated,
    )


def block(message: Message, kind: str) -> dict[str, Any]:
    return next(block for block in message.blocks if block["type"] == kind)


def said(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def test_one_figure_is_a_headline_with_its_currency() -> None:
    message = reply(answer(Table((Column("total", "amount", "EUR"),), ((Decimal("1234567.891"),),))))
    assert block(message, "header")["text"]["text"] == "1,234,567.89 EUR"
    assert "1,234,567.89 EUR" in message.text
    assert message.complete
    assert message.files == ()


def test_a_chart_that_was_asked_for_and_cannot_be_drawn_is_said() -> None:
    asked_for = replace(answer(Table((Column("total", "count"),), ((12,),))), drawn=True)
    assert "No chart can be drawn of this" in said(reply(asked_for))
    columns = (Column("branch", "category"), Column("loans", "count"))
    drawn = replace(answer(Table(columns, (("Leeds", 12), ("York", 5)))), drawn=True)
    assert "No chart" not in said(reply(drawn))
    assert block(reply(drawn), "data_visualization")


def test_a_list_is_a_table_that_sorts_by_the_figures_themselves() -> None:
    columns = (Column("branch"), Column("share", "percent"))
    message = reply(answer(Table(columns, (("Leeds", 12.5), ("York", None)))))
    rows = block(message, "data_table")["rows"]
    assert rows[1][1] == {"type": "raw_number", "value": 12.5, "text": "12.50 %"}
    assert rows[2][1] == {"type": "raw_text", "text": "–"}
    assert "Pattern Match · 0.8 s · 2 rows" in said(message)


def test_nothing_found_is_said() -> None:
    message = reply(answer(table(0)))
    assert NOTHING_FOUND in said(message)
    assert NOTHING_FOUND in message.text


def test_what_is_not_shown_is_said_and_in_the_files() -> None:
    message = reply(answer(table(300)))
    assert "First 200 of 300 rows. Excel and CSV: all 300 rows." in said(message)
    assert len(message.files[0].write().splitlines()) == 301
    assert [element["action_id"] for element in block(message, "actions")["elements"]] == [
        "comment",
        "excel",
        "subscribe",
        "alert_me",
        "more",
    ]


def test_a_table_that_goes_into_no_message_is_a_file() -> None:
    message = reply(answer(table(3, columns=20, cell="x" * 600), notes=("y" * 800,) * 5))
    assert "too wide for a message: all 3 rows" in said(message)
    assert not message.complete


def test_a_capped_result_never_passes_for_the_whole() -> None:
    message = reply(answer(table(50, truncated=True)))
    assert "First 50 of more than 50 rows." in said(message)
    assert "50+ rows" in said(message)


def test_columns_that_do_not_fit_are_said() -> None:
    message = reply(answer(table(3, columns=25)))
    assert "First 20 of 25 columns. Excel and CSV have all of them." in said(message)


def test_the_sql_is_folded_away_and_uninterpreted() -> None:
    folded = block(reply(answer(table(1))), "container")
    assert folded["is_collapsible"]
    assert folded["default_collapsed"]
    assert folded["child_blocks"][0]["elements"][0]["type"] == "rich_text_preformatted"


def test_thumbs_carry_only_the_question_id() -> None:
    buttons = block(reply(answer(table(1))), "context_actions")["elements"][0]
    assert buttons["positive_button"]["value"] == "up:C1:1.0"
    assert buttons["negative_button"]["value"] == "down:C1:1.0"


def test_choices_too_long_for_a_button_are_written_out() -> None:
    long = "Loans whose regulator rating is substandard, doubtful or loss at the latest month end"
    asked_back = Answer(
        "C1:1.0", "q", "clarify", message="Which?", choices=(Choice(long, "a"), Choice("All loans", "b"))
    )
    message = reply(asked_back)
    assert long in said(message)
    assert [button["value"] for button in block(message, "actions")["elements"]] == ["C1:1.0", "C1:1.0"]


@pytest.mark.parametrize("outcome", ["refused", "failed", "clarify", "not_understood"])
def test_a_message_without_words_still_says_something(outcome: Any) -> None:
    message = reply(Answer("C1:1.0", "", outcome, message=""))
    assert message.text
    assert message.blocks


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**25), max_value=10**25),
    st.dates(),
    st.text(max_size=60),
    st.sampled_from(
        ["<!channel>", "<@U1>", "*b* _i_ `c`", "שלום", "👩‍👩‍👧", "https://x.example", "=1+1", "x" * 5_000, " "]
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 60))
    head = tuple(
        Column(draw(st.text(max_size=100)), draw(st.sampled_from(KINDS)), draw(st.sampled_from([None, "EUR"])))
        for _ in range(width)
    )
    some = draw(st.lists(st.tuples(*[cells] * width), max_size=4))
    return Table(
        head,
        tuple(some * draw(st.sampled_from([1, 3, 100, 1250]))),
        draw(st.booleans()),
    )


@settings(max_examples=40, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(
    st.lists(tables(), min_size=1, max_size=4),
    st.text(max_size=5_000),
    st.lists(st.text(max_size=900), max_size=9),
    st.lists(st.text(max_size=90), max_size=3),
    st.sampled_from(["", "en-GB", "de-DE", "fr-FR", "en-IN", "he-IL", "no such"]),
)
def test_any_result_fits_and_notifies_nobody(
    found: list[Table], reading: str, notes: list[str], follow_ups: list[str], locale: str
) -> None:
    said_so = replace(answer(*found, reading=reading, notes=tuple(notes)), follow_ups=tuple(follow_ups), locale=locale)
    message = reply(said_so, asker="U1")
    assert sum(fit.weight(one) for one in message.blocks) <= fit.MESSAGE_TEXT
    assert 0 < len(message.blocks) <= fit.MESSAGE_BLOCKS
    assert len(message.text) < 4_000
    assert "<!channel>" not in message.text
    assert json.loads(json.dumps(message.blocks, allow_nan=False)) == list(message.blocks)
    assert not any(one.get("type") == "mrkdwn" for one in _objects(list(message.blocks)))
    checked([dict(one) for one in message.blocks], MESSAGE)
    lists = [one for one in found if one.rows and not len(one.rows) == len(one.columns) == 1]
    shown = sum(len(one["rows"]) - 1 for one in message.blocks if one["type"] == "data_table")
    assert (
        shown == sum(len(one.rows) for one in lists) or "First " in json.dumps(message.blocks) or not message.complete
    )
    assert len(message.files) == len(lists)


def _objects(thing: Any) -> list[dict[str, Any]]:
    if isinstance(thing, list):
        return [one for item in thing for one in _objects(item)]
    if isinstance(thing, dict):
        return [thing, *(one for item in thing.values() for one in _objects(item))]
    return []


def test_small_tables_get_all_their_room_and_large_ones_share_the_rest() -> None:
    assert fit.shares([100, 9_000, 9_000], 5_100) == [100, 2_500, 2_500]
    assert fit.shares([10, 20], 100) == [10, 20]


def test_dates_and_months_are_written_so_that_they_sort() -> None:
    columns = (Column("day", "date"), Column("month", "month"))
    message = reply(answer(Table(columns, ((date(2025, 6, 30), 202506),))))
    assert [cell["text"] for cell in block(message, "data_table")["rows"][1]] == ["2025-06-30", "2025-06"]
