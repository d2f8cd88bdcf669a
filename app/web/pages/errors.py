"""The page for everything that went wrong."""

from dataclasses import dataclass
from typing import ClassVar

from app.web.pages.base import Page


@dataclass(frozen=True)
class ErrorPage(Page):
    """What happened and what to do next.

    Attributes:
        title: what happened, in a few words.
        sentences: the details, one sentence each.
        reference: what to quote to whoever runs Footing; empty where nobody needs to look.
    """

    template: ClassVar[str] = "errors/error.html"

    title: str
    sentences: tuple[str, ...]
    reference: str = ""
