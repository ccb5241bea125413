"""What is being done about a question, for whoever waits: each step once, in the order in which it began."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class SoFar:
    """Hears the steps as they happen; `news` is what has not been shown yet."""

    _steps: list[str] = field(default_factory=list)
    _shown: int = 0

    def hear(self, says: str) -> None:
        """A step that goes on, or begins again right after itself, is not told twice."""
        if not self._steps or self._steps[-1] != says:
            self._steps.append(says)

    def news(self) -> tuple[str, ...]:
        """All steps so far if there are new ones, else nothing."""
        if len(self._steps) == self._shown:
            return ()
        self._shown = len(self._steps)
        return tuple(self._steps)
