"""The truth: every question with its whole life, every vote, every firing; Slack and MLflow are copies of it."""

from tracking.deliveries import Deliveries
from tracking.firings import Firings
from tracking.questions import Questions
from tracking.retention import Retention
from tracking.sayings import Sayings
from tracking.subscriptions import Subscriptions
from tracking.votes import Votes


class Ledger(Questions, Votes, Deliveries, Firings, Sayings, Retention, Subscriptions):
    """`Ledger.open(url)` with `sqlite:///FILE` or `postgresql+psycopg://…`. Synchronous; safe to share between threads.

    What a method wrote is on disk when it returns. All times are aware; they come back in UTC.
    """
