"""What an unmodified Bolt app hears when people do things."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA, BOT_USER, FARID
from emulator.human import Human, Turned
from tests.emulator.wire import Connect, wire

Event = dict[str, Any]


@pytest.fixture
async def heard(bolt: AsyncApp, connect: Connect) -> "asyncio.Queue[Event]":
    """Every event the app was sent, in order, with its callback's id."""
    events: asyncio.Queue[Event] = asyncio.Queue()

    async def keep(event: Event, body: Event) -> None:
        events.put_nowait(event | {"event_id": body["event_id"]})

    for kind in ("message", "app_mention", "reaction_added", "reaction_removed", "app_home_opened"):
        bolt.event(kind)(keep)
    bolt.event("member_joined_channel")(keep)
    bolt.event({"type": "message", "subtype": "message_changed"})(keep)
    await connect(bolt)
    return events


async def following(heard: "asyncio.Queue[Event]") -> Event:
    return await asyncio.wait_for(heard.get(), 5)


async def in_order(heard: "asyncio.Queue[Event]", count: int) -> list[Event]:
    """By the time they happened: Bolt runs listeners side by side."""
    return sorted([await following(heard) for _ in range(count)], key=lambda event: str(event["event_ts"]))


async def test_a_mention_is_sent_both_as_message_and_as_mention(heard: "asyncio.Queue[Event]", anna: Human) -> None:
    ts = await anna.says("#lending", "@Teller how many <loans> & limits?")
    both = [await following(heard), await following(heard)]
    assert {event["type"] for event in both} == {"message", "app_mention"}
    assert {event["text"] for event in both} == {f"<@{BOT_USER}> how many &lt;loans&gt; &amp; limits?"}
    assert {(event["ts"], event["user"], event["channel"]) for event in both} == {(ts, ANNA, "C0LENDING1")}
    assert both[0]["event_id"] != both[1]["event_id"]


async def test_a_direct_message_is_no_mention(heard: "asyncio.Queue[Event]", anna: Human) -> None:
    await anna.says(anna.direct, "@Teller how many loans?")
    await anna.says(anna.direct, "and customers?")
    first, second = await in_order(heard, 2)
    assert (first["type"], first["channel_type"]) == ("message", "im")
    assert second["text"] == "and customers?"


async def test_a_reply_names_its_thread(heard: "asyncio.Queue[Event]", anna: Human, ben: Human) -> None:
    parent = await anna.says("#lending", "one")
    reply = await ben.says("#lending", "two", thread_ts=parent)
    await ben.says("#lending", "three", thread_ts=reply)
    events = await in_order(heard, 3)
    assert [event.get("thread_ts") for event in events] == [None, parent, parent]
    assert events[1]["parent_user_id"] == ANNA


async def test_an_edit_and_a_deletion_carry_what_was_there(heard: "asyncio.Queue[Event]", anna: Human) -> None:
    ts = await anna.says("#lending", "how many loans")
    await anna.edits("#lending", ts, "how many limits")
    await anna.deletes("#lending", ts)
    said, edited, deleted = await in_order(heard, 3)
    assert said["text"] == "how many loans"
    assert (edited["subtype"], edited["message"]["text"]) == ("message_changed", "how many limits")
    assert edited["message"]["edited"]["user"] == ANNA
    assert edited["previous_message"]["text"] == "how many loans"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert await anna.sees("#lending") == []


async def test_a_deleted_message_with_replies_leaves_a_stone(anna: Human, ben: Human) -> None:
    ts = await anna.says("#lending", "one")
    await ben.says("#lending", "two", thread_ts=ts)
    await anna.deletes("#lending", ts)
    assert [m["text"] for m in await ben.sees("#lending")] == ["This message was deleted.", "two"]


async def test_reactions_come_and_go(heard: "asyncio.Queue[Event]", anna: Human, ben: Human) -> None:
    ts = await anna.says("#lending", "hello")
    await ben.reacts("#lending", ts, "+1::skin-tone-3")
    await ben.unreacts("#lending", ts, "+1::skin-tone-3")
    _, added, removed = await in_order(heard, 3)
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    assert added["item"] == {"type": "message", "channel": "C0LENDING1", "ts": ts}
    assert (added["user"], added["reaction"], added["item_user"]) == (ben.user, "+1::skin-tone-3", ANNA)
    with pytest.raises(Turned, match="no_reaction"):
        await ben.unreacts("#lending", ts, "+1::skin-tone-3")


async def test_opening_home_and_an_invitation_are_heard(heard: "asyncio.Queue[Event]", anna: Human) -> None:
    await anna.opens_home()
    home = await following(heard)
    assert (home["type"], home["tab"], home["user"]) == ("app_home_opened", "home", ANNA)
    await anna.says("#treasury", "@Teller are you here?")  # the bot is not: nothing is heard
    await anna.invites("#treasury")
    joined = await following(heard)
    assert (joined["type"], joined["user"], joined["inviter"]) == ("member_joined_channel", BOT_USER, ANNA)


async def test_the_app_is_told_of_its_own_messages_but_of_nothing_ephemeral(client: AsyncWebClient) -> None:
    async with wire(client) as line:
        await client.chat_postEphemeral(channel="#lending", user=ANNA, text="psst")
        posted = await client.chat_postMessage(channel="#lending", text="hello")
        event = await line.event()
    assert (event["ts"], event["user"]) == (posted["ts"], BOT_USER)
    assert event["bot_id"]


async def test_one_does_not_act_where_one_is_not(anna: Human, address: str) -> None:
    ts = await anna.says("#lending", "mine")
    async with Human.at(address, FARID) as farid:
        for act in (farid.says("#lending", "hi"), farid.edits("#general", ts, "x"), farid.says("#nowhere", "x")):
            with pytest.raises(Turned):
                await act
