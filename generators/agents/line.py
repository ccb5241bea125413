"""An agent's line to the model for one question: the shared client, its cost counted and capped, its errors named."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from autogen_core import CancellationToken
from autogen_core.models import CreateResult, LLMMessage, ModelFamily, ModelInfo
from autogen_core.tools import Tool, ToolSchema
from autogen_ext.models.openai import BaseOpenAIChatCompletionClient
from openai import AsyncOpenAI, NotGiven
from openai.types.chat import ChatCompletion
from pydantic import BaseModel

from generators.ai.budget import Account
from generators.ai.failures import ModelCutOff, ModelRefused, foreign_errors_named
from generators.ai.model import Model, schema_of
from generators.contract import GenerationFailed
from generators.progress import doing

# AutoGen knows only the models of its own list; any other name needs this.
_INFO = ModelInfo(
    vision=False,
    function_calling=True,
    json_output=True,
    family=ModelFamily.UNKNOWN,
    structured_output=True,
    multiple_system_messages=False,
)


class Failure:
    """What went wrong in a team: it hands errors on as the text of a `RuntimeError`, and this keeps the one that was meant."""

    def __init__(self) -> None:
        self.meant: GenerationFailed | None = None


class _Direct:
    """The client as AutoGen calls it, `client.chat.completions.create(…)`: what it says goes to the model as it stands."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.chat = self.completions = self

    async def create(self, **said: Any) -> ChatCompletion:
        return await self._model.complete(
            **{name: value for name, value in said.items() if not isinstance(value, NotGiven)}
        )


class Line(BaseOpenAIChatCompletionClient):
    """`agent` is whose line it is, `says` what it does, for whoever waits."""

    def __init__(self, model: Model, account: Account, failure: Failure, agent: str, says: str) -> None:
        super().__init__(client=cast(AsyncOpenAI, _Direct(model)), create_args={"model": model.name}, model_info=_INFO)
        self._model = model
        self._account = account
        self._failure = failure
        self._agent = agent
        self._says = says

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        try:
            self._account.open()
            with doing(self._agent, self._says) as call, foreign_errors_named(self._account):
                async with asyncio.timeout(self._model.seconds):
                    result = await super().create(
                        messages,
                        tools=tools,
                        tool_choice=tool_choice,
                        extra_create_args={**(extra_create_args or {}), **_shaped(json_output)},
                        cancellation_token=cancellation_token,
                    )
                call.usage = self._model.usage(result.usage.prompt_tokens, result.usage.completion_tokens)
                self._account.spend(call.usage)
                _must_fit(result, json_output)
        except GenerationFailed as failure:
            self._failure.meant = failure
            raise
        return result


def _shaped(shape: bool | type[BaseModel] | None) -> dict[str, Any]:
    """The schema, not the class: with that, AutoGen's log of each call warns on stderr with the reply in it."""
    return {"response_format": schema_of(shape)} if isinstance(shape, type) else {}


def _must_fit(result: CreateResult, shape: bool | type[BaseModel] | None) -> None:
    """Raises what is wrong with a text; a tool call is checked by the tool."""
    if result.finish_reason == "length":
        raise ModelCutOff
    if not result.content or result.finish_reason == "content_filter":  # AutoGen drops a refusal: the text is empty
        raise ModelRefused
    if isinstance(shape, type) and isinstance(result.content, str):
        shape.model_validate_json(result.content)
