"""Everything Teller hears in Slack, and who hears it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.blocks import ids
from bot.listeners.alarms import AlarmButtons, DigestThumbs
from bot.listeners.asking import Asking
from bot.listeners.choices import Choices
from bot.listeners.commands import Commands
from bot.listeners.desk import Desk
from bot.listeners.failures import Failures, log_failure
from bot.listeners.home import Home
from bot.listeners.meeting import Meeting
from bot.listeners.questions import Questions
from bot.listeners.ratings import Ratings
from bot.listeners.reviewing import Reviewing
from bot.listeners.sharing import Shares
from bot.listeners.stopping import Stopping
from bot.listeners.subscriptions import Standing
from bot.listeners.under_answers import UnderAnswers

Listener = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Routes:
    """What is heard, by Slack's own names, and who hears it. The first action that fits hears a click."""

    events: Mapping[str, Listener]
    commands: Mapping[str, Listener]
    shortcuts: Mapping[str, Listener]
    actions: Mapping[str | re.Pattern[str], Listener]
    views: Mapping[str, Listener]


def routes(desk: Desk) -> Routes:
    """The whole surface of the app."""
    questions, ratings, choices = Questions(desk), Ratings(desk), Choices(desk)
    under, alarms, standing = UnderAnswers(desk), AlarmButtons(desk), Standing(desk)
    asking, meeting, home, reviewing = Asking(desk), Meeting(desk), Home(desk), Reviewing(desk)
    return Routes(
        events={
            "app_mention": questions.mention,
            "message": questions.message,
            "reaction_added": ratings.reaction_added,
            "reaction_removed": ratings.reaction_removed,
            "agent_session_stopped": Stopping(desk).session_stopped,
            "app_home_opened": meeting.opened,
            "member_joined_channel": meeting.joined,
        },
        commands={"/ask": Commands(desk).ask},
        shortcuts={ids.ASK: asking.anywhere, ids.ASK_ABOUT: asking.about},
        actions={
            ids.FEEDBACK: ratings.thumb,
            ids.COMMENT: ratings.comment,
            ids.SHARE: Shares(desk).pressed,
            ids.STOP: Stopping(desk).pressed,
            ids.ALWAYS: choices.always,
            ids.EXCEL: under.excel,
            ids.MORE: under.chosen,
            re.compile(rf"{ids.FOLLOW_UP}_\d+"): choices.nearest,
            ids.SUBSCRIBE: standing.subscribe,
            ids.ALERT: standing.alert,
            ids.SUBSCRIPTION_TEST: standing.test,
            ids.SUBSCRIPTION_CHANGE: standing.change,
            ids.SUBSCRIPTION_PAUSE: standing.pause,
            ids.SUBSCRIPTION_RESUME: standing.resume,
            ids.SUBSCRIPTION_DELETE: standing.delete,
            re.compile(rf"{ids.CHOICE}_\d+"): choices.choice,
            re.compile(rf"{ids.NEAREST}_\d+"): choices.nearest,
            ids.ACKNOWLEDGE: alarms.acknowledged,
            ids.SHOW_QUESTIONS: alarms.questions,
            ids.DIGEST_FEEDBACK: DigestThumbs(desk).given,
            re.compile(rf"{ids.SNOOZE}_\w+"): alarms.snoozed,
            ids.ASK: asking.anywhere,
            re.compile(rf"{ids.TRY}_\d+"): asking.tried,
            ids.SEARCH: home.searched,
            ids.SETTINGS: home.settings,
            re.compile(rf"{ids.REVIEW}_\d+"): reviewing.looked,
            re.compile(".*"): Failures(desk).unknown_button,
        },
        views={
            ids.COMMENT_FORM: ratings.submitted,
            ids.SHARE_FORM: under.share,
            ids.SUBSCRIBE_FORM: standing.subscribed,
            ids.CHANGE_FORM: standing.changed,
            ids.ALERT_FORM: standing.alerted,
            ids.ASK_FORM: asking.sent,
            ids.SETTINGS_FORM: home.settled,
            ids.REVIEW_FORM: reviewing.sent,
        },
    )


def build(desk: Desk, signing_secret: str = "") -> AsyncApp:
    """The app over the desk's own client; `signing_secret` is for HTTP mode, Socket Mode needs none.

    Listeners only insert into the ledger, and Slack is told "received" after they did: one that fails is sent again.
    """
    app = AsyncApp(
        client=desk.poster.client, name="teller", signing_secret=signing_secret, process_before_response=True
    )
    heard = routes(desk)
    for event, listener in heard.events.items():
        app.event(event)(listener)
    for command, listener in heard.commands.items():
        app.command(command)(listener)
    for shortcut, listener in heard.shortcuts.items():
        app.shortcut(shortcut)(listener)
    for action, listener in heard.actions.items():
        app.action(action)(listener)
    for view, listener in heard.views.items():
        app.view(view)(listener)
    app.error(log_failure)
    return app
