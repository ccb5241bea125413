"""Every payload we post, and every event the emulator sends, is what Slack's own TypeScript types say."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from emulator.given import read
from emulator.human import Human, Sight
from emulator.manifest import read_manifest
from emulator.server import SLACK, make_app
from emulator.slack import Setup
from tests.e2e.conftest import ANNA, BEN, EMMA, ROOT, House
from tests.e2e.npm import FOLDER, module

pytestmark = [pytest.mark.e2e, pytest.mark.page, pytest.mark.timeout(240)]
Json = dict[str, Any]
UNTYPED = ("data_visualization",)  # blocks that @slack/types 3.2.0 does not know yet
POSTING = ("chat.postMessage", "chat.update", "chat.postEphemeral", "chat.stopStream")
SENT = {
    "block_actions": "Clicked",
    "view_submission": "Submitted",
    "view_closed": "Closed",
    "shortcut": "ShortcutUsed",
    "message_action": "ShortcutOnMessage",
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Json], None]:
    """Fails where a payload is not of a type of tests/npm/slack.ts."""
    program = module("ts-json-schema-generator/bin/ts-json-schema-generator.js")
    module("@slack/types/dist/index.d.ts")
    made = tmp_path_factory.mktemp("schema") / "slack.json"
    schemas = {}
    for strict in (True, False):  # what we post may have nothing more; what Slack sends may
        more = [] if strict else ["--additional-properties"]
        options = ["--path", "slack.ts", "--type", "*", "--no-type-check", "--out", str(made), *more]
        subprocess.run(["node", str(program), *options], cwd=FOLDER, check=True, timeout=120)
        schemas[strict] = json.loads(made.read_text(encoding="utf-8"))["definitions"]
    blocks = {
        f"block {kind}": name
        for name, shape in schemas[True].items()
        if name.endswith("Block") and (kind := shape.get("properties", {}).get("type", {}).get("const"))
    }

    def check(kind: str, payload: Json) -> None:
        definitions = schemas[kind in blocks or kind in ("Posted", "Home", "Modal")]
        name = quote(blocks.get(kind, kind))
        validator = Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})
        fault = best_match(validator.iter_errors(payload))
        assert fault is None, f"{kind}: {fault.json_path}: {fault.message[:800]}"  # type: ignore[union-attr]

    return check


@dataclass
class Recorded:
    """What went over the line: calls of the Web API by method, and what the app was sent by its kind."""

    calls: list[tuple[str, Json]] = field(default_factory=list)
    sent: list[tuple[str, Json]] = field(default_factory=list)

    @web.middleware
    async def hear(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith("/api/"):
            given, _ = await read(request)
            self.calls.append((request.path.removeprefix("/api/"), dict(given.values)))
        answer: web.StreamResponse = await handler(request)
        return answer


class RecordedLine:
    """The emulator's line to the app, overheard."""

    def __init__(self, line: Any, recorded: Recorded) -> None:
        self._line, self._recorded = line, recorded

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    async def event(self, payload: Json) -> None:
        self._recorded.sent.append(("event", json.loads(json.dumps(payload))))
        await self._line.event(payload)

    async def ask(self, kind: str, payload: Json) -> Json | None:
        self._recorded.sent.append((kind, json.loads(json.dumps(payload))))
        answer: Json | None = await self._line.ask(kind, payload)
        return answer


@pytest.fixture
async def recorded(tmp_path: Path) -> AsyncIterator[Recorded]:
    """A whole walk through Teller: every kind of answer, vote, modal and Home."""
    recorded = Recorded()
    app = make_app(Setup(manifest=read_manifest(ROOT / "slack-manifest.yaml")))
    app.middlewares.append(recorded.hear)
    app[SLACK].line = RecordedLine(app[SLACK].line, recorded)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    house = House(tmp_path, runner.addresses[0][1])
    bot = house.running("bot", "app", "bot")
    bot.__enter__()
    try:
        await house.until_connected(seconds=120)
        await walk(house.address)
    finally:  # beside this loop, in which the bot's Slack lives
        await asyncio.to_thread(bot.__exit__, None, None, None)
    yield recorded
    await runner.cleanup()


