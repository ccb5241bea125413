"""One language model behind an OpenAI-compatible endpoint: messages in, one reply of a given shape out."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from openai import AsyncOpenAI, pydantic_function_tool
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel

from generators.ai.budget import Account, Limits
from generators.ai.failures import ModelCutOff, ModelRefused, ModelUnclear, foreign_errors_named
from generators.ai.prompt import VERSION, tokens
from generators.contract import Question, Usage
from generators.progress import doing

Shape = TypeVar("Shape", bound=BaseModel)

SECONDS = 45.0  # the client's own default is 600; nobody waits ten minutes for a draft
RETRIES = 1
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens, in whatever money the operator counts in; zero: not known."""

    prompt: float = 0.0
    completion: float = 0.0

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / _MILLION


class Model:
    """`url` is the endpoint's base address ending in `/v1`. Made once, shared by every question and every agent."""

    def __init__(
        self,
        url: str,
        name: str,
        key: str,
        seconds: float = SECONDS,
        prices: Prices = Prices(),
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self.prices = prices
        self._limits = limits or Limits()
        self.seconds = seconds
        # A local endpoint often has no key, and the client does not start without one.
        self.client = AsyncOpenAI(base_url=url, api_key=key or "none", timeout=seconds, max_retries=RETRIES)

    def account(self, question: Question) -> Account:
        """What this question may cost, with nothing spent yet."""
        return Account(self._limits, question.budget, Usage(self.name, prompt_version=VERSION), question.spent)

    async def reply(
        self, talk: Sequence[ChatCompletionMessageParam], shape: type[Shape], account: Account, says: str
    ) -> Shape:
        """One reply that fits `shape`, within the time limit, a retry included. Raises `GenerationFailed`.

        `says` tells whoever waits what the call is for. What it cost is spent from the account, also where it failed.
        """
        account.open()
        with doing("model", says, shape.__name__) as call, foreign_errors_named(account):
            # The client's limit is for each read; a server that drips would never meet it.
            async with asyncio.timeout(self.seconds):
                completion = await self.complete(messages=list(talk), response_format=schema_of(shape))
            used = completion.usage
            call.usage = self.usage(used.prompt_tokens, used.completion_tokens) if used else self.usage(0, 0)
            account.spend(call.usage)
            return shape.model_validate_json(_said(completion))

    async def complete(self, **body: Any) -> ChatCompletion:
        """What the endpoint answers to a body as it stands.

        The client's typed way holds every node of messages and schemas against its own types first, which takes about two
        milliseconds a call.
        """
        return await self.client.post("/chat/completions", cast_to=ChatCompletion, body={"model": self.name, **body})

    async def close(self) -> None:
        await self.client.close()

    def usage(self, prompt_tokens: int, completion_tokens: int) -> Usage:
        """What one call cost."""
        cost = self.prices.of(prompt_tokens, completion_tokens)
        return Usage(self.name, 1, prompt_tokens, completion_tokens, cost)


@cache
def schema_of(shape: type[BaseModel]) -> ResponseFormatJSONSchema:
    """A strict JSON schema, which OpenAI, Azure, vLLM and Ollama all take."""
    described = pydantic_function_tool(shape)["function"]
    return {
        "type": "json_schema",
        "json_schema": {"name": described["name"], "schema": described.get("parameters", {}), "strict": True},
    }


def size_of(shape: type[BaseModel]) -> int:
    """About how many tokens the schema of a reply takes of a prompt."""
    return tokens(json.dumps(schema_of(shape)))


def _said(completion: ChatCompletion) -> str:
    """The text of a reply that came whole; raises what is wrong with it."""
    if not completion.choices:
        raise ModelUnclear
    choice = completion.choices[0]
    if choice.finish_reason == "length":
        raise ModelCutOff
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelRefused
    if not choice.message.content:
        raise ModelUnclear
    return choice.message.content
