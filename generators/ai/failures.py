"""Why a language model gave no draft. Each docstring is a sentence a banker may read."""

from collections.abc import Iterator
from contextlib import contextmanager

import openai
from pydantic import ValidationError

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
    """I wrote a query and mended it twice, but the bank's database accepted none of them. Please ask more simply."""


@contextmanager
def foreign_errors_named() -> Iterator[None]:
    """Every error of the model's client, and a reply that does not fit its shape, as one of the failures above."""
    try:
        yield
    except (TimeoutError, openai.APITimeoutError) as error:
        raise ModelTookTooLong from error
    except openai.RateLimitError as error:
        raise ModelBusy from error
    except (openai.InternalServerError, openai.APIConnectionError) as error:
        raise ModelAway from error
    except openai.APIStatusError as error:
        raise ModelTurnedUsAway from error
    except openai.LengthFinishReasonError as error:
        raise ModelCutOff from error
    except openai.ContentFilterFinishReasonError as error:
        raise ModelRefused from error
    except (openai.OpenAIError, ValidationError, ValueError) as error:
        raise ModelUnclear from error
