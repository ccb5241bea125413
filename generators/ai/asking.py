"""What a question leaves open, and how a person is asked back: the same buttons as Pattern Match's."""

from collections.abc import Iterator

from bank.catalogue import Catalogue
from generators.ai.figures import grounded
from generators.ai.linking import Linked, words
from generators.ai.prompt import CHOSEN
from generators.contract import Approach, Choice, Clarification, NotUnderstood, Question, Reply, Usage

_MOST = 4


def left_open(approach: Approach, catalogue: Catalogue, linked: Linked, question: Question) -> Clarification | None:
    """A word that the catalogue says to ask about, and about which nothing was said or chosen; no model is needed."""
    settled = " ".join(("", *question.chosen, *question.remembered)).casefold()
    said = " ".join(words(question.text))
    for word, labels, pickers in _open(catalogue, linked):
        picked = any(label.casefold() in settled for label in labels) or f" {word.casefold()}=" in settled
        if not picked and not any(" ".join(words(picker)) in said for picker in pickers):
            choices = tuple(Choice(label, CHOSEN + label) for label in labels[:_MOST])
            return Clarification(approach, f"What do you mean by “{word}”?", choices)
    return None


def _open(catalogue: Catalogue, linked: Linked) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each word with its readings, and the words that pick one of these."""
    for name in linked.terms:
        term = catalogue.terms[name]
        if term.ask and len(term.readings) > 1:
            labels = [f"{name}: {reading.says}" for reading in term.readings]
            yield name, labels, [picker for reading in term.readings for picker in reading.synonyms]
    for word in linked.ambiguous:
        called = [_called(catalogue, meaning) for meaning in catalogue.ambiguous[word]]
        yield word, [f"{word}: {one}" for one in called], called


def _called(catalogue: Catalogue, meaning: str) -> str:
    table, _, column = meaning.partition(".")
    return catalogue.label(table, column) if column else meaning


def asked_back(approach: Approach, question: Question, message: str, choices: list[str], usage: Usage) -> Reply:
    """A question of the model as buttons; without readings to choose from it is what was not understood."""
    message = grounded(message, question.text)
    labels = list(dict.fromkeys(label.strip() for label in choices if label.strip()))[:_MOST]
    if len(labels) > 1:
        keyed = tuple(Choice(label, CHOSEN + label) for label in labels)
        return Clarification(approach, message or "Which of these do you mean?", keyed, usage)
    return NotUnderstood(approach, message or "I found nothing in the bank's tables that answers this.", usage=usage)
