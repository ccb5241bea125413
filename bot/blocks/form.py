"""What the forms are made of: choices among words, each a menu of plain text."""

from collections.abc import Mapping
from typing import Any

import slackblocks as kit

from bot.blocks.message import clip

LABEL, VALUE, MOST = 75, 150, 100
Values = dict[str, Any]


def menu(
    label: str, name: str, choices: Mapping[str, str], chosen: str = "", *, optional: bool = False, hint: str = ""
) -> kit.InputBlock:
    """A menu of value → words; one whose value is too long for Slack is left out."""
    options = {value: _option(value, words) for value, words in choices.items() if len(value) <= VALUE}
    select = kit.StaticSelectMenu(
        name, list(options.values())[:MOST], initial_option=options.get(chosen), placeholder="Choose"
    )
    return kit.InputBlock(clip(label, 2000), select, block_id=name, optional=optional, hint=hint or None)


def radio(label: str, name: str, choices: Mapping[str, str], chosen: str) -> kit.InputBlock:
    options = {value: _option(value, words) for value, words in choices.items()}
    return kit.InputBlock(
        label, kit.RadioButtonGroup(name, list(options.values()), initial_option=options.get(chosen)), block_id=name
    )


def words(
    label: str, name: str, typed: str = "", *, most: int = 2_000, optional: bool = False, placeholder: str = ""
) -> kit.InputBlock:
    field = kit.PlainTextInput(
        name, clip(typed, most) or None, multiline=True, max_length=most, placeholder=placeholder or None
    )
    return kit.InputBlock(label, field, block_id=name, optional=optional)


def picked(values: Values, name: str) -> str:
    """The value chosen in a menu or radio; empty where there is none."""
    field = values.get(name, {}).get(name, {})
    return str((field.get("selected_option") or {}).get("value", ""))


def typed(values: Values, name: str) -> str:
    return str(values.get(name, {}).get(name, {}).get("value") or "").strip()


def _option(value: str, said: str) -> kit.Option:
    return kit.Option(kit.PlainText(clip(said, LABEL)), value)
