"""Where blocks appear (message, modal, Home), and what each place allows."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.blockkit import blocks as shapes
from emulator.blockkit.elements import INTERACTIVE
from emulator.blockkit.proof import PLAIN, Proof, characters
from emulator.errors import SlackError

Json = dict[str, Any]
EVERYWHERE = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
TABULAR = {"container", "data_table", "data_visualization", "table"}
LONGEST_MESSAGE = 10_000  # not documented: Slack was seen to refuse from 11,000 to 13,000 characters
VIEW_OPTIONAL = {
    "blocks", "title", "submit", "close", "private_metadata", "callback_id", "external_id", "clear_on_close",
    "notify_on_close", "submit_disabled",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Surface:
    """A place for blocks: which types, and how many."""

    types: frozenset[str]
    most: int


MESSAGE = Surface(frozenset(EVERYWHERE | TABULAR | {"context_actions", "file", "markdown"}), 50)
MODAL = Surface(frozenset(EVERYWHERE | {"alert"}), 100)
HOME = Surface(frozenset(EVERYWHERE | TABULAR), 100)


def checked(blocks: Any, surface: Surface) -> list[Json]:
    """The blocks of a message with every id filled in, or Slack's refusal."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    proof = Proof()
    _check(proof, blocks, "/blocks", surface)
    _check_together(proof, blocks)
    if proof.faults:
        raise SlackError("invalid_blocks", proof.faults)
    if characters(blocks) > LONGEST_MESSAGE:
        raise SlackError("msg_blocks_too_long")
    _name(blocks)
    return blocks


def checked_view(view: Any, kind: str) -> Json:
    """A modal or a Home with every id filled in, or Slack's refusal."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] must be an object [json-pointer:/view]"])
    proof = Proof()
    if view.get("type") != kind:
        proof.fault("/view/type", f"must be {kind}")
    if proof.fields(view, "/view", {"type", "blocks"} | ({"title"} if kind == "modal" else set()), VIEW_OPTIONAL):
        for name in ("title", "submit", "close"):
            proof.text(view.get(name), f"/view/{name}", 24, PLAIN)
        proof.string(view.get("private_metadata"), "/view/private_metadata", 3000, shortest=0)
        proof.string(view.get("callback_id"), "/view/callback_id", 255, shortest=0)
        _check(proof, view["blocks"], "/view/blocks", MODAL if kind == "modal" else HOME)
        if kind == "modal" and not view.get("submit") and _has_input(view["blocks"]):
            proof.fault("/view", "missing required field: submit")
    if proof.faults:
        raise SlackError("invalid_arguments", proof.faults)
    _name(view["blocks"])
    return view


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with the block it stands in, those inside containers too."""
    for block in blocks:
        for child in block.get("child_blocks", ()):
            yield from elements_of([child])
        for element in (block.get("accessory"), block.get("element"), *block.get("elements", ())):
            if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                yield block, element


def _check(proof: Proof, blocks: Any, at: str, surface: Surface) -> None:
    listed = proof.items(blocks, at, surface.most, least=0)
    for index, block in enumerate(listed):
        shapes.check(proof, block, f"{at}/{index}", set(surface.types))
    named = [block["block_id"] for block in listed if isinstance(block, dict) and block.get("block_id")]
    proof.different(named, at, "block_ids")


def _check_together(proof: Proof, blocks: list[Any]) -> None:
    types = [block.get("type") for block in blocks if isinstance(block, dict)]
    if types.count("table") > 1:
        proof.fault("/blocks", "only one table allowed")
    if types.count("data_visualization") > 2:
        proof.fault("/blocks", "only two data_visualization blocks allowed")
    markdown = [block["text"] for block in blocks if isinstance(block, dict) and block.get("type") == "markdown"]
    if sum(len(text) for text in markdown if isinstance(text, str)) > 12_000:
        proof.fault("/blocks", "markdown must be less than 12001 characters together")


def _has_input(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(isinstance(one, dict) and one.get("type") == "input" for one in blocks)


def _name(blocks: list[Json]) -> None:
    for block in blocks:
        _give(block, "block_id")
        _name(block.get("child_blocks", []))
    for _, element in elements_of(blocks):
        _give(element, "action_id")


def _give(thing: Json, name: str) -> None:
    if not thing.get(name):
        thing[name] = secrets.token_urlsafe(4)[:5]
