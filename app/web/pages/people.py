"""The pages for getting in: setting up, signing in, following an invitation, confirming."""

from dataclasses import dataclass
from typing import ClassVar

from app.services.invitations import Offer
from app.web.pages.base import NO_FAULTS, Faults, Page


@dataclass(frozen=True)
class SetUpPage(Page):
    """The first administrator makes an account.

    Attributes:
        token: of the link that led here; it is used up by the form, not by looking.
        name, email: what was typed.
    """

    template: ClassVar[str] = "people/setup.html"

    token: str
    name: str = ""
    email: str = ""
    faults: Faults = NO_FAULTS


@dataclass(frozen=True)
class SignInPage(Page):
    """Address and password.

    Attributes:
        reason: why the reader was sent here; empty if they came by themselves.
        to: where to go on afterwards; empty for the projects.
        email: what was typed.
    """

    template: ClassVar[str] = "people/sign_in.html"

    reason: str = ""
    to: str = ""
    email: str = ""
    faults: Faults = NO_FAULTS


@dataclass(frozen=True)
class SignInLinkPage(Page):
    """A button that uses a sign-in link."""

    template: ClassVar[str] = "people/link.html"

    token: str


@dataclass(frozen=True)
class ConfirmPage(Page):
    """The password once more; what was posted travels along and is sent again.

    Attributes:
        to: the address that it was posted to.
        fields: name and value of everything that was.
    """

    template: ClassVar[str] = "people/confirm.html"

    to: str
    fields: tuple[tuple[str, str], ...]
    faults: Faults = NO_FAULTS


@dataclass(frozen=True)
class JoinPage(Page):
    """What an invitation offers.

    Attributes:
        person: the name of the reader if they are signed in: then one button is enough.
        name, email: what was typed for a new account.
    """

    template: ClassVar[str] = "people/join.html"

    token: str
    offer: Offer
    person: str = ""
    name: str = ""
    email: str = ""
    faults: Faults = NO_FAULTS


@dataclass(frozen=True)
class LeavingPage(Page):
    """On the way to the provider: browsers go on by themselves, or by the link.

    Attributes:
        name: what people call their account there.
        address: where the provider asks who they are.
    """

    template: ClassVar[str] = "people/leaving.html"

    name: str
    address: str


@dataclass(frozen=True)
class ForgottenPage(Page):
    """An address, to send a sign-in link to.

    Attributes:
        asked: whether it was just asked; what came of it, the letter says.
    """

    template: ClassVar[str] = "people/forgotten.html"

    asked: bool = False
