"""What the ledger keeps, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

State = Literal["received", "claimed", "waiting", "done", "withdrawn", "forgotten"]
Outcome = Literal["answered", "clarify", "not_understood", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


By = Literal["approach", "channel", "role", "outcome", "hour", "day", "week"]
KINDS: tuple[By, ...] = get_args(By)
"""What statistics can be put side by side by."""

HoldKind = Literal["person", "channel", "question", "everything"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in. All times are aware, in UTC. `thread` is the Slack thread (the session in MLflow)."""

    id: str
    text: str
    person: str
    person_name: str
    channel: str
    thread: str
    asked_at: datetime
    source: str = "mention"  # mention | message | thread | command | button | terminal | subscription
    approach: str = "auto"  # auto | pattern | ai | agents: what was asked for
    private: bool = False
    test: bool = False  # never counted: test users, evaluations, what nobody typed
    reply_to: str = ""  # the response_url of a slash command, if any

    @property
    def in_thread(self) -> str:
        """The Slack thread to answer in; empty where the answer hangs on no message."""
        return "" if self.source == "subscription" else self.thread


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the way of a question: when it began after the work on it had, and how long it took, in seconds.

    `name` is routing, generation, linking, model, check, door, query, posting or one of the agents; `note` says what it
    was about: an approach, a statement. `model`, tokens and `cost` are those of a model call.
    """

    name: str
    began: float
    seconds: float
    note: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """How a question ended. `seconds` leaves out waiting for a person. `preview` is JSON of the masked rows.

    `role` is that of the bank's policy under which the bank was read.
    """

    outcome: Outcome
    approach: str  # Pattern Match | AI-Powered | AutoGen Multi-Agent, or "" when none was reached
    reading: str = ""
    sql: str = ""
    message: str = ""  # the sentence said when there is no answer
    error: str = ""  # class and cause of a failure, for error_message
    seconds: float = 0.0
    result_count: int = 0
    preview: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (label, key) of a clarification; of an answer its follow-ups
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    role: str = ""
    model_calls: int = 0
    cost: float = 0.0  # of the model calls, as the prices are set
    prompt_version: str = ""
    steps: tuple[Step, ...] = ()
    in_full: str = ""  # a follow-up together with what it refers to
    asides: tuple[tuple[str, ...], ...] = ()  # for each statement its as-of date and its notes


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its whole life so far."""

    asked: Asked
    state: State
    chosen: tuple[str, ...] = ()
    message_channel: str = ""
    message_ts: str = ""  # the Slack message that holds the placeholder, then the answer
    result: Result | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    run_id: str = ""
    revision: int = 0
    in_doubt: bool = False  # a run in MLflow was about to be made or changed when something failed

    @property
    def is_open(self) -> bool:
        """Whether what was said to it stands where it was asked, for everybody there: not asked in private, nor kept
        from the channel."""
        return not self.asked.private and self.message_channel == self.asked.channel

    @property
    def said_openly(self) -> str:
        """The sentence said where there was no answer; empty where only the asker was told, for it may name values."""
        result = self.result
        return result.message if result and result.outcome != "answered" and self.is_open else ""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's last word on one answer. `reason` is a code such as `wrong_number`, or empty."""

    question_id: str
    person: str
    up: bool
    at: datetime
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much the ledger holds. `votes` are last votes; `waiting` is what MLflow does not know yet, without `aside`."""

    questions: int
    votes: int
    waiting: int
    aside: int


@dataclass(frozen=True, slots=True)
class Share:
    """A rate with its cases: `part` of `whole`."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1, or None without cases."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Group:
    """The questions that have one thing in common: an approach, a channel, an hour of the day. Times in seconds."""

    name: str
    questions: int
    success: Share
    average_seconds: float | None
    median_seconds: float | None
    p95_seconds: float | None
    satisfaction: Share


@dataclass(frozen=True, slots=True)
class Statistics:
    """What happened between two instants. Times in seconds; rates leave out what has no verdict (see docs)."""

    since: datetime
    until: datetime
    questions: int = 0
    people: int = 0
    sessions: int = 0
    success: Share = Share(0, 0)
    average_seconds: float | None = None
    median_seconds: float | None = None
    p95_seconds: float | None = None
    timed: int = 0  # how many questions the three times above are of
    average_error: float | None = None  # the standard error of the average
    p95_between: tuple[float, float] | None = None  # the 95 % interval of the 95th percentile
    satisfaction: Share = Share(0, 0)
    approaches: dict[str, int] = field(default_factory=dict)  # approach name → questions
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Popular:
    """Questions that mean the same: the latest of them, how many there were, and how many of those succeeded."""

    entry: Entry
    times: int
    success: Share


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said about an answer, and the question that was answered."""

    vote: Vote
    entry: Entry


@dataclass(frozen=True, slots=True)
class Listing:
    """The words behind the statistics of a period; each list begins with the most, the slowest, the latest."""

    most_asked: tuple[Popular, ...] = ()
    not_understood: tuple[Popular, ...] = ()
    words: tuple[tuple[str, int], ...] = ()  # that were not understood, with how often
    slowest: tuple[Entry, ...] = ()
    remarks: tuple[Remark, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)  # code → how many votes gave it; of private questions too


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of this person, channel or question is deleted; `everything` keeps all there is."""

    number: int
    kind: HoldKind
    value: str
    reason: str
    by: str
    since: datetime
