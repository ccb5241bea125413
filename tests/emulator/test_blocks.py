"""Blocks are refused as Slack refuses them: by type, field, limit and place."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from emulator.blockkit.surfaces import HOME, MESSAGE, MODAL, Surface, checked, checked_view, elements_of
from emulator.errors import SlackError

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def button(number: int = 0) -> Json:
    return {"type": "button", "action_id": f"button-{number}", "text": plain("Press"), "value": "v"}


def option(name: str) -> Json:
    return {"text": plain(name), "value": name}


def select(count: int) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option(str(index)) for index in range(count)]}


def table(rows: int, columns: int = 2, text: str = "x") -> Json:
    return {"type": "data_table", "caption": "Loans", "rows": [[raw(text)] * columns for _ in range(rows)]}


def bar(count: int, label: str = "{}") -> Json:
    names = [label.format(index) for index in range(count)]
    series = [{"name": "GBP", "data": [{"label": name, "value": index} for index, name in enumerate(names)]}]
    chart = {"type": "bar", "series": series, "axis_config": {"categories": names}}
    return {"type": "data_visualization", "title": "Loans", "chart": chart}


def pie(*values: float) -> Json:
    segments = [{"label": str(index), "value": value} for index, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Loans", "chart": {"type": "pie", "segments": segments}}


def preformatted(text: str) -> Json:
    part = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [part]}


def folded(*children: Json) -> Json:
    return {"type": "container", "title": plain("SQL"), "is_collapsible": True, "child_blocks": list(children)}


def thumbs(value: str = "up") -> Json:
    side = {"text": plain("Good"), "value": value}
    element = {"type": "feedback_buttons", "action_id": "vote", "positive_button": side, "negative_button": side}
    return {"type": "context_actions", "elements": [element]}


def an_input(element: Json) -> Json:
    return {"type": "input", "label": plain("Why?"), "element": element}


DIVIDER: Json = {"type": "divider"}

FITS: list[Json] = [
    {"type": "section", "text": mrkdwn("x" * 3000)},
    {"type": "section", "fields": [mrkdwn("x")] * 10, "accessory": select(100)},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    {"type": "actions", "elements": [button(index) for index in range(25)]},
    {"type": "table", "rows": [[raw("x")] * 20] * 100, "column_settings": [{"align": "right"}, None]},
    {"type": "markdown", "text": "x" * 9_000},
    {"type": "image", "image_url": "https://alder-wharf.example/a.png", "alt_text": "a"},
    table(2, 1),
    table(201, 20),
    bar(20),
    pie(*[1.5] * 12),
    preformatted("SELECT 1"),
    folded(preformatted("SELECT 1"), *[DIVIDER] * 9),
    thumbs("x" * 2000),
    an_input({"type": "plain_text_input", "multiline": True}),
]

REFUSED: list[tuple[Json, str]] = [
    ({"type": "marquee"}, "unsupported type: marquee"),
    ({"type": "alert", "text": plain("no")}, "unsupported type: alert"),
    ({"type": "section"}, "missing required field: text"),
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters"),
    ({"type": "section", "text": mrkdwn("x" * 3001)}, "must be less than 3001 characters"),
    ({"type": "section", "text": mrkdwn("x"), "colour": "red"}, "invalid additional property: colour"),
    ({"type": "section", "fields": [mrkdwn("x")] * 11}, "no more than 10 items"),
    ({"type": "section", "text": mrkdwn("x"), "accessory": select(101)}, "no more than 100 items"),
    ({"type": "header", "text": mrkdwn("x")}, "must be a text object of type plain_text"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items"),
    ({"type": "actions", "elements": [button(index) for index in range(26)]}, "no more than 25 items"),
    ({"type": "actions", "elements": [button(), button()]}, "action_ids must be unique"),
    ({"type": "actions", "elements": [button() | {"text": plain("x" * 76)}]}, "must be less than 76 characters"),
    ({"type": "actions", "elements": [button() | {"value": "x" * 2001}]}, "must be less than 2001 characters"),
    ({"type": "actions", "elements": thumbs()["elements"]}, "unsupported type: feedback_buttons"),
    ({"type": "table", "rows": [[raw("x")]] * 101}, "no more than 100 items"),
    ({"type": "table", "rows": [[raw("")]]}, "must be more than 0 characters"),
    (table(1), "no less than 2 items"),
    (table(202), "no more than 201 items"),
    (table(2, 21), "no more than 20 items"),
    (table(2, text=""), "must be more than 0 characters"),
    (table(2) | {"rows": [[raw("x")], [raw("x")] * 2]}, "same number of columns"),
    (table(2) | {"page_size": 101}, "must be between 1 and 100"),
    ({name: value for name, value in table(2).items() if name != "caption"}, "missing required field: caption"),
    (bar(21), "no more than 20 items"),
    (bar(2, "{:021}"), "must be less than 21 characters"),
    (bar(2, "same"), "categories must be unique"),
    (pie(1, 0), "must be greater than 0"),
    (pie(*[1] * 13), "no more than 12 items"),
    (folded(), "no less than 1 items"),
    (folded(*[DIVIDER] * 11), "no more than 10 items"),
    (folded(table(2)), "unsupported type: data_table"),
    (folded({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    (folded(DIVIDER) | {"is_collapsible": False, "default_collapsed": True}, "requires is_collapsible"),
    (preformatted(""), "must be more than 0 characters"),
    (thumbs("x" * 2001), "must be less than 2001 characters"),
    (an_input(button()), "unsupported type: button"),
    (an_input({"type": "radio_buttons", "options": [option(str(i)) for i in range(11)]}), "no more than 10 items"),
]


@pytest.mark.parametrize("block", FITS, ids=lambda block: block["type"])
def test_a_block_at_its_limit_is_taken(block: Json) -> None:
    assert checked([deepcopy(block)], MESSAGE)[0]["block_id"]


@pytest.mark.parametrize(("block", "why"), REFUSED)
def test_a_block_beyond_a_limit_is_refused_with_the_place(block: Json, why: str) -> None:
    with pytest.raises(SlackError) as refused:
        checked([DIVIDER, deepcopy(block)], MESSAGE)
    assert refused.value.error == "invalid_blocks"
    assert why in refused.value.messages[0]
    assert "[json-pointer:/blocks/1" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([DIVIDER] * 51, "invalid_blocks"),
        ([DIVIDER | {"block_id": "a"}] * 2, "invalid_blocks"),
        ([pie(1), pie(1), pie(1)], "invalid_blocks"),
        ([{"type": "table", "rows": [[raw("x")]]}] * 2, "invalid_blocks"),
        ([{"type": "section", "text": mrkdwn("x" * 2501)}] * 4, "msg_blocks_too_long"),
        ([table(2, 1, "x" * 5001)], "msg_blocks_too_long"),
        ({"type": "divider"}, "invalid_blocks_format"),
        (["divider"], "invalid_blocks"),
    ],
)
def test_blocks_that_do_not_go_together_are_refused(blocks: Any, error: str) -> None:
    with pytest.raises(SlackError) as refused:
        checked(deepcopy(blocks), MESSAGE)
    assert refused.value.error == error


@pytest.mark.parametrize(
    ("block", "surface"),
    [
        (thumbs(), HOME),
        ({"type": "markdown", "text": "x"}, HOME),
        (table(2), MODAL),
        (pie(1), MODAL),
        (folded(DIVIDER), MODAL),
    ],
)
def test_a_block_in_the_wrong_place_is_refused(block: Json, surface: Surface) -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        checked([deepcopy(block)], surface)


def modal(**changes: Any) -> Json:
    view = {"type": "modal", "title": plain("Why?"), "submit": plain("Send"), "blocks": [an_input(select(2))]}
    return deepcopy(view | changes)


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters"),
        (modal(submit=None), "missing required field: submit"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(blocks=[DIVIDER] * 101), "no more than 100 items"),
        (modal(type="home"), "must be modal"),
        (modal(colour="red"), "invalid additional property: colour"),
        (modal(blocks=None), "missing required field: blocks"),
        ("modal", "must be an object"),
    ],
)
def test_a_modal_that_does_not_fit_is_refused(view: Any, why: str) -> None:
    with pytest.raises(SlackError) as refused:
        checked_view(view, "modal")
    assert refused.value.error == "invalid_arguments"
    assert why in " ".join(refused.value.messages)


def test_what_has_no_id_is_given_one() -> None:
    unnamed = {name: value for name, value in button().items() if name != "action_id"}
    [block] = checked([folded({"type": "actions", "elements": [unnamed]})], MESSAGE)
    [(inner, element)] = elements_of([block])
    assert block["block_id"]
    assert inner["block_id"]
    assert element["action_id"]


JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inside: some.lists(inside, max_size=3) | some.dictionaries(some.sampled_from(["type", "text", "x"]), inside),
    max_leaves=6,
)


@given(index=some.integers(0, len(FITS) - 1), junk=JUNK, data=some.data())
def test_a_damaged_block_is_refused_and_never_breaks_the_server(index: int, junk: Any, data: some.DataObject) -> None:
    block = deepcopy(FITS[index])
    target: Any = block
    while True:
        keys = list(target) if isinstance(target, dict) else list(range(min(2, len(target))))
        key = data.draw(some.sampled_from(keys))
        if not isinstance(target[key], dict | list) or not target[key] or data.draw(some.booleans()):
            break
        target = target[key]
    target[key] = junk
    with suppress(SlackError):  # nothing else
        checked([block], MESSAGE)
