"""One blueprint: from the plan of a real assessment to the bytes of its archive."""

from collections.abc import Iterator
from datetime import date
from statistics import median

from app import reference
from app.blueprints.choices import Choices
from app.domain.questionnaire.reading import read_answers
from app.services import assessments, blueprints
from benchmarks.measuring import Line, seconds

SAMPLE = "contact_centre"
CHOICES = Choices(option="hybrid_burst", cloud="aws")
ROUNDS = 9


def lines() -> Iterator[Line]:
    """The largest folder there is, a hybrid: how long it takes to write, and how large it is."""
    data = reference.load()
    answers = read_answers(reference.sample(SAMPLE), data.questions)
    result = assessments.compute(answers, data, worlds=200)
    version = blueprints.computed(answers, data, result, date(2026, 11, 24))

    def archive() -> bytes:
        return blueprints.build(version, CHOICES).archive()

    size = len(archive())
    files = len(blueprints.build(version, CHOICES).files)
    took = median(seconds(archive) for _ in range(ROUNDS))
    yield Line("infrastructure code of a hybrid", took * 1e3, "ms", f"{files} files, median of 9")
    yield Line("its archive, not packed", size / 1e3, "kB", "the same bytes each time")
