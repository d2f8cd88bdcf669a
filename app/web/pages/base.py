"""What all pages have in common."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Page:
    """A page names its template; the template's first line names the page.

    The fields of a page are the names its template may use, besides `frame`.
    """

    template: ClassVar[str]


@dataclass(frozen=True)
class Frame:
    """What `base.html` needs around every page.

    Attributes:
        person_name: who is signed in; empty for a visitor.
        is_administrator: whether they administer this Footing.
        path: where the reader is, to mark it in the navigation.
        version: of Footing, for the footer.
    """

    person_name: str
    is_administrator: bool
    path: str
    version: str
