import pytest

from app.domain import errors
from app.domain.errors import DomainError, InvalidAnswers, Problem


def test_invalid_answers_say_every_problem() -> None:
    error = InvalidAnswers([Problem("a.b", "Too low."), Problem("c", "Unknown key.")])
    assert str(error) == "a.b: Too low.; c: Unknown key."
    assert error.problems == (Problem("a.b", "Too low."), Problem("c", "Unknown key."))


@pytest.mark.parametrize(
    "error",
    [
        errors.NotFound,
        errors.Gone,
        errors.Conflict,
        errors.NotAllowed,
        errors.NotEvidence,
        errors.MissingFact,
        errors.NoBlueprint,
    ],
)
def test_every_error_is_one_of_the_domain(error: type[Exception]) -> None:
    assert issubclass(error, DomainError)
    assert str(error("There is no such project.")) == "There is no such project."


def test_too_often_says_when_it_may_be_tried_again() -> None:
    error = errors.TooOften("Wait five minutes.", 300)
    assert isinstance(error, DomainError)
    assert (str(error), error.seconds) == ("Wait five minutes.", 300)
