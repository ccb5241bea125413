"""What is sent to Slack: not too fast, again when Slack stumbles, in plain text when it refuses the blocks."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.message import File, Message, Rendered

log = logging.getLogger(__name__)

LONGEST_CALL = 30.0  # seconds, as the client has it where it opens a connection for each call
BETWEEN_POSTS = 1.0  # seconds in one channel: Slack's own limit for chat.postMessage
REFUSALS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "invalid_arguments"}
)
GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})
# chat.update, unlike chat.postMessage, would turn @channel and names into mentions by itself.
LITERALLY: dict[str, Any] = {"parse": "none", "link_names": False}


def kept_open() -> ClientSession:
    """Connections for a client that lives as long as its process: each call saves a handshake. Whoever opens it closes it."""
    return ClientSession(timeout=ClientTimeout(total=LONGEST_CALL), cookie_jar=DummyCookieJar())


def make_client(token: str, base_url: str, session: ClientSession | None = None) -> AsyncWebClient:
    """A client that waits when Slack says 429, and tries again after 500 and after a lost connection.

    Without a `session` every call opens a connection of its own.
    """
    client = AsyncWebClient(token=token, base_url=base_url, session=session)
    client.retry_handlers = [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=5),
        AsyncServerErrorRetryHandler(max_retry_count=3),
    ]
    return client


def refused(error: SlackApiError) -> str:
    """Slack's own name for what it did not like."""
    return str(error.response.get("error", ""))


