"""Every question is worded, sourced and drives something; every default says where it is from."""

import pytest

from app import reference
from app.domain import expressions
from app.domain.questionnaire.questions import PER_MODALITY, Question

REFERENCE = reference.load()
QUESTIONS = REFERENCE.questions
FIELDS = [f for q in QUESTIONS.questions for f in q.fields]
CORE = {"G0", "G2", "G3", "G4", "G5", "W1", "W2", "W3", "W4", "M1", "M4", "M5", "R2", "R4"}
CORE |= {"F0", "T1", "T2"}
KINDS_OF_DRIVE = ("tco:", "crit:", "veto:", "weights", "cases", "unc", "gate")


def _by_name(question: Question) -> str:
    return question.key


def _by_number(number: int) -> str:
    return f"{number}-{FIELDS[number].path}"


EVERY_FIELD = pytest.mark.parametrize("number", range(len(FIELDS)), ids=_by_number)


@pytest.mark.parametrize("question", QUESTIONS.questions, ids=_by_name)
def test_a_question_says_what_why_and_what_it_drives(question: Question) -> None:
    assert question.text.endswith("?")
    assert question.hint.endswith(".")
    assert question.hint.count(". ") == 0
    assert question.why.endswith(".")
    assert question.drives
    assert all(d.startswith(KINDS_OF_DRIVE) for d in question.drives)


@pytest.mark.parametrize("question", QUESTIONS.questions, ids=_by_name)
def test_a_criterion_that_a_question_drives_exists(question: Question) -> None:
    named = {d.removeprefix("crit:") for d in question.drives if d.startswith("crit:")}
    assert named <= set(REFERENCE.weights.keys)


@EVERY_FIELD
def test_a_default_says_its_words_and_its_source(number: int) -> None:
    field = FIELDS[number]
    if field.default is not None:
        assert field.default.words
        assert field.default.source.source
        assert field.default.source.as_of


@EVERY_FIELD
def test_a_quantity_says_its_unit_and_what_is_possible(number: int) -> None:
    field = FIELDS[number]
    if field.kind == "quantity":
        assert field.unit
        assert field.minimum is not None
        assert field.maximum is not None
        assert field.minimum < field.maximum


def test_the_sections_are_those_of_the_hub() -> None:
    assert [s.key for s in QUESTIONS.sections] == [
        "goals",
        "workload",
        "modalities",
        "data",
        "security",
        "service",
        "site",
        "money",
        "team",
        "integration",
        "review",
    ]
    assert {q.section for q in QUESTIONS.questions} == {s.key for s in QUESTIONS.sections}
    assert all(s.intro.count(".") == 2 for s in QUESTIONS.sections)


PUBLISHED = {
    *(f"G{i}" for i in range(1, 7)),
    *(f"W{i}" for i in range(1, 9)),
    *(f"M{i}" for i in range(1, 8)),
    *(f"D{i}" for i in range(1, 4)),
    *(f"R{i}" for i in range(1, 9)),
    *(f"P{i}" for i in range(1, 5)),
    *(f"F{i}" for i in range(1, 5)),
    *(f"C{i}" for i in range(1, 7)),
    *(f"I{i}" for i in range(1, 5)),
    *(f"T{i}" for i in range(1, 5)),
    *(f"E{i}" for i in range(1, 3)),
}


def test_all_published_questions_are_asked() -> None:
    assert len(PUBLISHED) == 56
    asked = {q.code for q in QUESTIONS.questions}
    assert asked == PUBLISHED | {"G0", "F0", "M8"}


@pytest.mark.parametrize("question", QUESTIONS.questions, ids=_by_name)
def test_a_must_have_that_a_question_drives_asks_for_its_answer(question: Question) -> None:
    for drive in question.drives:
        kind, _, key = drive.partition(":")
        if kind == "veto":
            rule = QUESTIONS.rule(key)
            because = {path for saying in rule.sayings for path in saying.because}
            asked = {*expressions.names(rule.fails), *expressions.names(rule.unsure)}
            paths = {f.path for f in question.fields}
            named = {p.replace("modality.", "modalities.{modality}.") for p in asked}
            behind = {p for p in paths for b in because if f"{p}.".startswith(f"{b}.")}
            assert paths & named or behind or key in _BY_THE_ENGINE.get(question.code, ()), drive


