"""What a handler may ask for besides the request itself: the project in its address, the facts."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app import reference
from app.reference import Reference
from app.services import projects, weights
from app.services.projects import Project
from app.web.deps import Db, SignedIn

MOST = 2**31 - 1  # what the databases' integers hold

Number = Annotated[int, Path(ge=1, le=MOST)]
Key = Annotated[str, Path(max_length=100)]


# The key of an option to hold the recommended one against; an unknown one counts as none.
Rival = Annotated[str, Query(max_length=100)]


def _reference(db: Db, shipped: "Shipped") -> Reference:
    return weights.with_library_in_force(db, shipped)


# As it ships, whatever administrators have changed since.
Shipped = Annotated[Reference, Depends(reference.load)]


# The shipped questions and facts, the cases as administrators left them and the published weights:
# of the request's own transaction, so that a version is saved with what it was computed with.
TheReference = Annotated[Reference, Depends(_reference)]


def worlds_wanted(request: Request) -> int:
    """How many worlds this Footing computes with."""
    worlds: int = request.app.state.settings.worlds
    return worlds


def _project(db: Db, by: SignedIn, project_id: Number) -> Project:
    return projects.find(db, by, project_id)


# The project in the address, which the person asking may see; otherwise the page is not found.
CurrentProject = Annotated[Project, Depends(_project)]
