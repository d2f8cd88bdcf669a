"""Letters by e-mail, handed to the mail server that the operator named."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

SECONDS_TO_ANSWER = 20
_ON_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_SUBMISSION, _SUBMISSION_OVER_TLS = 587, 465  # RFC 8314


class NotSent(Exception):
    """The mail server did not take the letter; the text says why."""


@dataclass(frozen=True)
class Letter:
    """A letter in plain text; what is in it is written by us, and names nobody but its reader."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in.

    Attributes:
        port: 0 for the usual one.
        is_tls: whether the connection is encrypted from its first byte; else it must become so
            before anything is said, except on this very machine.
        user: empty where the server asks for nobody's name.
        sender: the address that letters come from.
    """

    host: str
    port: int
    is_tls: bool
    user: str
    password: str
    sender: str

    def send(self, letter: Letter) -> None:
        """Hand one letter in.

        Raises:
            NotSent: the server is away, refuses it, or would not be spoken to in secret.
        """
        try:
            message = self._message(letter)
            with self._connected() as server:
                if not self.is_tls and self.host not in _ON_THIS_MACHINE:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(f"{type(error).__name__} {error}") from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, letter.to
        message["Subject"] = letter.subject
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
        message.set_content(letter.text)
        return message

    def _connected(self) -> smtplib.SMTP:
        if not self.is_tls:
            port = self.port or _SUBMISSION
            return smtplib.SMTP(self.host, port, timeout=SECONDS_TO_ANSWER)
        return smtplib.SMTP_SSL(
            self.host,
            self.port or _SUBMISSION_OVER_TLS,
            timeout=SECONDS_TO_ANSWER,
            context=ssl.create_default_context(),
        )
