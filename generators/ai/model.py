"""One language model behind an OpenAI-compatible endpoint: messages in, one reply of a given shape out."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam, ParsedChatCompletion
from pydantic import BaseModel

from generators.ai.failures import ModelRefused, ModelUnclear, foreign_errors_named
from generators.contract import Usage

Shape = TypeVar("Shape", bound=BaseModel)

SECONDS = 45.0  # the client's own default is 600; nobody waits ten minutes for a draft
RETRIES = 1


class Model:
    """`url` is the endpoint's base address ending in `/v1`. Made once, shared by every question and every agent."""

    def __init__(self, url: str, name: str, key: str, seconds: float = SECONDS) -> None:
        self.name = name
        self._seconds = seconds
        # A local endpoint often has no key, and the client does not start without one.
        self.client = AsyncOpenAI(base_url=url, api_key=key or "none", timeout=seconds, max_retries=RETRIES)

    async def reply(self, talk: Sequence[ChatCompletionMessageParam], shape: type[Shape]) -> tuple[Shape, Usage]:
        """One reply that fits `shape`, within the time limit, a retry included. Raises `GenerationFailed`."""
        with foreign_errors_named():
            # The client's limit is for each read; a server that drips would never meet it.
            async with asyncio.timeout(self._seconds):
                completion = await self.client.chat.completions.parse(
                    model=self.name, messages=list(talk), response_format=shape
                )
        return _parsed(completion), self._usage(completion)

    async def close(self) -> None:
        await self.client.close()

    def _usage(self, completion: ParsedChatCompletion[Shape]) -> Usage:
        if completion.usage is None:
            return Usage(self.name, 1)
        return Usage(self.name, 1, completion.usage.prompt_tokens, completion.usage.completion_tokens)


def _parsed(completion: ParsedChatCompletion[Shape]) -> Shape:
    if not completion.choices:
        raise ModelUnclear
    message = completion.choices[0].message
    if message.refusal:
        raise ModelRefused
    if message.parsed is None:
        raise ModelUnclear
    return message.parsed
