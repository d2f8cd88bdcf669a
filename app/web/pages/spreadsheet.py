"""A saved version as a spreadsheet: what its first sheets say."""

from app.domain.questionnaire.questions import QuestionSet
from app.reports.currency import in_its_currency
from app.reports.workbook import About, workbook
from app.services.assessments import SavedAssessment
from app.web.pages.checking import answer_lines
from app.web.pages.verdict import headline


@in_its_currency
def spreadsheet(saved: SavedAssessment, questions: QuestionSet) -> bytes:
    """The file of a saved version, with the answers in the words of the pages."""
    about = About(
        project=saved.project.name,
        number=saved.number,
        title=saved.title,
        saved_at=saved.created_at,
        headline=headline(saved.result),
        answers=tuple(answer_lines(questions, saved.answers, saved.hidden)),
    )
    return workbook(about, saved.result)
