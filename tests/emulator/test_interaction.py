"""Clicks, modals and commands, from the person's hand to the app and back."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA
from emulator.errors import SlackError
from emulator.human import Human, Turned, words
from emulator.passes import Passes
from tests.emulator.wire import Connect, wire

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


THUMBS: Json = {
    "type": "context_actions",
    "block_id": "rating",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "vote",
            "positive_button": {"text": plain("Good"), "value": "q1:up"},
            "negative_button": {"text": plain("Bad"), "value": "q1:down"},
        }
    ],
}
MENU: Json = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "rerun", "text": plain("Rerun"), "value": "q1"},
        {
            "type": "static_select",
            "action_id": "share",
            "options": [{"text": plain(name), "value": name.lower()} for name in ("Lending", "Risk")],
        },
    ],
}
FOLDED: Json = {"type": "container", "title": plain("More"), "is_collapsible": True, "child_blocks": [MENU]}


def modal(*blocks: Json) -> Json:
    reason = {
        "type": "radio_buttons",
        "action_id": "reason",
        "options": [{"text": plain(name), "value": name} for name in ("wrong", "slow")],
    }
    comment = {"type": "plain_text_input", "action_id": "comment", "max_length": 20}
    fields = (
        {"type": "input", "block_id": "why", "label": plain("Why?"), "element": reason},
        {"type": "input", "block_id": "said", "label": plain("Comment"), "optional": True, "element": comment},
    )
    return {
        "type": "modal",
        "callback_id": "comment",
        "private_metadata": "q1",
        "title": plain("What went wrong?"),
        "submit": plain("Send"),
        "notify_on_close": True,
        "blocks": [*blocks, *fields],
    }


async def test_a_thumb_opens_a_modal_and_its_content_arrives(
    bolt: AsyncApp, connect: Connect, client: AsyncWebClient, anna: Human
) -> None:
    clicked: list[Json] = []
    sent: list[Json] = []

    @bolt.action("vote")
    async def vote(ack: Any, body: Json) -> None:
        await ack()
        clicked.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @bolt.view("comment")
    async def comment(ack: Any, view: Json) -> None:
        await ack()
        sent.append(view)

    await connect(bolt)
    posted = await client.chat_postMessage(channel="#lending", text="12", blocks=[THUMBS])
    assert await anna.clicks("#lending", posted["ts"], "vote", "q1:down")
    view = await anna.until(lambda sight: sight.view)
    missing = await anna.submits(view["id"], {"comment": "no"})
    assert missing["errors"] == {"why": "Please complete this required field."}
    assert (await anna.submits(view["id"], {"reason": "slow", "comment": "x" * 21}))["errors"].keys() == {"said"}
    assert (await anna.submits(view["id"], {"reason": "slow", "comment": "late"}))["acknowledged"]

    assert clicked[0]["actions"][0] | {"action_ts": ""} == {
        "type": "feedback_buttons",
        "action_id": "vote",
        "block_id": "rating",
        "value": "q1:down",
        "text": plain("Bad"),
        "action_ts": "",
    }
    assert clicked[0]["container"]["message_ts"] == clicked[0]["message"]["ts"] == posted["ts"]
    assert clicked[0]["channel"] == {"id": "C0LENDING1", "name": "lending"}
    values = sent[0]["state"]["values"]
    assert values["why"]["reason"]["selected_option"]["value"] == "slow"
    assert values["said"]["comment"] == {"type": "plain_text_input", "value": "late"}
    assert (sent[0]["private_metadata"], len(sent)) == ("q1", 1)
    assert (await anna.looks()).view is None


async def test_a_thumb_stays_down_for_its_person_and_coming_up_tells_nobody(
    client: AsyncWebClient, anna: Human, ben: Human
) -> None:
    posted = await client.chat_postMessage(channel="#lending", text="12", blocks=[THUMBS])
    async with wire(client) as line:
        # Nobody acknowledges, but the thumb is down all the same.
        assert not await anna.clicks("#lending", posted["ts"], "vote", "q1:up")
        assert (await line.interaction())["actions"][0]["value"] == "q1:up"
        assert (await anna.sees("#lending"))[0]["pressed"] == {"vote": "q1:up"}
        assert (await ben.sees("#lending"))[0]["pressed"] == {}
        assert await anna.clicks("#lending", posted["ts"], "vote", "q1:up")
        assert (await anna.sees("#lending"))[0]["pressed"] == {}
        await anna.says("#lending", "next")
        assert await line.interactions_before("next") == []


async def test_an_element_inside_a_container_can_be_chosen(client: AsyncWebClient, anna: Human) -> None:
    posted = await client.chat_postMessage(channel="#lending", text="12", blocks=[FOLDED])
    async with wire(client) as line:
        await anna.clicks("#lending", posted["ts"], "share", "risk")
        payload = await line.interaction()
    assert payload["actions"][0]["selected_option"] == {"text": plain("Risk"), "value": "risk"}
    [content] = payload["state"]["values"].values()
    assert content["share"]["selected_option"]["value"] == "risk"
    with pytest.raises(Turned, match="unknown_option"):
        await anna.clicks("#lending", posted["ts"], "share", "treasury")
    with pytest.raises(Turned, match="no_such_element"):
        await anna.clicks("#lending", posted["ts"], "nothing")


async def test_the_app_can_refuse_update_or_clear_a_modal(client: AsyncWebClient, anna: Human) -> None:
    async with wire(client) as line:
        trigger = await _trigger(client, anna, line)
        view = (await client.views_open(trigger_id=trigger, view=modal()))["view"]
        answers: list[Json] = [
            {"response_action": "errors", "errors": {"why": "Think again."}},
            {"response_action": "update", "view": modal({"type": "divider"})},
            {"response_action": "push", "view": modal()},
            {"response_action": "clear"},
        ]
        shown = []
        for answer in answers:
            outcome = await _submitted(line, anna, answer)
            shown.append((outcome["errors"], (await anna.looks()).view))
    assert shown[0][0] == {"why": "Think again."}
    updated, pushed = shown[1][1], shown[2][1]
    assert updated is not None
    assert (updated["id"], len(updated["blocks"])) == (view["id"], 3)
    assert pushed is not None
    assert pushed["previous_view_id"] == pushed["root_view_id"] == view["id"]
    assert shown[3][1] is None


async def test_closing_a_modal_is_told_where_asked_for(client: AsyncWebClient, anna: Human) -> None:
    async with wire(client) as line:
        trigger = await _trigger(client, anna, line)
        view = (await client.views_open(trigger_id=trigger, view=modal()))["view"]
        await anna.closes(view["id"])
        assert (await line.interaction())["type"] == "view_closed"
    assert (await anna.looks()).view is None
    with pytest.raises(Turned, match="not_found"):
        await anna.submits(view["id"], {})


async def test_a_trigger_opens_one_view(client: AsyncWebClient, anna: Human) -> None:
    async with wire(client) as line:
        trigger = await _trigger(client, anna, line)
    await client.views_open(trigger_id=trigger, view=modal())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=modal())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.3", view=modal())


def test_a_trigger_lives_three_seconds_and_a_response_address_five_answers() -> None:
    now = [100.0]
    passes = Passes(clock=lambda: now[0])
    early, late = passes.trigger(ANNA), passes.trigger(ANNA)
    now[0] += 2.9
    assert passes.exchange(early) == ANNA
    now[0] += 0.2
    with pytest.raises(SlackError, match="expired_trigger_id"):
        passes.exchange(late)
    key = passes.response("C0LENDING1", ANNA)
    assert [passes.spend(key).uses for _ in range(5)] == [1, 2, 3, 4, 5]
    with pytest.raises(SlackError, match="used_url"):
        passes.spend(key)


async def test_a_command_is_answered_to_one_person_or_to_the_channel(
    bolt: AsyncApp, connect: Connect, anna: Human, ben: Human
) -> None:
    @bolt.command("/ask")
    async def ask(ack: Any, respond: Any, command: Json) -> None:
        await ack()
        for kind in ("ephemeral", "in_channel"):
            await respond(f"{kind}: {command['text']} by {command['user_name']}", response_type=kind)

    await connect(bolt)
    assert await anna.commands("/ask", "how many loans?", channel="#lending")
    both = await anna.until(lambda sight: len(sight.messages("#lending")) == 2 and sight.messages("#lending"))
    assert [words(m) for m in both] == ["ephemeral: how many loans? by anna", "in_channel: how many loans? by anna"]
    assert both[0]["only_for"] == ANNA
    assert [words(m) for m in await ben.sees("#lending")] == ["in_channel: how many loans? by anna"]


async def test_an_unheard_or_unknown_command_is_said(client: AsyncWebClient, anna: Human) -> None:
    assert not await anna.commands("/nothing", channel="#lending")
    async with wire(client):
        assert not await anna.commands("/ask", "x", channel="#lending")
    unknown, unheard = await anna.sees("#lending")
    assert "not a valid command" in words(unknown)
    assert "operation_timeout" in words(unheard)


async def test_an_answer_in_the_acknowledgement_is_shown(bolt: AsyncApp, connect: Connect, anna: Human) -> None:
    @bolt.command("/ask")
    async def ask(ack: Any) -> None:
        await ack("Looking …")

    await connect(bolt)
    await anna.commands("/ask", "x", channel="#lending")
    [shown] = await anna.sees("#lending")
    assert (words(shown), shown["only_for"]) == ("Looking …", ANNA)


async def test_a_response_address_replaces_and_removes_an_ephemeral_message(
    bolt: AsyncApp, connect: Connect, client: AsyncWebClient, anna: Human
) -> None:
    @bolt.action("rerun")
    async def rerun(ack: Any, respond: Any, body: Json) -> None:
        await ack()
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        if len(seen) == 0:
            await respond("replaced", blocks=[MENU], replace_original=True)
        else:
            await respond(delete_original=True)

    seen: list[str] = []
    await connect(bolt)
    posted = await client.chat_postEphemeral(channel="#lending", user=ANNA, text="12", blocks=[MENU])
    await anna.clicks("#lending", posted["message_ts"], "rerun")
    await anna.until(lambda sight: sight.messages("#lending")[0]["text"] == "replaced")
    seen.append("replaced")
    await anna.clicks("#lending", posted["message_ts"], "rerun")
    await anna.until(lambda sight: not sight.messages("#lending"))


async def test_home_is_published_and_its_buttons_work(client: AsyncWebClient, anna: Human, ben: Human) -> None:
    home = (await client.views_publish(user_id=ANNA, view={"type": "home", "blocks": [MENU]}))["view"]
    sight = await anna.looks()
    assert sight.home is not None
    assert sight.home["id"] == home["id"]
    assert (await ben.looks()).home is None
    async with wire(client) as line:
        await anna.clicks_in_view(home["id"], "rerun")
        payload = await line.interaction()
    assert (payload["container"]["view_id"], payload["view"]["type"]) == (home["id"], "home")
    with pytest.raises(Turned, match="not_found"):
        await ben.clicks_in_view(home["id"], "rerun")


async def _trigger(client: AsyncWebClient, anna: Human, line: Any) -> str:
    posted = await client.chat_postEphemeral(channel="#lending", user=ANNA, text="12", blocks=[MENU])
    await anna.clicks("#lending", posted["message_ts"], "rerun")
    return str((await line.interaction())["trigger_id"])


async def _submitted(line: Any, anna: Human, answer: Json) -> Json:
    """Sends the modal in front, and lets the app answer so."""
    view = (await anna.looks()).view
    assert view is not None

    async def acknowledge() -> None:
        await line.acknowledge(await line.next(), answer)

    outcome, _ = await asyncio.gather(anna.submits(view["id"], {"reason": "slow"}), acknowledge())
    return outcome
