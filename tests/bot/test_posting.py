"""What is sent to Slack arrives, in one form or another."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError

from bot.blocks.message import Message
from bot.posting import Poster
from tests.fakes import FakeSlack

BLOCK = {"type": "divider"}


async def test_blocks_that_slack_refuses_are_sent_again_as_text() -> None:
    slack = FakeSlack(chat_postMessage=["invalid_blocks", {"ts": "2.0"}])
    assert await Poster(slack).post("C1", "Five customers", [BLOCK], "1.0") == "2.0"
    first, second = slack.sent("chat.postMessage")
    assert first["blocks"] == [BLOCK]
    assert "blocks" not in second
    assert (second["text"], second["thread_ts"]) == ("Five customers", "1.0")


@pytest.mark.parametrize("refusal", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks_format"])
async def test_an_update_that_slack_refuses_says_that_only_the_text_is_shown(refusal: str) -> None:
    slack = FakeSlack(chat_update=[refusal])
    assert not await Poster(slack).update("C1", "2.0", "Five customers", [BLOCK])
    assert slack.sent("chat.update")[1]["blocks"] == []


async def test_any_other_error_is_not_hidden() -> None:
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await Poster(FakeSlack(chat_postMessage=["channel_not_found"])).post("C1", "Five", [BLOCK])


async def test_slack_is_told_to_make_no_mentions_out_of_the_text_of_an_update() -> None:
    slack = FakeSlack()
    await Poster(slack).update("C1", "2.0", "@channel")
    (update,) = slack.sent("chat.update")
    assert (update["parse"], update["link_names"]) == ("none", False)


async def test_a_whisper_that_fails_undoes_nothing() -> None:
    slack = FakeSlack(chat_postEphemeral=["user_not_in_channel"])
    await Poster(slack).whisper("C1", "U1", Message("Thank you"))
    assert len(slack.sent("chat.postEphemeral")) == 1


async def test_removing_a_message_that_is_gone_is_no_fault() -> None:
    slack = FakeSlack(chat_delete=["message_not_found"])
    await Poster(slack).remove("C1", "2.0")
    assert len(slack.sent("chat.delete")) == 1


async def test_messages_in_one_channel_keep_their_distance_and_others_do_not_wait() -> None:
    poster = Poster(FakeSlack(), pause=60)
    await poster.post("C1", "one")
    await poster.post("C2", "two")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await poster.post("C1", "three")


async def test_no_file_is_attached_where_there_is_none() -> None:
    slack = FakeSlack()
    await Poster(slack).attach("C1", "1.0", ())
    assert slack.calls == []


async def test_a_placeholder_is_found_by_the_question_it_carries() -> None:
    messages = [{"ts": "1.0"}, {"ts": "2.0", "metadata": {"event_payload": {"question_id": "C1:1.0"}}}]
    slack = FakeSlack(conversations_replies=[{"messages": messages}, {"messages": messages}])
    assert await Poster(slack).find("C1", "1.0", "C1:1.0") == "2.0"
    assert await Poster(slack).find("C1", "1.0", "C1:9.0") == ""
