"""The form of a person's settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import slackblocks as kit

from bank.catalogue import Catalogue
from bot.blocks.form import Values, menu, picked, radio
from bot.blocks.home import APPROACHES
from bot.blocks.ids import SETTINGS_FORM
from tracking.preferences import Preferences

ASK_ME = "ask"
AS_IN_SLACK = "slack"
LOCALES = {
    AS_IN_SLACK: "As in my Slack",
    "en-GB": "1,234.50 · 30 Jun 2025",
    "en-US": "1,234.50 · Jun 30, 2025",
    "en-IN": "12,34,567.50 · 30 Jun 2025",
    "de-DE": "1.234,50 · 30.06.2025",
    "fr-FR": "1 234,50 · 30 juin 2025",
    "es-ES": "1.234,50 · 30 jun 2025",
    "it-IT": "1.234,50 · 30 giu 2025",
    "nl-NL": "1.234,50 · 30 jun 2025",
    "pl-PL": "1234,50 · 30 cze 2025",
    "pt-BR": "1.234,50 · 30 de jun. de 2025",
    "cs-CZ": "1 234,50 · 30. 6. 2025",
    "sv-SE": "1 234,50 · 30 juni 2025",
    "ja-JP": "1,234.50 · 2025/06/30",
}
WORDS = 8  # of the catalogue that may be kept one way


def unclear(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """The bank's words with several meanings, such as one for each rating system: word → key → words."""
    found = {
        word.casefold(): {reading.says: reading.says for reading in term.readings}
        for word, term in catalogue.terms.items()
        if term.ask
    }
    for word, meant in catalogue.ambiguous.items():
        found[word.casefold()] = {one: _named(catalogue, one) for one in meant}
    return dict(list(found.items())[:WORDS])


def settings_form(chosen: Preferences, words: Mapping[str, Mapping[str, str]], kept: Sequence[str]) -> dict[str, Any]:
    """`words` as `unclear` gives them, `kept` the keys this person always means: `high risk=…`."""
    always = dict(key.split("=", 1) for key in kept if "=" in key)
    blocks: list[kit.Block] = [
        menu("How I work out your answers", "approach", APPROACHES, chosen.approach),
        radio("Where I answer", "private", {"here": "Where you ask", "private": "Privately"}, _where(chosen)),
        menu("Figures and dates", "locale", LOCALES, chosen.locale or AS_IN_SLACK),
        *(_word(place, word, meanings, always) for place, (word, meanings) in enumerate(words.items())),
    ]
    view: dict[str, Any] = kit.ModalView(
        "My settings", blocks, close="Cancel", submit="Save", callback_id=SETTINGS_FORM
    ).to_dict()
    return view


def settled(values: Values, words: Sequence[str]) -> tuple[Preferences, list[str]]:
    """The preferences, and the keys always meant, from a form sent."""
    locale = picked(values, "locale")
    preferences = Preferences(
        picked(values, "approach") or "auto",
        picked(values, "private") == "private",
        "" if locale == AS_IN_SLACK else locale,
    )
    chosen = [(word, picked(values, f"word_{place}")) for place, word in enumerate(words)]
    return preferences, [f"{word}={key}" for word, key in chosen if key not in ("", ASK_ME)]


def _where(chosen: Preferences) -> str:
    return "private" if chosen.private else "here"


def _word(place: int, word: str, meanings: Mapping[str, str], always: Mapping[str, str]) -> kit.Block:
    choices = {ASK_ME: "Ask me each time", **meanings}
    return menu(f"“{word}” means", f"word_{place}", choices, always.get(word, ASK_ME))


def _named(catalogue: Catalogue, meant: str) -> str:
    table, _, column = meant.partition(".")
    return catalogue.label(table, column) if column else meant
