"""usergroups.*: the named groups of people."""

from typing import Any

from emulator.cast import GROUPS, TEAM_ID, Group
from emulator.errors import SlackError
from emulator.given import Given
from emulator.slack import Slack

Json = dict[str, Any]


def list_all(slack: Slack, given: Given) -> Json:
    with_users = given.flag("include_users")
    return {"usergroups": [_shape(group) | ({"users": list(group.members)} if with_users else {}) for group in GROUPS]}


def users(slack: Slack, given: Given) -> Json:
    wanted = given.required("usergroup")
    group = next((group for group in GROUPS if group.id == wanted), None)
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


def _shape(group: Group) -> Json:
    return {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.members),
    }
