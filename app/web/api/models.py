"""What the API takes and gives, as its OpenAPI document tells it."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.assessment.what_if import Outcome
from app.services.assessments import Version
from app.services.projects import Project
from app.services.what_if import WhatIf


class Sent(BaseModel):
    """Something that a program sends; a key that is not known is an error, not a nothing."""

    model_config = ConfigDict(extra="forbid")


class OneError(BaseModel):
    """One thing that is wrong.

    Attributes:
        path: where, as in an answers file; empty if it is the request as a whole.
        message: a sentence: what is wrong, and what would be right.
    """

    path: str
    message: str


class Wrong(BaseModel):
    """What every error answers with (RFC 9457, `application/problem+json`).

    Attributes:
        reference: what to quote to whoever runs Footing; empty where nobody needs to look.
    """

    title: str
    status: int
    errors: list[OneError]
    reference: str = ""


class NewProject(Sent):
    """A project to start; without `team_id` in the only team where the caller may."""

    name: str
    purpose: str = ""
    team_id: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


class AnswersFile(Sent):
    """The answers file of the command line, as JSON; what a PUT takes, a GET gives."""

    format: str = "footing-answers/1"
    name: str = ""
    question_set: int | None = None
    answers: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """As the reader of answers wants it."""
        return self.model_dump(exclude_none=True)


class NewVersion(Sent):
    """A version to save of the answers as they are."""

    title: str = ""


class TeamOut(BaseModel):
    """The team of a project, and what the caller may be in it."""

    id: int
    name: str
    role: str


class ProjectOut(BaseModel):
    """One decision to make. A sample belongs to no team."""

    id: int
    name: str
    purpose: str
    team: TeamOut | None
    is_sample: bool
    created_at: datetime

    @classmethod
    def of(cls, project: Project) -> "ProjectOut":
        """The project as its finder sees it."""
        team = project.team
        return cls(
            id=project.id,
            name=project.name,
            purpose=project.purpose,
            team=TeamOut(id=team.id, name=team.name, role=team.role) if team else None,
            is_sample=project.is_sample,
            created_at=project.created_at,
        )


class ProjectsOut(BaseModel):
    """The projects of the caller's teams, newest first, and the samples."""

    projects: list[ProjectOut]
    samples: list[ProjectOut]


class VersionOut(BaseModel):
    """A saved version; `recommended` is as in its result, null when nothing is feasible."""

    number: int
    title: str
    created_at: datetime
    recommended: dict[str, Any] | None

    @classmethod
    def of(cls, version: Version) -> "VersionOut":
        """The version, without its result."""
        return cls(
            number=version.number,
            title=version.title,
            created_at=version.created_at,
            recommended=version.recommended,
        )


class VersionsOut(BaseModel):
    """The versions of a project, newest first."""

    versions: list[VersionOut]


class OptionCosts(BaseModel):
    """What an option costs over the horizon, in US dollars of today, line by line."""

    key: str
    title: str
    family: str
    feasible: bool
    at_least: bool
    tco_usd: dict[str, float] | None
    cost_lines: list[dict[str, Any]]


class CostsOut(BaseModel):
    """Every option of a saved version with its cost lines; a missing price is null, never 0."""

    options: list[OptionCosts]


class DriverOut(BaseModel):
    """What may be moved, in the query of the request, and its value in the version.

    Attributes:
        unit: of `now`, which is a share for what is typed in percent.
        minimum, maximum: what is possible, in the same unit.
        is_answer: whether it is an answer; else the change of the prices of a market.
    """

    path: str
    label: str
    unit: str
    now: float
    minimum: float | None
    maximum: float | None
    is_answer: bool


class OutcomeOption(BaseModel):
    """One option; `usd` is the median over the worlds, `failed` says which must-haves it breaks."""

    title: str
    family: str
    usd: float
    at_least: bool
    failed: dict[str, str]


class OutcomeOut(BaseModel):
    """The recommended option, the share of worlds its family wins, and every priced option."""

    recommended: str
    share_of_worlds: float
    leading: list[str]
    options: dict[str, OutcomeOption]
    worlds: int

    @classmethod
    def of(cls, told: Outcome) -> "OutcomeOut":
        """The outcome of one computation."""
        return cls(
            recommended=told.best,
            share_of_worlds=told.share,
            leading=list(told.leading),
            options={
                key: OutcomeOption(
                    title=option.title,
                    family=option.family,
                    usd=option.usd,
                    at_least=option.at_least,
                    failed=dict(option.failed),
                )
                for key, option in told.options.items()
            },
            worlds=told.worlds,
        )


class WhatIfOut(BaseModel):
    """What a version says and would say with `moved`, both in the same worlds."""

    drivers: list[DriverOut]
    moved: dict[str, float]
    before: OutcomeOut
    after: OutcomeOut

    @classmethod
    def of(cls, found: WhatIf) -> "WhatIfOut":
        """What was asked, with its answer."""
        return cls(
            drivers=[
                DriverOut(
                    path=driver.field.path,
                    label=driver.field.label,
                    unit="share" if driver.field.percent else driver.field.unit,
                    now=driver.now.likely,
                    minimum=driver.field.minimum,
                    maximum=driver.field.maximum,
                    is_answer=driver.is_answer,
                )
                for driver in found.question.drivers
            ],
            moved=dict(found.question.values),
            before=OutcomeOut.of(found.before),
            after=OutcomeOut.of(found.after),
        )


class QuestionsOut(BaseModel):
    """Every question; `{modality}` stands in a path for each kind of data."""

    question_set: int
    questions: list[dict[str, Any]]


class CasesOut(BaseModel):
    """Published decisions, with the columns of the file that an export writes."""

    cases: list[dict[str, Any]]
