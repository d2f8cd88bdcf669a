import email
import socket
import ssl
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.services import letters
from app.services.letters import Letter, MailServer, NotSent

LETTER = Letter("ada@example.org", "A way back", "Hello Adä,\n\nhttps://footing.example/x\n")


class Box:
    """What a mail server does with the letters: keep them."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def port(box: Box) -> Iterator[int]:
    def known(*asked: object) -> AuthResult:
        given = asked[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given == LoginPassword(b"footing", b"a secret"), handled=False)

    server = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=known,
        auth_require_tls=False,
    )
    server.start()
    yield server.port
    server.stop()


def _server(port: int, *, user: str = "", password: str = "", is_tls: bool = False) -> MailServer:
    return MailServer("127.0.0.1", port, is_tls, user, password, "footing@footing.example")


def test_a_letter_arrives_as_it_was_written(box: Box, port: int) -> None:
    _server(port).send(LETTER)
    (letter,) = box.letters
    assert (letter["From"], letter["To"]) == ("footing@footing.example", "ada@example.org")
    assert letter["Subject"] == "A way back"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


def test_it_says_who_it_is_where_that_is_asked(box: Box, port: int) -> None:
    _server(port, user="footing", password="a secret").send(LETTER)
    assert len(box.letters) == 1
    with pytest.raises(NotSent, match="Authentication"):
        _server(port, user="footing", password="wrong").send(LETTER)


def test_a_header_cannot_be_smuggled_in(box: Box, port: int) -> None:
    with pytest.raises(NotSent):
        _server(port).send(Letter("ada@example.org\r\nBcc: eve@example.org", "A", "B"))
    assert box.letters == []


def test_a_server_that_is_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "SECONDS_TO_ANSWER", 1)
    with pytest.raises(NotSent, match="refused"):
        _server(free_port()).send(LETTER)


def test_nothing_is_said_in_the_open_to_another_machine(
    box: Box, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "_ON_THIS_MACHINE", frozenset())
    with pytest.raises(NotSent, match="STARTTLS"):
        _server(port, user="footing", password="a secret").send(LETTER)
    assert box.letters == []


def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(port: int) -> None:
    with pytest.raises(NotSent):
        _server(port, is_tls=True).send(LETTER)
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
