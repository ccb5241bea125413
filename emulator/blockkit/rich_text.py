"""Rich text: sections, lists, quotes and preformatted text."""

from typing import Any

from emulator.blockkit.proof import Proof

Json = dict[str, Any]
SECTIONS = {"rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list"}
INLINE: dict[str, set[str]] = {
    "text": {"text"},
    "link": {"url"},
    "user": {"user_id"},
    "usergroup": {"usergroup_id"},
    "channel": {"channel_id"},
    "emoji": {"name"},
    "broadcast": {"range"},
    "color": {"value"},
    "date": {"timestamp", "format"},
}
INLINE_OPTIONAL = {"style", "text", "unsafe", "unicode", "skin_tone", "url", "fallback"}


def check(proof: Proof, block: Json, at: str) -> None:
    for index, part in enumerate(proof.items(block["elements"], f"{at}/elements", 1000)):
        _section(proof, part, f"{at}/elements/{index}", SECTIONS)


def _section(proof: Proof, part: Any, at: str, allowed: set[str]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(kind, str) or kind not in allowed:
        proof.fault(at, f"unsupported type: {kind}")
        return
    required = ("elements", "style") if kind == "rich_text_list" else ("elements",)
    if not proof.fields(part, at, required, ("border", "indent", "offset", "language")):
        return
    for index, element in enumerate(proof.items(part["elements"], f"{at}/elements", 1000)):
        place = f"{at}/elements/{index}"
        if kind == "rich_text_list":
            _section(proof, element, place, {"rich_text_section"})
        else:
            _inline(proof, element, place)


def _inline(proof: Proof, element: Any, at: str) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(kind, str) or kind not in INLINE:
        proof.fault(at, f"unsupported type: {kind}")
    elif proof.fields(element, at, INLINE[kind], INLINE_OPTIONAL) and kind == "text":
        proof.string(element["text"], f"{at}/text", 40_000)
