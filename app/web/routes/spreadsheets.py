"""A saved version to take along: as a spreadsheet with live formulas, and its costs as CSV."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.domain.questionnaire.questions import QuestionSet
from app.reports import cost_table
from app.services import assessments, samples
from app.services.assessments import SavedAssessment
from app.web.current import CurrentProject, Key, Number, TheReference
from app.web.deps import Db, SignedIn
from app.web.downloads import attachment
from app.web.pages.spreadsheet import spreadsheet

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@router.get("/projects/{project_id}/versions/{number}/footing.xlsx")
def workbook(
    db: Db, by: SignedIn, reference: TheReference, project: CurrentProject, number: Number
) -> Response:
    """Everything of a version, every cost line as the formula that makes it."""
    saved = assessments.saved(db, by, project.id, number)
    return _workbook(saved, reference.questions, f"footing-{project.id}-{number}")


@router.get("/projects/{project_id}/versions/{number}/costs.csv")
def costs(db: Db, by: SignedIn, project: CurrentProject, number: Number) -> Response:
    """The costs of a version, one row for each option and line."""
    saved = assessments.saved(db, by, project.id, number)
    return attachment(cost_table.as_csv(saved.result), f"footing-{project.id}-{number}.csv", CSV)


@router.get("/sample/{key}/footing.xlsx")
def sample_workbook(db: Db, reference: TheReference, key: Key) -> Response:
    """The same of a sample."""
    saved = samples.saved(db, key)
    return _workbook(saved, reference.questions, f"footing-{saved.project.sample_key}")


@router.get("/sample/{key}/costs.csv")
def sample_costs(db: Db, key: Key) -> Response:
    """The costs of a sample."""
    saved = samples.saved(db, key)
    name = f"footing-{saved.project.sample_key}.csv"
    return attachment(cost_table.as_csv(saved.result), name, CSV)


def _workbook(saved: SavedAssessment, questions: QuestionSet, name: str) -> Response:
    return attachment(spreadsheet(saved, questions), f"{name}.xlsx", XLSX)
