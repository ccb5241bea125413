"""Alerts by e-mail, through a real SMTP server on this machine."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPException
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.blocks.message import Message, escape
from jobs.mail import Mail, Postbox
from tests.faults.town import free_port
from tracking.ledger import Ledger

ALERT = Message(escape("🔴 Success rate below 90 %\nSuccess rate: 72.7 % & falling <fast>."))


class Inbox:
    """What the server was handed; `refuses` answers like a server whose disk is full."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "452 Insufficient system storage"
        self.mails.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 Kept"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def postbox(inbox: Inbox) -> Iterator[Postbox]:
    server = Controller(inbox, hostname="127.0.0.1", port=free_port())
    server.start()
    yield Postbox("127.0.0.1", server.port, "teller@bank.example", ("a@bank.example", "b@bank.example"), "none")
    server.stop()


async def test_an_alert_is_mailed_to_everybody_in_words(ledger: Ledger, inbox: Inbox, postbox: Postbox) -> None:
    await Mail(ledger, postbox).aloud("alarm success 1 open", ALERT)
    (mail,) = inbox.mails
    assert mail["Subject"] == "🔴 Success rate below 90 %"
    assert (mail["From"], mail["To"]) == ("teller@bank.example", "a@bank.example, b@bank.example")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip().endswith("72.7 % & falling <fast>.")


async def test_the_same_is_mailed_once_over_restarts(ledger: Ledger, inbox: Inbox, postbox: Postbox) -> None:
    for _ in range(2):
        await Mail(ledger, postbox).aloud("alarm success 1 open", ALERT)
    await Mail(ledger, postbox).aloud("alarm success 1 close", ALERT)
    assert len(inbox.mails) == 2


async def test_what_the_server_did_not_take_is_mailed_again_under_the_same_id(
    ledger: Ledger, inbox: Inbox, postbox: Postbox
) -> None:
    inbox.refuses = True
    with pytest.raises(SMTPException):
        await Mail(ledger, postbox).aloud("alarm success 1 open", ALERT)
    inbox.refuses = False
    await Mail(ledger, postbox).aloud("alarm success 1 open", ALERT)
    await Mail(ledger, postbox).aloud("alarm success 2 open", ALERT)
    assert len({mail["Message-ID"] for mail in inbox.mails}) == len(inbox.mails) == 2


async def test_a_title_cannot_smuggle_in_another_header(ledger: Ledger, inbox: Inbox, postbox: Postbox) -> None:
    await Mail(ledger, postbox).aloud("key", Message("Alert\r\nBcc: evil@example.com\nmore"))
    (mail,) = inbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Alert"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(
        [*command, *names, "-keyout", str(tmp_path / "key.pem"), "-out", str(file)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return file


def _secret(inbox: Inbox, certificate: Path, **more: Any) -> Controller:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def knows(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"teller", b"secret"))

    return Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=knows,
    )


async def test_mail_goes_encrypted_with_a_login_and_only_to_a_server_that_is_trusted(
    ledger: Ledger, inbox: Inbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = _secret(inbox, certificate)
    server.start()
    try:
        postbox = Postbox(
            "localhost", server.port, "teller@bank.example", ("a@bank.example",), "starttls", "teller", "secret"
        )
        with pytest.raises(ssl.SSLCertVerificationError):
            await Mail(ledger, postbox).aloud("alarm success 1 open", ALERT)
        assert inbox.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # the bank's own authority, as operators set it
        with pytest.raises(SMTPException):
            await Mail(ledger, replace(postbox, password="wrong")).aloud("alarm success 1 open", ALERT)
        await Mail(ledger, postbox).aloud("alarm success 1 open", ALERT)
        assert len(inbox.mails) == 1
    finally:
        server.stop()
