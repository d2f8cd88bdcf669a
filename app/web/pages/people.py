"""The pages for signing in."""

from dataclasses import dataclass
from typing import ClassVar

from app.web.pages.base import Page


@dataclass(frozen=True)
class SetUpPage(Page):
    """The first administrator gives a name.

    Attributes:
        token: of the link that led here; it is used up by the form, not by looking.
        name: what was typed.
        problem: what is wrong with the name; empty if nothing is.
    """

    template: ClassVar[str] = "people/setup.html"

    token: str
    name: str = ""
    problem: str = ""


@dataclass(frozen=True)
class SignInPage(Page):
    """A button that uses a sign-in link; without a link, how to get one.

    Attributes:
        token: of the link that led here; empty without one.
        reason: why the reader was sent here; empty if they came by themselves.
    """

    template: ClassVar[str] = "people/sign_in.html"

    token: str = ""
    reason: str = ""
