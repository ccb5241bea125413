"""When a question stops: its words were not understood, or they can be read in several ways."""

from collections.abc import Sequence

from generators.contract import Choice


class Lost(Exception):
    """I did not understand these words."""

    def __init__(self, *words: str, why: str = "") -> None:
        super().__init__(self.__doc__)
        self.words, self.why = tuple(word for word in words if word), why


class Unclear(Exception):
    """That can be read in several ways."""

    def __init__(self, message: str, choices: Sequence[Choice]) -> None:
        super().__init__(message)
        self.message, self.choices = message, tuple(choices)


class Chosen:
    """The choices a banker has already made, by the word that was unclear."""

    def __init__(self, keys: Sequence[str], remembered: Sequence[str] = ()) -> None:
        now = dict(key.split("=", 1) for key in keys if "=" in key)
        before = dict(key.split("=", 1) for key in remembered if "=" in key)
        self._before = {word: key for word, key in before.items() if word not in now}
        self._made = before | now
        self.notes: dict[str, str] = {}  # what was taken as it was chosen before, in words for the banker

    def among(self, word: str, options: Sequence[tuple[str, str]], message: str) -> str:
        """The one option (key, words) that is left or was chosen; raises `Unclear` with at most four."""
        if len(options) == 1:
            return options[0][0]
        made = self.made(word)
        said = dict(options).get(made)
        if said is not None:
            if word in self._before:
                self.notes[word] = f"As you chose before: {word} means {said}."
            return made
        choices = [Choice(label[:1].upper() + label[1:], f"{word}={key}") for key, label in options[:4]]
        raise Unclear(message, choices)

    def made(self, word: str) -> str:
        """What was chosen for a word; empty if nothing was."""
        return self._made.get(word, "")

    @property
    def keys(self) -> tuple[str, ...]:
        """Every choice as it is remembered: word=option."""
        return tuple(f"{word}={key}" for word, key in self._made.items())

    @property
    def all(self) -> tuple[str, ...]:
        """Every option that was chosen."""
        return tuple(self._made.values())
