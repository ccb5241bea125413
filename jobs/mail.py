"""Alerts by e-mail: the words of the message, to people who do not look into Slack at night."""

import asyncio
import hashlib
import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import unescape
from typing import Literal

from bot.blocks.message import Message
from tracking.ledger import Ledger

log = logging.getLogger(__name__)

SECONDS = 20.0  # for each step of the conversation with the server


@dataclass(frozen=True, slots=True)
class Postbox:
    """Where mail goes in, by SMTP. `security`: starttls (usually port 587), tls (465), none (only inside the bank)."""

    host: str
    port: int
    sender: str
    recipients: Sequence[str]
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""

    def send(self, mail: EmailMessage) -> None:
        """Raises what smtplib raises; a certificate that is not trusted is refused."""
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        with server:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(mail)


class Mail:
    """Sends each key once. After a crash in the middle it is sent again under the same Message-ID: mail programs show
    it once, and twice is better than never."""

    def __init__(self, ledger: Ledger, postbox: Postbox) -> None:
        self._ledger = ledger
        self._postbox = postbox

    async def aloud(self, key: str, message: Message) -> None:
        """A mail server that is away is logged and tried again with the alert; Slack has it by then."""
        await asyncio.to_thread(self._send, f"mail {key}", message)

    def _send(self, key: str, message: Message) -> None:
        known = self._ledger.said(key)
        if known is not None and known.ref:
            return
        self._ledger.begin_saying(key, "mail", datetime.now(UTC))
        mail = self._mail(key, message)
        self._postbox.send(mail)
        self._ledger.say(key, mail["Message-ID"])

    def _mail(self, key: str, message: Message) -> EmailMessage:
        words = unescape(message.text)
        mail = EmailMessage()
        mail["Subject"] = " ".join(words.splitlines()[0].split())
        mail["From"] = self._postbox.sender
        mail["To"] = ", ".join(self._postbox.recipients)
        mail["Date"] = format_datetime(datetime.now(UTC))
        number = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        mail["Message-ID"] = f"<{number}@{self._postbox.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday message answers it
        mail.set_content(words)
        return mail
