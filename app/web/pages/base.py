"""What all pages have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.errors import Problem


@dataclass(frozen=True)
class Page:
    """A page names its template; the template's first line names the page.

    The fields of a page are the names its template may use, besides `frame`.
    """

    template: ClassVar[str]


@dataclass(frozen=True)
class Ways:
    """How one may sign in to this Footing.

    Attributes:
        passwords: whether with one; else only by the provider.
        provider: what people call their account at the OpenID provider; empty without one.
        letters: whether somebody who forgot their password can be written to.
    """

    passwords: bool
    provider: str
    letters: bool


@dataclass(frozen=True)
class Frame:
    """What `base.html` needs around every page.

    Attributes:
        person_name: who is signed in; empty for a visitor.
        is_administrator: whether they see the administrators' pages.
        path: where the reader is, to mark it in the navigation.
        version: of Footing, for the footer.
        ways: how one may sign in.
    """

    person_name: str
    is_administrator: bool
    path: str
    version: str
    ways: Ways


@dataclass(frozen=True)
class FieldProblem:
    """A line of the summary above a form: what is wrong, and where on the page."""

    href: str
    message: str


@dataclass(frozen=True)
class Faults:
    """What is wrong with a form whose fields are named like the problems' paths.

    Attributes:
        lines: for the summary above it.
    """

    lines: tuple[FieldProblem, ...] = ()

    def of(self, field: str) -> str:
        """What is wrong with this field; empty if nothing is."""
        return next((line.message for line in self.lines if line.href == f"#{field}"), "")


NO_FAULTS = Faults()


def faults(problems: Sequence[Problem]) -> Faults:
    """The problems of one form, for the summary and for each field."""
    return Faults(tuple(FieldProblem(f"#{problem.path}", problem.message) for problem in problems))