class Poster:
    """`pause` is the least time between two posts in one channel, in seconds."""

    def __init__(self, client: AsyncWebClient, pause: float = BETWEEN_POSTS) -> None:
        self.client = client
        self._pause = pause
        self._free_at: dict[str, float] = {}

    async def post(
        self,
        channel: str,
        text: str,
        blocks: Sequence[Rendered] = (),
        thread_ts: str = "",
        metadata: dict[str, Any] | None = None,
    ) -> str:
        """Posts a message and returns its `ts`. Blocks that Slack refuses are left out: the text says it all."""
        ts, _ = await self.tell(channel, Message(text, tuple(blocks)), thread_ts, metadata)
        return ts

    async def tell(
        self, channel: str, message: Message, thread_ts: str = "", metadata: dict[str, Any] | None = None
    ) -> tuple[str, bool]:
        """The same; whether Slack took the blocks is the second of the two."""
        await self._take_turn(channel)
        arguments: dict[str, Any] = {"channel": channel, "text": message.text}
        arguments |= {
            "unfurl_links": False,
            "unfurl_media": False,
            "thread_ts": thread_ts or None,
            "metadata": metadata,
        }
        try:
            response = await self.client.chat_postMessage(**arguments, blocks=list(message.blocks) or None)
        except SlackApiError as error:
            if not message.blocks or refused(error) not in REFUSALS:
                raise
            log.warning("Slack refused the blocks of a message: %s", refused(error))
            response = await self.client.chat_postMessage(**arguments)
            return str(response["ts"]), False
        return str(response["ts"]), True

    async def update(self, channel: str, ts: str, text: str, blocks: Sequence[Rendered] = ()) -> bool:
        """Changes a message; False if Slack refused the blocks and only the text is shown."""
        arguments: dict[str, Any] = {"channel": channel, "ts": ts, "text": text, **LITERALLY}
        try:
            await self.client.chat_update(**arguments, blocks=list(blocks))
        except SlackApiError as error:
            if not blocks or refused(error) not in REFUSALS:
                raise
            log.warning("Slack refused the blocks of an answer: %s", refused(error))
            await self.client.chat_update(**arguments, blocks=[])
            return False
        return True

    async def whisper(self, channel: str, person: str, message: Message, thread_ts: str = "") -> None:
        """Says something to one person only. It is a courtesy: that it fails must not undo what was done."""
        try:
            await self.client.chat_postEphemeral(
                channel=channel,
                user=person,
                text=message.text,
                blocks=list(message.blocks) or None,
                thread_ts=thread_ts or None,
            )
        except SlackApiError as error:
            log.warning("Could not whisper in %s: %s", channel, refused(error))

    async def at_work(self, channel: str, thread_ts: str, working: bool) -> None:
        """Shows Slack's own Stop button in a conversation, or takes it away: a courtesy, which old workspaces refuse."""
        try:
            status = "processing" if working else "active"
            await self.client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread_ts, status=status)
        except SlackApiError as error:
            log.info("Slack shows no Stop button in %s: %s", channel, refused(error))

    async def remove(self, channel: str, ts: str) -> None:
        """Deletes a message of ours, if it is still there."""
        try:
            await self.client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if refused(error) not in GONE:
                raise

    async def attach(self, channel: str, thread_ts: str, files: Sequence[File]) -> tuple[str, ...]:
        """Puts files into a thread, or without one into the channel, several as one message; returns their ids."""
        uploads = [
            {"filename": file.name, "title": file.title, "content": await asyncio.to_thread(file.write)}
            for file in files
        ]
        if not uploads:
            return ()
        await self._take_turn(channel)
        sent = await self.client.files_upload_v2(file_uploads=uploads, channel=channel, thread_ts=thread_ts or None)
        return tuple(str(file["id"]) for file in sent["files"])

    async def attach_once(self, channel: str, thread_ts: str, file: File, since: datetime | None = None) -> str:
        """Puts a file into a thread and returns its id; with `since`, one of that name that is there already counts."""
        if since is not None:
            found = await self.client.conversations_replies(channel=channel, ts=thread_ts, limit=200)
            for message in found["messages"]:
                for there in message.get("files") or ():
                    if there.get("name") == file.name:
                        return str(there["id"])
        return (await self.attach(channel, thread_ts, (file,)))[0]

    async def remove_file(self, file_id: str) -> None:
        """Deletes a file of ours, if it is still there."""
        try:
            await self.client.files_delete(file=file_id)
        except SlackApiError as error:
            if refused(error) not in ("file_not_found", "file_deleted"):
                raise

    async def find(self, channel: str, thread_ts: str, question_id: str) -> str:
        """The `ts` of the message that carries this question's id in its metadata, or empty."""
        if thread_ts:
            found = await self.client.conversations_replies(
                channel=channel, ts=thread_ts, include_all_metadata=True, limit=200
            )
        else:
            found = await self.client.conversations_history(channel=channel, include_all_metadata=True, limit=100)
        for message in found["messages"]:
            if message.get("metadata", {}).get("event_payload", {}).get("question_id") == question_id:
                return str(message["ts"])
        return ""

    async def post_once(
        self, channel: str, message: Message, key: str, since: datetime | None = None, thread_ts: str = ""
    ) -> str:
        """Posts a message that carries a key in its metadata and returns its `ts`.

        With `since`, a message with that key which was posted since then is taken instead: its sender died before it
        could write down that it was sent. The key is visible to every app of the workspace.
        """
        if since is not None and (ts := await self._said(channel, key, since, thread_ts)):
            return ts
        metadata = {"event_type": "teller_said", "event_payload": {"said": key}}
        return await self.post(channel, message.text, message.blocks, thread_ts, metadata)

    async def direct(self, person: str) -> str:
        """The channel id of the direct messages between Teller and a person."""
        opened = await self.client.conversations_open(users=person)
        return str(opened["channel"]["id"])

    async def _said(self, channel: str, key: str, since: datetime, thread_ts: str) -> str:
        place: dict[str, Any] = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "cursor": ""}
        place |= {"ts": thread_ts} if thread_ts else {}
        method = "conversations.replies" if thread_ts else "conversations.history"
        while True:
            found = await self.client.api_call(method, params=place | {"include_all_metadata": 1, "limit": 200})
            for message in found["messages"]:
                if message.get("metadata", {}).get("event_payload", {}).get("said") == key:
                    return str(message["ts"])
            place["cursor"] = (found.get("response_metadata") or {}).get("next_cursor", "")
            if not place["cursor"]:
                return ""

    async def _take_turn(self, channel: str) -> None:
        now = asyncio.get_running_loop().time()
        turn = max(now, self._free_at.get(channel, 0.0))
        self._free_at[channel] = turn + self._pause
        if turn > now:
            await asyncio.sleep(turn - now)
