"""Everything Teller hears in Slack, and who hears it."""

import re

from slack_bolt.async_app import AsyncApp

from bot.blocks import ids
from bot.listeners.choices import Choices
from bot.listeners.commands import Commands
from bot.listeners.desk import Desk
from bot.listeners.failures import Failures, log_failure
from bot.listeners.home import Home
from bot.listeners.questions import Questions
from bot.listeners.ratings import Ratings

EVENTS = ("app_mention", "message", "reaction_added", "reaction_removed", "app_home_opened")
COMMANDS = ("/ask",)


def build(desk: Desk, signing_secret: str = "") -> AsyncApp:
    """The app over the desk's own client; `signing_secret` is for HTTP mode, Socket Mode needs none.

    Listeners only insert into the ledger, and Slack is told "received" after they did: one that fails is sent again.
    """
    app = AsyncApp(
        client=desk.poster.client, name="teller", signing_secret=signing_secret, process_before_response=True
    )
    questions, ratings, choices = Questions(desk), Ratings(desk), Choices(desk)

    app.event("app_mention")(questions.mention)
    app.event("message")(questions.message)
    app.command("/ask")(Commands(desk).ask)

    app.action(ids.FEEDBACK)(ratings.thumb)
    app.action(ids.COMMENT)(ratings.comment)
    app.view(ids.COMMENT_FORM)(ratings.submitted)
    app.event("reaction_added")(ratings.reaction_added)
    app.event("reaction_removed")(ratings.reaction_removed)

    app.action(re.compile(rf"{ids.CHOICE}_\d+"))(choices.choice)
    app.action(re.compile(rf"{ids.NEAREST}_\d+"))(choices.nearest)

    app.event("app_home_opened")(Home(desk).opened)
    app.action(re.compile(".*"))(Failures(desk).unknown_button)
    app.error(log_failure)
    return app
