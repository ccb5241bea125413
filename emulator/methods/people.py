"""auth.*, bots.* and users.*: who is who."""

from typing import Any

from emulator.cast import APP_ID, BOT, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from emulator.errors import SlackError
from emulator.given import Given
from emulator.pages import page
from emulator.slack import Slack
from emulator.workspace import people_json, person_json

Json = dict[str, Any]


def auth_test(slack: Slack, given: Given) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": BOT.handle,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def bots_info(slack: Slack, given: Given) -> Json:
    if given.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": BOT.name, "deleted": False, "updated": 0}
    return {"bot": bot | {"icons": {}}}


def team_info(slack: Slack, given: Given) -> Json:
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN}}


def info(slack: Slack, given: Given) -> Json:
    return {"user": person_json(slack.workspace.person(given.required("user")))}


def list_all(slack: Slack, given: Given) -> Json:
    shown, metadata = page(list(slack.workspace.people.values()), given)
    return {"members": people_json(shown), "cache_ts": 0, **metadata}


def lookup_by_email(slack: Slack, given: Given) -> Json:
    email = given.required("email").lower()
    for person in slack.workspace.people.values():
        if not person.is_bot and person.email == email:
            return {"user": person_json(person)}
    raise SlackError("users_not_found")
