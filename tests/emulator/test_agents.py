"""What an agent shows of its work, and what a person does about it."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA, BEN, EMMA, TEAM_ID
from emulator.human import Human
from tests.emulator.wire import wire


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_stream_is_written_while_it_is_read_and_ends_with_blocks(client: AsyncWebClient, anna: Human):
    asked = await anna.says("#lending", "@Teller how many loans?")
    for_anna = {"recipient_user_id": ANNA, "recipient_team_id": TEAM_ID}
    stream = await client.chat_startStream(channel="C0LENDING1", thread_ts=asked, markdown_text="Counting", **for_anna)
    await client.chat_appendStream(channel="C0LENDING1", ts=stream["ts"], markdown_text=" the **loans**")
    assert (await anna.looks()).thread("#lending", asked)[0]["text"] == "Counting the **loans**"

    below = [{"type": "divider"}]
    ended = await client.chat_stopStream(channel="C0LENDING1", ts=stream["ts"], markdown_text=".", blocks=below)
    assert [block["type"] for block in ended["message"]["blocks"]] == ["markdown", "divider"]
    late = client.chat_appendStream(channel="C0LENDING1", ts=stream["ts"], markdown_text="more")
    assert await refusal(late) == "message_not_in_streaming_state"


async def test_a_stream_in_a_channel_says_for_whom(client: AsyncWebClient, anna: Human):
    asked = await anna.says("#lending", "@Teller how many loans?")
    nameless = client.chat_startStream(channel="C0LENDING1", thread_ts=asked, markdown_text="Counting")
    assert await refusal(nameless) == "missing_recipient_user_id"


async def test_stop_tells_the_app_and_ends_the_stream_but_the_status_is_the_apps(client: AsyncWebClient, anna: Human):
    asked = await anna.says(anna.direct, "how many loans?")
    await client.agents_sessions_setStatus(channel_id=anna.direct, thread_ts=asked, status="processing")
    stream = await client.chat_startStream(channel=anna.direct, thread_ts=asked, markdown_text="Counting")
    async with wire(client) as line:
        while (await line.event())["type"] != "message":
            pass
        await anna.stops(anna.direct, asked)
        event = await line.event()
        while event["type"] != "agent_session_stopped":
            event = await line.event()
    assert (event["user"], event["thread_ts"], event["streaming_message_ts"]) == (ANNA, asked, [stream["ts"]])
    [session] = (await anna.looks()).state["sessions"]
    assert session["status"] == "processing"
    await client.agents_sessions_setStatus(channel_id=anna.direct, thread_ts=asked, status="active")
    [session] = (await anna.looks()).state["sessions"]
    assert session["status"] == "active"


async def test_what_the_agent_says_it_does_ends_with_its_next_message(client: AsyncWebClient, anna: Human):
    asked = await anna.says(anna.direct, "how many loans?")
    await client.assistant_threads_setStatus(channel_id=anna.direct, thread_ts=asked, status="is counting…")
    [session] = (await anna.looks()).state["sessions"]
    assert session["saying"] == "is counting…"
    await client.chat_postMessage(channel=anna.direct, thread_ts=asked, text="12")
    [session] = (await anna.looks()).state["sessions"]
    assert session["saying"] == ""


async def test_prompts_are_suggested_to_the_person_whose_conversation_it_is(
    client: AsyncWebClient, anna: Human, ben: Human
):
    prompts = [{"title": "Loans", "message": "How many loans?"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=anna.direct, prompts=prompts, title="Ask")
    assert (await anna.looks()).state["prompts"] == {anna.direct: {"title": "Ask", "prompts": prompts}}
    assert (await ben.looks()).state["prompts"] == {}
    many = client.assistant_threads_setSuggestedPrompts(channel_id=anna.direct, prompts=prompts * 5)
    assert await refusal(many) == "invalid_arguments"


async def test_a_user_group_has_members(client: AsyncWebClient):
    [group] = (await client.usergroups_list())["usergroups"]
    assert (await client.usergroups_users_list(usergroup=group["id"]))["users"] == [BEN, EMMA]
    assert await refusal(client.usergroups_users_list(usergroup="S0NOBODY")) == "no_such_subteam"
