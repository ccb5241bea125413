"""files.*: announce, send, share."""

from typing import Any

from emulator.blockkit.surfaces import MESSAGE, checked
from emulator.cast import BOT_USER
from emulator.errors import SlackError
from emulator.files import File
from emulator.given import Given
from emulator.slack import Post, Slack

Json = dict[str, Any]


def get_upload_url(slack: Slack, given: Given) -> Json:
    length = given.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", ["[ERROR] must be greater than 0 [json-pointer:/length]"])
    file = slack.files.announce(given.required("filename"), length)
    return {"upload_url": f"{given.address}/upload/{file.upload_key}", "file_id": file.id}


def complete_upload(slack: Slack, given: Given) -> Json:
    """Titles the files and, where channels are named, posts them there as one message."""
    listed = given.structure("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [slack.files.get(str(entry.get("id"))) for entry in listed]
    for file, entry in zip(files, listed, strict=True):
        file.title = str(entry.get("title") or file.name)
    wanted = [given.text("channel_id"), *given.text("channels").split(",")]
    for name in dict.fromkeys(name for name in wanted if name):
        _share(slack, given, files, name)
    return {"files": [file.to_json(given.address) for file in files]}


def info(slack: Slack, given: Given) -> Json:
    return {"file": slack.files.get(given.required("file")).to_json(given.address)}


def delete(slack: Slack, given: Given) -> Json:
    slack.files.delete(given.required("file"))
    return {}


def _share(slack: Slack, given: Given, files: list[File], name: str) -> None:
    channel = slack.workspace.channel(name)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    for file in files:
        file.channels.append(channel.id)
    shown = [file.to_json(given.address) for file in files]
    blocks = checked(given.structure("blocks", "invalid_blocks_format") or [], MESSAGE)
    text = given.text("initial_comment")
    slack.post(Post(channel, BOT_USER, text, blocks, thread_ts=given.text("thread_ts"), files=shown))