async def walk(address: str) -> None:
    async with Human.at(address, EMMA) as emma, Human.at(address, ANNA) as anna, Human.at(address, BEN) as ben:
        await emma.opens_home("messages")
        await emma.opens_home()
        table = await answer(emma, "#risk", "@Teller What is the total loan balance by industry?")
        await answer(emma, "#risk", "@Teller What is the loan balance by month in 2026?")
        await answer(emma, "#risk", "@Teller How many active loans do we have?")
        await reply(emma, "#risk", "@Teller Show total exposure by rating")
        await reply(emma, "#risk", "@Teller xyzzy plugh")
        private = await anna.says("#general", "@Teller What is the loan balance by currency?")
        await anna.until(lambda sight: sight.thread("#general", private) or sight.messages(anna.direct), seconds=20)
        await emma.commands("/ask", "How many customers do we have?", "#risk")
        await emma.commands("/ask", "help", "#risk")
        await ben.reacts("#risk", table["ts"], "+1")
        await ben.unreacts("#risk", table["ts"], "+1")
        thumbs = element(table, "feedback_buttons")
        await ben.clicks("#risk", table["ts"], thumbs["action_id"], thumbs["negative_button"]["value"])
        view = await ben.until(lambda sight: sight.view, seconds=10)
        await ben.submits(view["id"], {"reason": "wrong_number", "comment": "Leeds is missing"})
        thread = await emma.says("#risk", "@Teller How many loans are past due?")
        await emma.edits("#risk", thread, "@Teller How many loans are active?")
        await emma.deletes("#risk", thread)
        await emma.until(lambda sight: sight.home, seconds=20)


async def answer(human: Human, channel: str, text: str) -> Json:
    asked = await human.says(channel, text)

    def rated(sight: Sight) -> Json | None:
        return next((m for m in sight.thread(channel, asked) if "feedback_buttons" in json.dumps(m)), None)

    found: Json | None = await human.until(rated, seconds=30)
    assert found is not None
    return found


async def reply(human: Human, channel: str, text: str) -> None:
    asked = await human.says(channel, text)
    await human.until(lambda sight: sight.thread(channel, asked), seconds=30)


def element(message: Json, kind: str) -> Json:
    return next(e for block in message["blocks"] for e in block.get("elements", []) if e.get("type") == kind)


async def test_what_we_post_and_what_we_are_sent_is_of_slacks_own_types(
    recorded: Recorded, checked: Callable[[str, Json], None]
):
    posts = [given for method, given in recorded.calls if method in POSTING]
    views = [given for method, given in recorded.calls if method.startswith("views.")]
    assert len(posts) > 10
    assert len(views) > 1
    faults: list[str] = []
    for given in posts:
        metadata = {"metadata": structure(given["metadata"])} if given.get("metadata") else {}
        faults += faults_of(checked, "Posted", {"text": given.get("text", ""), "blocks": [], **metadata})
        faults += faults_of_blocks(checked, structure(given.get("blocks")) or [])
    for given in views:
        view = structure(given["view"])
        faults += faults_of(checked, "Home" if view["type"] == "home" else "Modal", view | {"blocks": []})
        faults += faults_of_blocks(checked, view["blocks"])
    for kind, payload in recorded.sent:
        named = {"event": "Sent", "slash_commands": "Commanded"}.get(kind) or SENT[payload["type"]]
        faults += faults_of(checked, named, as_typed(payload))
    assert not faults, "\n".join(sorted(set(faults)))
    assert {payload["event"]["type"] for kind, payload in recorded.sent if kind == "event"} >= {
        "app_mention", "message", "reaction_added", "reaction_removed", "app_home_opened",
    }  # fmt: skip


def structure(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def as_typed(payload: Json) -> Json:
    """A payload where Slack's types and what Slack sends differ, put the types' way.

    `enterprise` is null outside of Enterprise Grid, and the messages inside an edit or a deletion do not say again where
    they are.
    """
    typed = {name: value for name, value in payload.items() if (name, value) != ("enterprise", None)}
    event = typed.get("event", {})
    place = {name: event.get(name) for name in ("channel", "channel_type", "event_ts")}
    inner = {name: event[name] | place for name in ("message", "previous_message") if name in event}
    return typed | ({"event": event | inner} if inner else {})


def faults_of_blocks(checked: Callable[[str, Json], None], blocks: list[Json]) -> list[str]:
    known = [without_offsets(block) for block in blocks if block["type"] not in UNTYPED]
    return [fault for block in known for fault in faults_of(checked, f"block {block['type']}", block)]


def without_offsets(thing: Any) -> Any:
    """Slack's documentation has `offset` of a rich text list; its types do not."""
    if isinstance(thing, list):
        return [without_offsets(one) for one in thing]
    if not isinstance(thing, dict):
        return thing
    extra = "offset" if thing.get("type") == "rich_text_list" else ""
    return {name: without_offsets(value) for name, value in thing.items() if name != extra}


def faults_of(checked: Callable[[str, Json], None], kind: str, payload: Json) -> list[str]:
    try:
        checked(kind, payload)
    except AssertionError as fault:
        return [f"{str(fault).splitlines()[0]}\n    {json.dumps(payload)[:600]}"]
    return []
