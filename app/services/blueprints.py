"""The infrastructure code of a saved version, for those who may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.blueprints import folder
from app.blueprints.choices import Choices
from app.blueprints.parts import Plan, Version
from app.blueprints.plan import plan
from app.domain.errors import InvalidAnswers, NoBlueprint, NotFound
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.reading import nested, read_answers
from app.persistence import Session
from app.persistence import assessments as rows
from app.persistence import projects as project_rows
from app.reference import Reference
from app.services import assessments, projects, weights
from app.services.assessments import SavedAssessment


@dataclass(frozen=True)
class Blueprint:
    """The plan and every file of it.

    Attributes:
        files: path → text.
    """

    plan: Plan
    files: Mapping[str, str]

    @property
    def folder_name(self) -> str:
        """What the folder is called; of checked and shipped words only."""
        cloud = self.plan.cloud
        kind = cloud.cloud if self.plan.kind == "cloud" and cloud else self.plan.kind
        return f"{self.plan.name}-{kind}"

    def archive(self) -> bytes:
        """The folder as a ZIP; the same plan gives the same bytes."""
        return folder.archive(self.files, self.folder_name)


def build(version: Version, choices: Choices) -> Blueprint:
    """The code of one option of `version`.

    Raises:
        NoBlueprint: it would have to guess.
    """
    made = plan(version, choices)
    return Blueprint(made, folder.files(made))


def version_of(db: Session, saved: SavedAssessment) -> Version:
    """What a saved version is built from: its answers, its result and the prices that it pinned.

    Raises:
        NoBlueprint: it was saved before Footing kept those.
    """
    try:
        reference = weights.pinned_by(
            db, facts_sha256=saved.facts_sha256, weight_set=saved.weight_set
        )
        if reference is None:
            raise NoBlueprint("This version was saved before Footing kept the prices it pins.")
        document = {"name": saved.project.name, "answers": nested(saved.answers)}
        answers = read_answers(document, reference.questions)
    except (InvalidAnswers, ValueError) as error:
        raise NoBlueprint(
            "This version was saved with facts or questions that are read no more. Save another "
            "version of the same answers to get its code."
        ) from error
    return Version(
        project=saved.project.name,
        number=saved.number,
        title=saved.title,
        saved_on=saved.created_at.date(),
        answers=answers,
        result=saved.result,
        offers=reference.facts.offers,
    )


def computed(
    answers: Answers, reference: Reference, result: dict[str, Any], today: date
) -> Version:
    """As `version_of`, for an answers file that was assessed just now and is saved nowhere."""
    return Version(answers.name, 0, "", today, answers, result, reference.facts.offers)


def operators_version(db: Session, project_id: int, number: int) -> Version:
    """As `version_of`, for the operator's command line, who may read every project.

    Raises:
        NotFound: there is no such version.
        NoBlueprint: as there.
    """
    if project_rows.by_id(db, project_id) is None or not rows.by_number(db, project_id, number):
        raise NotFound(f"There is no version {number} of a project {project_id}.")
    project = projects.behind_a_link(db, project_id)  # whoever runs the command may read it
    return version_of(db, assessments.numbered(db, project, number))
