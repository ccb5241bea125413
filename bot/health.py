"""Whether the bot hears and answers: for a supervisor's probe, and for whoever looks after it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

STALE = 30.0  # seconds without a sign of life of the worker


@dataclass(slots=True)
class Health:
    """`lines`: open lines to Slack, by number; None in HTTP mode, where Slack calls. Times are of `clock`."""

    lines: int | None = 0
    wanted: int = 0
    looked_at: float = 0.0
    clock: Callable[[], float] = field(default=time.monotonic)

    def works(self) -> None:
        """The worker has just looked for questions."""
        self.looked_at = self.clock()

    @property
    def well(self) -> bool:
        return self.lines != 0 and self.clock() - self.looked_at < STALE

    def words(self) -> list[str]:
        """One line for each part."""
        open_lines = f"Lines to Slack: {self.lines} of {self.wanted} open"
        slack = "Slack calls this bot over HTTP" if self.lines is None else open_lines
        since = self.clock() - self.looked_at
        worker = "The worker looks for questions" if since < STALE else f"The worker has not looked for {since:.0f} s"
        return [slack, worker]
