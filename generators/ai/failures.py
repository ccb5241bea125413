"""Why a language model gave no draft. Each docstring is a sentence a banker may read."""

from collections.abc import Iterator
from contextlib import contextmanager

import openai
from pydantic import ValidationError

from generators.ai.budget import Account
from generators.contract import GenerationFailed


class ModelTookTooLong(GenerationFailed):
    """The language model took too long, so I stopped waiting. Please try again in a minute."""


class ModelBusy(GenerationFailed):
    """The language model has more to do than it can at the moment. Please try again in a minute."""


class ModelAway(GenerationFailed):
    """I cannot reach the language model at the moment. Please try again in a few minutes."""


class ModelTurnedUsAway(GenerationFailed):
    """The language model turned my request away. Whoever runs me should check its address, its name and its key."""


class ModelRefused(GenerationFailed):
    """The language model declined to work on this question. Please ask in other words."""


class ModelCutOff(GenerationFailed):
    """The language model's answer was cut off before it was complete. Please ask for less at once."""


class ModelUnclear(GenerationFailed):
    """The language model answered with something I cannot read. Please try again, or ask in other words."""


class NoWorkingQuery(GenerationFailed):
    """I wrote a query and mended it twice, but none could be trusted. Please ask more simply, or for one thing at a time."""


@contextmanager
def foreign_errors_named(account: Account) -> Iterator[None]:
    """Every error of the model's client, and a reply that does not fit its shape, as one of the failures above, with what
    was spent on the question until then."""
    try:
        yield
    except GenerationFailed as error:
        error.usage = account.usage
        raise
    except (openai.OpenAIError, TimeoutError, ValidationError, ValueError) as error:
        failure = _named(error)
        failure.usage = account.usage
        raise failure from error


def _named(error: Exception) -> GenerationFailed:
    if isinstance(error, openai.BadRequestError) and error.code == "content_filter":
        return ModelRefused()  # so Azure says that its own filter would not have the question
    return next((failure() for kinds, failure in _NAMES if isinstance(error, kinds)), ModelUnclear())


_NAMES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[GenerationFailed]], ...] = (
    ((TimeoutError, openai.APITimeoutError), ModelTookTooLong),
    (openai.RateLimitError, ModelBusy),
    ((openai.InternalServerError, openai.APIConnectionError), ModelAway),
    (openai.APIStatusError, ModelTurnedUsAway),
)
