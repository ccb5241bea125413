"""How Slack says no."""

from collections.abc import Sequence


class SlackError(Exception):
    """Slack's own name of the fault, as `{"ok": false, "error": …}` carries it, and the lines that explain it."""

    def __init__(self, error: str, messages: Sequence[str] = ()) -> None:
        super().__init__(error)
        self.error = error
        self.messages = tuple(messages)
