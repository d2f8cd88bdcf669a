"""What needs no project: the questions, the published cases, an assessment that is kept nowhere."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response

from app.domain.errors import InvalidAnswers, Problem
from app.domain.questionnaire.reading import read_answers
from app.reference import case_file
from app.reports.terminal import question_list
from app.services import assessments, cases
from app.web.api.asking import ApiCaller
from app.web.api.models import AnswersFile, CasesOut, QuestionsOut
from app.web.current import Key, TheReference, worlds_wanted
from app.web.deps import Db
from app.web.security import API

router = APIRouter(prefix=API, default_response_class=JSONResponse)
# Apart, because it waits for the place for computing before anything else.
stateless = APIRouter(prefix=API, default_response_class=JSONResponse)


@stateless.post("/assess")
def assess(
    by: ApiCaller,
    reference: TheReference,
    worlds: Annotated[int, Depends(worlds_wanted)],
    file: AnswersFile,
    profile: Annotated[str, Query(max_length=60)] = "",
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = assessments.SEED,
) -> Response:
    """Assess an answers file; nothing is stored. `profile` is used instead of its priorities."""
    del by  # it is enough that somebody answers for the work
    if profile and profile not in reference.weights.profiles:
        known = ", ".join(reference.weights.profiles)
        raise InvalidAnswers([Problem("profile", f"There is none of that name. Known: {known}.")])
    answers = read_answers(file.document(), reference.questions)
    result = assessments.compute(answers, reference, worlds=worlds, seed=seed, profile=profile)
    return Response(assessments.as_json(result), media_type="application/json")


@router.get("/questions")
def questions(reference: TheReference) -> QuestionsOut:
    """Every question: key, section, unit, allowed values, default, source, what it drives."""
    return QuestionsOut(
        question_set=reference.questions.version, questions=question_list(reference.questions)
    )


@router.get("/cases")
def search(db: Db, reference: TheReference, q: str = "") -> CasesOut:
    """The published cases in which every word of `q` begins a word; all without it."""
    found = cases.search(db, reference.cases, q.replace("\0", ""))
    return CasesOut(cases=[case_file.row(case) for case in found])


@router.get("/cases/{case_id}")
def case(db: Db, reference: TheReference, case_id: Key) -> dict[str, object]:
    """One published case."""
    return dict(case_file.row(cases.look_up(db, reference, case_id)))
