"""What a question leaves open, and how a person is asked back: the same buttons as Pattern Match's."""

from collections.abc import Iterable, Iterator

from bank.catalogue import Catalogue
from generators.ai.figures import grounded
from generators.ai.linking import Linked
from generators.ai.phrases import words
from generators.ai.prompt import CHOSEN
from generators.contract import Approach, Choice, Clarification, NotUnderstood, Question, Reply, Usage

_MOST = 4


def left_open(approach: Approach, catalogue: Catalogue, linked: Linked, question: Question) -> Clarification | None:
    """A word that the catalogue says to ask about, and about which nothing was said or chosen; no model is needed.

    A choice has the key that Pattern Match gives it, so that what was picked once holds for all three ways.
    """
    settled = " ".join(("", *question.chosen, *question.remembered)).casefold()
    said = f" {' '.join(words(question.text))} "
    for word, message, options, pickers in _open(catalogue, linked):
        names = (word, *catalogue.terms[word].synonyms) if word in catalogue.terms else (word,)
        if not _says(said, names):  # an earlier question did, and was answered
            continue
        if f" {word.casefold()}=" in settled or _says(said, pickers):
            continue
        choices = [Choice(label[:1].upper() + label[1:], f"{word}={key}") for key, label in options[:_MOST]]
        return Clarification(approach, message, tuple(choices))
    return None


def _says(said: str, phrases: Iterable[str]) -> bool:
    return any(f" {' '.join(words(phrase))} " in said for phrase in phrases)


_Open = tuple[str, str, list[tuple[str, str]], list[str]]


def _open(catalogue: Catalogue, linked: Linked) -> Iterator[_Open]:
    """Each word with the question about it, its readings (key, words), and what picks one of these."""
    for name in linked.terms:
        readings = catalogue.terms[name].readings
        tables = {reading.table for reading in readings}
        if catalogue.terms[name].ask or len(tables) < len(readings):
            told = len({reading.says for reading in readings}) == len(readings)
            called = [
                reading.says if told else f"{catalogue.tables[reading.table].noun}: {reading.says}"
                for reading in readings
            ]
            options = [(reading.says, label) for reading, label in zip(readings, called, strict=True)]
            pickers = [picker for reading in readings for picker in reading.synonyms]
            if len(readings) > 1:
                yield name, f"What do you mean by {name}?", options, pickers
    for word in linked.ambiguous:
        meant = [(meaning, _called(catalogue, meaning)) for meaning in catalogue.ambiguous[word]]
        yield word, f"Which {word} do you mean?", meant, [label for _, label in meant]


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