# Must-haves that the engine judges on what these answers come to.
_BY_THE_ENGINE = {
    "M1": {"V16"},
    "M3": {"V16"},
    "M4": {"V9"},
    "R1": {"V4"},
    "R6": {"V4"},
    "R8": {"V18"},
}


def test_the_core_questions_are_the_seventeen() -> None:
    core = {q.code for q in QUESTIONS.questions if q.core}
    assert core == CORE


def test_each_modality_asks_for_its_volume_once() -> None:
    every = [m.key for m in QUESTIONS.modality_options]
    assert every == [
        "text",
        "document",
        "image",
        "audio",
        "video",
        "sensor",
        "image_generation",
        "video_generation",
        "speech_synthesis",
        "embeddings",
    ]
    for modality in every:
        fields = QUESTIONS.fields([modality])
        assert fields[f"modalities.{modality}.volume_per_day"].required
        assert f"modalities.{modality}.task" in fields
        assert fields[f"modalities.{modality}.stack"].default is not None
        assert not any(PER_MODALITY in path for path in fields)


def test_nothing_but_the_modalities_and_their_volumes_is_required() -> None:
    required = {f.path for f in FIELDS if f.required}
    assert required == {"modalities", "modalities.{modality}.volume_per_day"}


def test_nothing_is_assumed_where_only_the_team_can_know() -> None:
    for path in (
        "priorities",
        "needed_in_weeks",
        "ceilings.capex_usd",
        "traffic.shape",
        "traffic.peak_to_average",
        "data_location.scope",
        "isolation",
        "site.type",
        "gpu_owner",
        "gpu_experience",
        "modalities.text.data_class",
        "modalities.text.latency.p95_ms",
    ):
        assert QUESTIONS.field(path).default is None, path


def test_the_priorities_are_the_criteria_and_the_profiles_are_known() -> None:
    ranking = QUESTIONS.field("priorities")
    assert set(ranking.option_keys) == set(REFERENCE.weights.keys)
    assert ranking.most == 4
    profiles = QUESTIONS.field("priorities.profile").option_keys
    assert set(profiles) == set(REFERENCE.weights.profiles)


def test_a_country_may_be_any_of_the_facts() -> None:
    assert set(QUESTIONS.field("data_location.country").option_keys) == set(
        REFERENCE.facts.countries
    )


def test_the_size_classes_and_precisions_have_their_facts() -> None:
    sizes = QUESTIONS.field("modalities.text.size_class").option_keys
    assert sizes == tuple(REFERENCE.facts.models)
    for precision in QUESTIONS.field("modalities.text.precision").option_keys:
        assert REFERENCE.facts.figure(f"precision.{precision}").value > 0


def test_each_closed_answer_has_the_figures_that_go_with_it() -> None:
    for shape in QUESTIONS.field("traffic.shape").option_keys:
        assert REFERENCE.facts.figure(f"traffic.peak_{shape}").value >= 1
        assert REFERENCE.facts.figure(f"load.floor_{shape}").high < 1
    for owner in QUESTIONS.field("gpu_owner").option_keys:
        assert REFERENCE.facts.figure(f"talent.owner_{owner}").high <= 2
    for experience in QUESTIONS.field("gpu_experience").option_keys:
        assert REFERENCE.facts.figure(f"talent.experience_{experience}").high <= 2


def test_the_defaults_agree_with_the_figures_of_the_same_thing() -> None:
    for path, key in (
        ("discount_rate", "finance.discount_rate"),
        ("engineer_year_usd", "staff.engineer_year_usd"),
    ):
        default = QUESTIONS.field(path).default
        figure = REFERENCE.facts.figure(key)
        assert default is not None
        assert default.range is not None
        assert (default.range.low, default.range.likely, default.range.high) == (
            figure.low,
            figure.value,
            figure.high,
        )
