"""Each kind of block: its fields, its limits, and what may stand in it."""

from collections.abc import Callable
from typing import Any

from emulator.blockkit import elements, rich_text, tables
from emulator.blockkit.proof import PLAIN, Proof

Json = dict[str, Any]
CHILDREN = {
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video",
}  # fmt: skip


def check(proof: Proof, block: Any, at: str, allowed: set[str]) -> None:
    """One block, of a type that may stand here."""
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in allowed:
        proof.fault(at, f"unsupported type: {kind}")
        return
    required, optional, shape = BLOCKS[kind]
    if proof.fields(block, at, required, {"block_id", *optional}):
        proof.string(block.get("block_id"), f"{at}/block_id", 255)
        shape(proof, block, at)


def _section(proof: Proof, block: Json, at: str) -> None:
    if not block.get("text") and not block.get("fields"):
        proof.fault(at, "missing required field: text")
    proof.text(block.get("text"), f"{at}/text", 3000)
    for index, field in enumerate(proof.items(block.get("fields"), f"{at}/fields", 10)):
        proof.text(field, f"{at}/fields/{index}", 2000)
    if block.get("accessory") is not None:
        elements.check(proof, block["accessory"], f"{at}/accessory", elements.IN_SECTION)


def _header(proof: Proof, block: Json, at: str) -> None:
    proof.text(block["text"], f"{at}/text", 150, PLAIN)


def _context(proof: Proof, block: Json, at: str) -> None:
    for index, element in enumerate(proof.items(block["elements"], f"{at}/elements", 10)):
        if isinstance(element, dict) and element.get("type") == "image":
            elements.check(proof, element, f"{at}/elements/{index}", {"image"})
        else:
            proof.text(element, f"{at}/elements/{index}", 3000)


def _actions(proof: Proof, block: Json, at: str) -> None:
    _elements(proof, block, at, 25, elements.IN_ACTIONS)


def _context_actions(proof: Proof, block: Json, at: str) -> None:
    _elements(proof, block, at, 5, elements.IN_CONTEXT_ACTIONS)


def _elements(proof: Proof, block: Json, at: str, most: int, allowed: set[str]) -> None:
    listed = proof.items(block["elements"], f"{at}/elements", most)
    for index, element in enumerate(listed):
        elements.check(proof, element, f"{at}/elements/{index}", allowed)
    named = [element["action_id"] for element in listed if isinstance(element, dict) and element.get("action_id")]
    proof.different(named, f"{at}/elements", "action_ids")


def _input(proof: Proof, block: Json, at: str) -> None:
    proof.text(block["label"], f"{at}/label", 2000, PLAIN)
    proof.text(block.get("hint"), f"{at}/hint", 2000, PLAIN)
    elements.check(proof, block["element"], f"{at}/element", elements.IN_INPUT)


def _image(proof: Proof, block: Json, at: str) -> None:
    if not block.get("image_url") and not block.get("slack_file"):
        proof.fault(at, "missing required field: image_url")
    proof.string(block.get("image_url"), f"{at}/image_url", 3000)
    proof.string(block["alt_text"], f"{at}/alt_text", 2000)
    proof.text(block.get("title"), f"{at}/title", 2000, PLAIN)


def _markdown(proof: Proof, block: Json, at: str) -> None:
    proof.string(block["text"], f"{at}/text", 12_000)


def _video(proof: Proof, block: Json, at: str) -> None:
    proof.text(block["title"], f"{at}/title", 200, PLAIN)
    proof.string(block["alt_text"], f"{at}/alt_text", 2000)
    proof.string(block["video_url"], f"{at}/video_url", 3000)
    proof.string(block["thumbnail_url"], f"{at}/thumbnail_url", 3000)


def _alert(proof: Proof, block: Json, at: str) -> None:
    proof.text(block["text"], f"{at}/text", 200)
    proof.one_of(block.get("level"), f"{at}/level", ("default", "info", "warning", "error", "success"))


def _container(proof: Proof, block: Json, at: str) -> None:
    if not block.get("title") and not block.get("rich_text_title"):
        proof.fault(at, "missing required field: title")
    proof.text(block.get("title"), f"{at}/title", 150, PLAIN)
    proof.text(block.get("subtitle"), f"{at}/subtitle", 150)
    proof.one_of(block.get("width"), f"{at}/width", ("narrow", "standard", "wide", "full"))
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        proof.fault(f"{at}/default_collapsed", "requires is_collapsible")
    if block.get("has_header_divider") and block.get("is_collapsible"):
        proof.fault(f"{at}/has_header_divider", "only on containers that do not collapse")
    for index, child in enumerate(proof.items(block["child_blocks"], f"{at}/child_blocks", 10)):
        check(proof, child, f"{at}/child_blocks/{index}", CHILDREN)


def _nothing_more(proof: Proof, block: Json, at: str) -> None:
    """Blocks of which only the fields are checked."""


Shape = Callable[[Proof, Json, str], None]
CONTAINER_OPTIONAL = {
    "title", "rich_text_title", "subtitle", "width", "icon", "is_collapsible", "default_collapsed",
    "has_header_divider",
}  # fmt: skip
VIDEO_REQUIRED = {"alt_text", "title", "thumbnail_url", "video_url"}
VIDEO_OPTIONAL = {"author_name", "description", "provider_icon_url", "provider_name", "title_url"}

BLOCKS: dict[str, tuple[set[str], set[str], Shape]] = {
    "actions": ({"elements"}, set(), _actions),
    "alert": ({"text"}, {"level"}, _alert),
    "container": ({"child_blocks"}, CONTAINER_OPTIONAL, _container),
    "context": ({"elements"}, set(), _context),
    "context_actions": ({"elements"}, set(), _context_actions),
    "data_table": ({"rows", "caption"}, {"page_size", "row_header_column_index"}, tables.check_data_table),
    "data_visualization": ({"title", "chart"}, set(), tables.check_chart),
    "divider": (set(), set(), _nothing_more),
    "file": ({"external_id", "source"}, set(), _nothing_more),
    "header": ({"text"}, set(), _header),
    "image": ({"alt_text"}, {"image_url", "slack_file", "title"}, _image),
    "input": ({"label", "element"}, {"hint", "optional", "dispatch_action"}, _input),
    "markdown": ({"text"}, set(), _markdown),
    "rich_text": ({"elements"}, set(), rich_text.check),
    "section": (set(), {"text", "fields", "accessory", "expand"}, _section),
    "table": ({"rows"}, {"column_settings"}, tables.check_table),
    "video": (VIDEO_REQUIRED, VIDEO_OPTIONAL, _video),
}
