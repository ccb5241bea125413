"""Files on their way in and those that are there."""

import secrets
from dataclasses import dataclass, field
from mimetypes import guess_type
from typing import Any

from emulator.cast import BOT_USER
from emulator.errors import SlackError

Json = dict[str, Any]


@dataclass(slots=True)
class File:
    """One file: announced first, then sent, then shared (or not)."""

    id: str
    name: str
    length: int
    upload_key: str
    title: str = ""
    content: bytes | None = None
    channels: list[str] = field(default_factory=list)

    def to_json(self, address: str) -> Json:
        kind = self.name.rpartition(".")[2].lower()
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": guess_type(self.name)[0] or "application/octet-stream",
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": BOT_USER,
            "size": self.length,
            "mode": "hosted",
            "channels": list(self.channels),
            "url_private": f"{address}/files/{self.id}/{self.name}",
            "url_private_download": f"{address}/files/{self.id}/{self.name}",
        }


class Files:
    """All files of the workspace."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def announce(self, name: str, length: int) -> File:
        file = File(f"F{secrets.token_hex(5).upper()}", name.replace("/", "_"), length, secrets.token_urlsafe(18))
        self._files[file.id] = file
        return file

    def receive(self, upload_key: str, content: bytes) -> File:
        """The content of an announced file; it must be as long as was said."""
        file = next((file for file in self._files.values() if file.upload_key == upload_key), None)
        if file is None:
            raise SlackError("file_not_found")
        if len(content) != file.length:
            raise SlackError("invalid_length")
        file.content = content
        return file

    def get(self, file_id: str) -> File:
        """A file that has arrived."""
        file = self._files.get(file_id)
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        return file

    def delete(self, file_id: str) -> None:
        del self._files[self.get(file_id).id]
