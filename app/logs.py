"""One line format for every log line: when, how grave, which question, who says it, what."""

import logging
import re
import sys
from collections.abc import Callable, Sequence

FORMAT = "%(asctime)s %(levelname)-7s [%(question)s] %(name)s: %(message)s"
SECRET = re.compile(r"\b(?:xox[a-z]|xapp)-[\w-]+|\bsk-[\w-]{8,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
CHATTY = ("slack_bolt", "slack_sdk", "aiohttp.access", "apscheduler", "alembic", "mlflow", "httpx2")
SILENT = ("autogen_core", "autogen_agentchat")  # they log whole prompts; a team that failed is logged by us


def start(level: str, question_id: Callable[[], str], secrets: Sequence[str] = ()) -> None:
    """Sends all log lines to standard error. `question_id` tells which question is being answered here, or "".

    `secrets` are taken out of every line, beside what looks like one.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(question_id, secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Line(logging.Formatter):
    """Adds the question's id, and takes tokens, keys and passwords out of whatever is logged, tracebacks included."""

    def __init__(self, question_id: Callable[[], str], secrets: Sequence[str]) -> None:
        super().__init__(FORMAT)
        self._question_id = question_id
        words = "|".join(re.escape(word) for word in sorted(secrets, key=len, reverse=True))
        self._secret = re.compile(f"{words}|{SECRET.pattern}" if words else SECRET.pattern)

    def format(self, record: logging.LogRecord) -> str:
        record.question = self._question_id() or "-"
        return self._secret.sub("…", super().format(record))
