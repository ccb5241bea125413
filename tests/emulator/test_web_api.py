"""The Web API as the Slack SDK uses it: shapes, refusals, files, trouble on request."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA, APP_TOKEN, BOT_ID, BOT_TOKEN, BOT_USER, FARID
from emulator.human import Human

Json = dict[str, Any]
SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "*12* loans"}}


async def test_the_bot_learns_who_it_is(client: AsyncWebClient) -> None:
    who = await client.auth_test()
    assert (who["user_id"], who["bot_id"], who["ok"]) == (BOT_USER, BOT_ID, True)
    assert "chat:write" in who.headers["x-oauth-scopes"]
    assert (await client.bots_info(bot=BOT_ID))["bot"]["user_id"] == BOT_USER


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-somebody-elses", "invalid_auth"), ("", "not_authed"), (APP_TOKEN, "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(address: str, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=f"{address}/api/")
    with pytest.raises(SlackApiError, match=error):
        await client.chat_postMessage(channel="#lending", text="hello")


async def test_a_message_is_posted_updated_and_deleted(client: AsyncWebClient, anna: Human) -> None:
    posted = await client.chat_postMessage(channel="#lending", text="Looking …")
    assert (posted["channel"], posted["message"]["bot_id"]) == ("C0LENDING1", BOT_ID)
    updated = await client.chat_update(channel="C0LENDING1", ts=posted["ts"], text="12", blocks=[SECTION])
    assert updated["ts"] == posted["ts"]
    [shown] = await anna.sees("#lending")
    assert (shown["text"], shown["blocks"][0]["text"]) == ("12", SECTION["text"])
    await client.chat_delete(channel="C0LENDING1", ts=posted["ts"])
    assert await anna.sees("#lending") == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel="C0LENDING1", ts=posted["ts"], text="13")


async def test_metadata_is_given_only_where_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "teller_answer", "event_payload": {"question": "C0LENDING1-1"}}
    await client.chat_postMessage(channel="C0LENDING1", text="12", metadata=metadata)
    plain = await client.conversations_history(channel="C0LENDING1")
    full = await client.conversations_history(channel="C0LENDING1", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_arguments_are_taken_from_query_form_and_json(address: str) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    said: Json = {"channel": "C0LENDING1", "text": "hello"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for ways in (
            {"json": said},
            {"data": said},
            {"params": said},
            {"params": {"channel": "C0LENDING1"}} | {"data": {"text": "x"}},
        ):
            async with session.post(f"{address}/api/chat.postMessage", **ways) as response:  # type: ignore[arg-type]
                assert (await response.json())["ok"], ways
        form = {"channel": "C0LENDING1", "blocks": '[{"type": "divider"}]', "token": BOT_TOKEN}
        async with aiohttp.ClientSession() as bare, bare.post(f"{address}/api/chat.postMessage", data=form) as response:
            assert (await response.json())["message"]["blocks"][0]["type"] == "divider"
        async with session.post(f"{address}/api/chat.postMessage", json=said | {"blocks": "[{"}) as response:
            assert (await response.json())["error"] == "invalid_blocks_format"


REFUSED: list[tuple[str, Json, str]] = [
    ("chat.postMessage", {"channel": "#lending"}, "no_text"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#treasury", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "#lending", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "#lending", "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
    (
        "chat.postMessage",
        {"channel": "#lending", "text": "x", "metadata": {"event_type": 1}},
        "invalid_metadata_schema",
    ),
    ("chat.postEphemeral", {"channel": "#lending", "user": FARID, "text": "x"}, "user_not_in_channel"),
    ("chat.postEphemeral", {"channel": "#lending", "user": "U0NOBODY", "text": "x"}, "user_not_found"),
    ("chat.update", {"channel": "#lending", "ts": "1.000000", "text": "x"}, "message_not_found"),
    ("conversations.history", {"channel": "#treasury"}, "not_in_channel"),
    ("conversations.history", {"channel": "#lending", "cursor": "??"}, "invalid_cursor"),
    ("conversations.history", {"channel": "#lending", "limit": "many"}, "invalid_arguments"),
    ("conversations.replies", {"channel": "#lending", "ts": "1.000000"}, "thread_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "file_not_found"),
    ("files.getUploadURLExternal", {"filename": "a.csv", "length": 0}, "invalid_arguments"),
    ("reactions.add", {"channel": "#lending", "timestamp": "1.000000", "name": "+1"}, "message_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@alder-wharf.example"}, "users_not_found"),
    ("views.update", {"view_id": "V1", "view": {}}, "not_found"),
    ("chat.fly", {}, "unknown_method"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSED)
async def test_refuses_with_the_name_slack_gives_the_fault(
    client: AsyncWebClient, method: str, arguments: Json, error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json=arguments)
    assert refused.value.response["error"] == error


async def test_the_bot_changes_only_its_own_messages(client: AsyncWebClient, anna: Human) -> None:
    ts = await anna.says("#lending", "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel="C0LENDING1", ts=ts, text="yours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel="C0LENDING1", ts=ts)
    whisper = await client.chat_postEphemeral(channel="C0LENDING1", user=ANNA, text="psst")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel="C0LENDING1", ts=whisper["message_ts"], text="loud")


async def test_history_and_threads_are_read_in_slacks_order_and_in_pages(client: AsyncWebClient, anna: Human) -> None:
    first = await anna.says("#lending", "one")
    for text in ("two", "three"):
        await anna.says("#lending", text)
    reply = await anna.says("#lending", "a reply", thread_ts=first)
    await client.chat_postEphemeral(channel="C0LENDING1", user=ANNA, text="psst")
    texts: list[str] = []
    async for page in await client.conversations_history(channel="C0LENDING1", limit=2):
        texts += [message["text"] for message in page["messages"]]
    assert texts == ["three", "two", "one"]
    thread = (await client.conversations_replies(channel="C0LENDING1", ts=first))["messages"]
    assert [message["text"] for message in thread] == ["one", "a reply"]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"], thread[1]["thread_ts"]) == (1, reply, first)
    later = await client.conversations_history(channel="C0LENDING1", oldest=first, inclusive=False)
    assert [message["text"] for message in later["messages"]] == ["three", "two"]
    link = await client.chat_getPermalink(channel="C0LENDING1", message_ts=reply)
    assert link["permalink"].endswith(f"p{reply.replace('.', '')}?thread_ts={first}&cid=C0LENDING1")


async def test_people_and_channels_are_listed(client: AsyncWebClient) -> None:
    anna = (await client.users_info(user=ANNA))["user"]
    assert (anna["tz"], anna["is_bot"]) == ("Europe/Prague", False)
    assert (await client.users_lookupByEmail(email=anna["profile"]["email"]))["user"]["id"] == ANNA
    assert {BOT_USER, ANNA} <= {member["id"] for member in (await client.users_list())["members"]}
    public = (await client.conversations_list())["channels"]
    assert {channel["name"]: channel["is_member"] for channel in public}["treasury"] is False
    private = (await client.conversations_list(types="private_channel"))["channels"]
    assert [channel["name"] for channel in private] == ["credit-committee"]
    direct = (await client.conversations_open(users=[ANNA], return_im=True))["channel"]
    assert (direct["is_im"], direct["user"]) == (True, ANNA)
    assert FARID not in (await client.conversations_members(channel="C0LENDING1"))["members"]


async def test_reactions_of_the_bot(client: AsyncWebClient, anna: Human) -> None:
    ts = await anna.says("#lending", "hello")
    await client.reactions_add(channel="C0LENDING1", timestamp=ts, name="eyes")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel="C0LENDING1", timestamp=ts, name="eyes")
    got = (await client.reactions_get(channel="C0LENDING1", timestamp=ts))["message"]["reactions"]
    assert got == [{"name": "eyes", "users": [BOT_USER], "count": 1}]
    await client.reactions_remove(channel="C0LENDING1", timestamp=ts, name="eyes")
    with pytest.raises(SlackApiError, match="no_reaction"):
        await client.reactions_remove(channel="C0LENDING1", timestamp=ts, name="eyes")


async def test_a_file_is_uploaded_shared_and_downloaded(client: AsyncWebClient, anna: Human, address: str) -> None:
    parent = await anna.says("#lending", "all of it, please")
    content = "customer,loans\nHalden Marine,3\n"
    await client.files_upload_v2(
        channel="C0LENDING1", thread_ts=parent, filename="a.csv", content=content, title="Loans", initial_comment="Here"
    )
    shared = (await anna.sees("#lending"))[-1]
    assert (shared["text"], shared["thread_ts"]) == ("Here", parent)
    [file] = shared["files"]
    assert (file["title"], file["mimetype"], file["size"]) == ("Loans", "text/csv", len(content))
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/ui/files/{file['id']}/a.csv") as response:
            assert await response.text() == content
            assert response.headers["Content-Disposition"] == 'attachment; filename="a.csv"'
        async with session.get(file["url_private"]) as response:
            assert response.status == 403
        async with session.get(file["url_private"], headers={"Authorization": f"Bearer {BOT_TOKEN}"}) as response:
            assert await response.text() == content
        announced = await client.files_getUploadURLExternal(filename="b.csv", length=9)
        async with session.post(announced["upload_url"], data=b"short") as response:
            assert response.status == 400


async def test_trouble_comes_as_often_as_it_was_asked_for(client: AsyncWebClient, anna: Human) -> None:
    await anna.troubles(fault={"method": "chat.postMessage", "status": 429, "retry_after": 1, "times": 1})
    await anna.troubles(fault={"method": "users.info", "error": "fatal_error"})
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel="C0LENDING1", text="hello")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "1")
    await client.chat_postMessage(channel="C0LENDING1", text="hello")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.users_info(user=ANNA)
    await anna.troubles(fault={"status": 503})
    with pytest.raises(SlackApiError, match="503"):
        await client.auth_test()
    await anna.troubles(fault={"status": 500, "times": 100})
    await anna.troubles(clear=True)
    await client.auth_test()


async def test_the_sdk_waits_as_long_as_it_is_told(client: AsyncWebClient, anna: Human) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    await anna.troubles(fault={"method": "chat.postMessage", "status": 429, "retry_after": 0})
    await client.chat_postMessage(channel="C0LENDING1", text="hello")
    assert [message["text"] for message in await anna.sees("#lending")] == ["hello"]
