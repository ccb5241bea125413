"""What an agent shows of its work: the status of a thread, its suggested prompts, and whether it can be stopped."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
STATUSES = ("active", "processing", "suspended", "closed")


@dataclass(slots=True)
class Session:
    """One thread of work; `saying` is the line under it while the agent thinks ("is thinking…")."""

    channel: str
    thread_ts: str
    status: str = ""
    title: str = ""
    saying: str = ""

    def to_json(self) -> Json:
        return {
            "channel": self.channel,
            "thread_ts": self.thread_ts,
            "status": self.status,
            "title": self.title,
            "saying": self.saying,
        }


@dataclass(slots=True)
class Sessions:
    """All sessions, and the prompts suggested in each conversation with the agent."""

    prompts: dict[str, Json] = field(default_factory=dict)  # channel → title and prompts
    _all: dict[tuple[str, str], Session] = field(default_factory=dict)

    def at(self, channel: str, thread_ts: str) -> Session:
        """The session of a thread, begun if there is none."""
        return self._all.setdefault((channel, thread_ts), Session(channel, thread_ts))

    def known(self, channel: str, thread_ts: str) -> Session | None:
        return self._all.get((channel, thread_ts))

    def of(self, channels: set[str]) -> list[Json]:
        return [session.to_json() for session in self._all.values() if session.channel in channels]
