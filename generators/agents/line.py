"""The agents' line to the model for one question: the shared client, counted, capped, its errors named."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from autogen_core import CancellationToken
from autogen_core.models import CreateResult, LLMMessage, ModelFamily, ModelInfo
from autogen_core.tools import Tool, ToolSchema
from autogen_ext.models.openai import BaseOpenAIChatCompletionClient
from openai import pydantic_function_tool
from pydantic import BaseModel

from generators.ai.failures import ModelCutOff, ModelRefused, foreign_errors_named
from generators.ai.generator import added
from generators.ai.model import Model
from generators.contract import GenerationFailed, Usage

# AutoGen knows only the models of its own list; any other name needs this.
_INFO = ModelInfo(
    vision=False,
    function_calling=True,
    json_output=True,
    family=ModelFamily.UNKNOWN,
    structured_output=True,
    multiple_system_messages=False,
)


class TooManyCalls(GenerationFailed):
    """The agents went round in circles, so I stopped them. Please ask for one thing at a time."""


class Line(BaseOpenAIChatCompletionClient):
    """A team hands errors on as the text of a `RuntimeError`; `failure` keeps the one that was meant."""

    def __init__(self, model: Model, most_calls: int) -> None:
        super().__init__(client=model.client, create_args={"model": model.name}, model_info=_INFO)
        self._calls_left = most_calls
        self.usage = Usage(model.name)
        self.failure: GenerationFailed | None = None

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
            if not self._calls_left:
                raise TooManyCalls
            self._calls_left -= 1
            with foreign_errors_named():
                result = await super().create(
                    messages,
                    tools=tools,
                    tool_choice=tool_choice,
                    extra_create_args={**(extra_create_args or {}), **_shaped(json_output)},
                    cancellation_token=cancellation_token,
                )
                self.usage = added(self.usage, _cost(self.usage.model, result))
                _must_fit(result, json_output)
        except GenerationFailed as failure:
            self.failure = failure
            raise
        return result


def _shaped(shape: bool | type[BaseModel] | None) -> dict[str, Any]:
    """The schema as a plain argument: given the class itself, AutoGen's log of each call warns on stderr with the
    reply in it."""
    if not isinstance(shape, type):
        return {}
    schema = pydantic_function_tool(shape)["function"]
    described = {"name": schema["name"], "schema": schema.get("parameters", {}), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def _must_fit(result: CreateResult, shape: bool | type[BaseModel] | None) -> None:
    """Raises what is wrong with a text; a tool call is checked by the tool."""
    if result.finish_reason == "length":
        raise ModelCutOff
    if not result.content or result.finish_reason == "content_filter":  # AutoGen drops a refusal: the text is empty
        raise ModelRefused
    if isinstance(shape, type) and isinstance(result.content, str):
        shape.model_validate_json(result.content)


def _cost(model: str, result: CreateResult) -> Usage:
    return Usage(model, 1, result.usage.prompt_tokens, result.usage.completion_tokens)
