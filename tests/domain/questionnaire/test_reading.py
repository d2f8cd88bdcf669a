"""Typed text and answers files: read, or refused with every problem and what would be right."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidAnswers, Problem
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field
from app.domain.questionnaire.reading import (
    SPREAD,
    Unreadable,
    flattened,
    is_shown,
    nested,
    read_answers,
    read_number,
    shown,
)
from app.domain.worlds import Range
from tests.domain.builders import (
    EVERY_MODALITY,
    QUESTIONS,
    REFERENCE,
    Document,
    a_document,
    answers_of,
)

QUANTITY = Field("a", "A", "quantity", unit="TB")
WHOLE = Field("w", "W", "quantity", unit="months", whole=True)
PERCENT = Field("p", "P", "quantity", unit="% per year", minimum=-0.5, maximum=5, percent=True)
BOUNDED = Field("b", "B", "quantity", unit="kW", minimum=2, maximum=8)


def problems_of(document: Mapping[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as refused:
        read_answers(document, QUESTIONS)
    found = refused.value.problems
    assert len({problem.path for problem in found}) == len(found), "one problem for each answer"
    return {problem.path: problem.message for problem in found}


# ---- numbers as people type them ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1 000", 1_000),
        ("1,000", 1_000),
        ("1'000", 1_000),
        ("1\u202f000", 1_000),
        ("1\u00a0000\u00a0000", 1_000_000),
        ("1,234,567.8", 1_234_567.8),
        ("1.234.567,8", 1_234_567.8),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("1.500", 1.5),  # megapixels, not thousands
        ("1k", 1_000),
        ("2.5 M", 2_500_000),
        ("3 million", 3_000_000),
        ("4 thousand", 4_000),
        ("1 bn", 1e9),
        ("12 TB", 12),
        ("12 tb", 12),
        (" +7 ", 7),
        ("-7", -7),
        (7, 7),
        (7.5, 7.5),
        ("0", 0),
    ],
    ids=repr,
)
def test_a_number_is_read_as_it_is_typed(typed: object, number: float) -> None:
    assert read_number(typed, QUANTITY) == number


@pytest.mark.parametrize("typed", ["600.000", "1.000", "12.000 k"])
def test_a_dot_before_three_zeros_is_not_guessed_where_fractions_make_sense(typed: str) -> None:
    problems = problems_of(a_document({"text": {"volume_per_day": typed}}))
    assert "may mean thousands or not: write it without the dot." in problems[VOLUME]


@pytest.mark.parametrize(("typed", "number"), [("1.000", 1_000), ("1.234.567", 1_234_567)])
def test_a_dot_separates_thousands_where_a_whole_number_is_wanted(
    typed: str, number: float
) -> None:
    assert read_number(typed, WHOLE) == number


@pytest.mark.parametrize(
    ("typed", "share"),
    [("30 %", 0.3), ("30%", 0.3), ("-10 %", -0.1), (0.3, 0.3), ("0.3", 0.3)],
    ids=repr,
)
def test_a_percentage_is_a_share(typed: object, share: float) -> None:
    assert read_number(typed, PERCENT) == pytest.approx(share)


def test_a_percentage_typed_with_its_unit_is_a_share() -> None:
    assert read_number("3 % per year", PERCENT) == pytest.approx(0.03)


@pytest.mark.parametrize("typed", ["0,500", "0,125"])
def test_a_comma_after_a_leading_zero_is_a_decimal_comma(typed: str) -> None:
    assert read_number(typed, QUANTITY) == float(typed.replace(",", "."))


@pytest.mark.parametrize("unit", ["TB/month", "images/day", "USD/year"])
def test_the_thing_without_its_time_is_the_unit_too(unit: str) -> None:
    thing = unit.partition("/")[0]
    assert read_number(f"12 {thing}", Field("a", "A", "quantity", unit=unit)) == 12


@pytest.mark.parametrize(
    "typed",
    [
        "many",
        "",
        "-",
        ".",
        "'''",
        "1,2,3",
        "1.2.3",
        "12 GB",
        "30 %",
        "1e400",
        "NaN",
        "nan",
        "inf",
        "-inf",
        "0x10",
        "1_000",
        "1" * 10_000,
        "9" * 200,
        "<script>alert(1)</script>",
        "'; DROP TABLE project; --",
        "{{7*7}}",
        "1\x00",
        "1 " + " " * 198 + "!",
        float("nan"),
        float("inf"),
        -float("inf"),
        True,
        None,
        [1],
        {"likely": 1},
    ],
    ids=lambda typed: repr(typed)[:20],
)
def test_what_is_no_number_is_refused_in_one_short_sentence(typed: object) -> None:
    with pytest.raises(Unreadable) as refused:
        read_number(typed, BOUNDED)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("huge", [10**400, -(10**400)])
def test_a_whole_number_beyond_all_floats_is_refused(huge: int) -> None:
    with pytest.raises(Unreadable):
        read_number(huge, QUANTITY)


def test_a_part_where_whole_ones_are_wanted_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"'1\.5' must be a whole number"):
        read_number("1.5", WHOLE)


@pytest.mark.parametrize("typed", ["1", "9"])
def test_an_impossible_number_is_told_what_is_possible(typed: str) -> None:
    with pytest.raises(
        Unreadable, match=rf"{typed} kW is not possible here: it lies between 2 kW and 8 kW\."
    ):
        read_number(typed, BOUNDED)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (Field("a", "A", "quantity", minimum=0), "-1", "it is at least 0"),
        (Field("a", "A", "quantity", maximum=5), "6", "it is at most 5"),
        (PERCENT, "900 %", "it lies between -50 % and 500 %"),
    ],
)
def test_bounds_are_said_in_the_fields_own_words(field: Field, typed: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_number(typed, field)


def test_a_value_is_shown_with_its_unit() -> None:
    assert shown(0.305, PERCENT) == "30.5 %"
    assert shown(12, QUANTITY) == "12 TB"
    assert shown(12, Field("a", "A", "quantity")) == "12"


@given(st.integers(0, 10**12))
def test_thousands_marks_change_nothing(number: int) -> None:
    for mark in (",", " ", "'", "\u202f"):
        assert read_number(f"{number:,}".replace(",", mark), WHOLE) == number
    assert read_number(f"{number:,}".replace(",", "."), WHOLE) == number


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_plain_number_is_itself(number: float) -> None:
    assert read_number(number, QUANTITY) == number


@given(st.text(max_size=250))
def test_no_text_does_anything_but_read_or_be_refused(typed: str) -> None:
    for field in (QUANTITY, WHOLE, PERCENT, BOUNDED):
        with suppress(Unreadable):
            assert math.isfinite(read_number(typed, field))


# ---- quantities: ranges and evidence -----------------------------------------------------------


def volume(raw: object) -> Answers:
    return answers_of(a_document({"text": {"volume_per_day": raw}}))


VOLUME = "modalities.text.volume_per_day"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (100, Range(100 / 1.3, 100, 130)),
        ({"likely": "1k", "evidence": "measured"}, Range(1_000 / 1.05, 1_000, 1_050)),
        ({"likely": 100, "evidence": "quoted"}, Range(100 / 1.1, 100, 110)),
        ({"low": "80", "likely": "100", "high": "150"}, Range(80, 100, 150)),
        ({"likely": 100, "high": 500}, Range(100 / 1.3, 100, 500)),
        ({"low": " ", "likely": 100, "high": ""}, Range(100 / 1.3, 100, 130)),
    ],
)
def test_a_missing_low_or_high_follows_from_the_evidence(raw: object, expected: Range) -> None:
    read = volume(raw).quantity(VOLUME)
    assert (read.low, read.likely, read.high) == pytest.approx(
        (expected.low, expected.likely, expected.high)
    )


def test_better_evidence_is_a_narrower_range() -> None:
    assert SPREAD["measured"] < SPREAD["quoted"] < SPREAD["estimated"]


def test_the_range_of_a_negative_quantity_lies_around_it() -> None:
    read = answers_of(a_document(growth_per_year=-0.2)).quantity("growth_per_year")
    assert (read.low, read.likely, read.high) == pytest.approx((-0.26, -0.2, -0.14))


def test_a_spread_stays_within_what_is_possible() -> None:
    document = a_document(traffic={"peak_to_average": 48})
    assert answers_of(document).quantity("traffic.peak_to_average").high == 50
    document = a_document(traffic={"peak_to_average": 1.1})
    assert answers_of(document).quantity("traffic.peak_to_average").low >= 1


def test_a_range_that_does_not_rise_is_refused() -> None:
    document = a_document({"text": {"volume_per_day": {"low": 9, "likely": 5, "high": 7}}})
    assert problems_of(document)[VOLUME] == "Low, likely and high must rise: 9, 5, 7 do not."


def test_a_low_above_the_likely_is_refused_also_where_one_number_was_asked() -> None:
    document = a_document(needed_in_weeks={"low": 30, "likely": 10, "high": 20})
    assert "must rise" in problems_of(document)["needed_in_weeks"]


def test_a_range_needs_its_likely_value() -> None:
    document = a_document({"text": {"volume_per_day": {"low": 9, "high": 70}}})
    assert "Give at least the likely value, in requests/day." in problems_of(document)[VOLUME]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"likely": 5, "evidence": "dreamt"}, "'dreamt' is not one of: measured, quoted"),
        ({"likely": 5, "median": 4}, "Unknown key 'median'. A range has low, likely, high"),
    ],
)
def test_a_strange_part_of_a_range_is_named(raw: object, words: str) -> None:
    assert words in problems_of(a_document({"text": {"volume_per_day": raw}}))[VOLUME]


# ---- closed answers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        ({"isolation": "moat"}, "isolation", "'moat' is not one of: none, egress_filtered"),
        ({"priorities": "cost"}, "priorities", "This must be a list of any of: cost"),
        ({"priorities": {"a": 1}}, "priorities", ""),
        ({"priorities": ["cost", "cost"]}, "priorities", "Each may be named only once."),
        ({"priorities": ["cost", "beauty"]}, "priorities", "'beauty' is not one of"),
        (
            {"priorities": ["cost", "speed", "control", "talent", "latency"]},
            "priorities",
            "Name at most 4; 5 are named.",
        ),
        ({"zero_retention": "maybe"}, "zero_retention", "'maybe' is not yes or no."),
        ({"isolation": ["none"]}, "isolation", "is not one of"),
    ],
)
def test_a_strange_choice_is_told_what_there_is(
    answers: dict[str, Any], path: str, words: str
) -> None:
    found = problems_of(a_document(**answers))
    assert any(p.startswith(path) and words in message for p, message in found.items())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(True, True), ("yes", True), ("True", True), ("no", False), (False, False)],
    ids=repr,
)
def test_a_flag_is_yes_or_no(typed: object, meant: bool) -> None:  # noqa: FBT001  # a value
    assert answers_of(a_document(zero_retention=typed)).flag("zero_retention") is meant


def test_a_ranking_keeps_its_order_and_drops_blanks() -> None:
    answers = answers_of(a_document(priorities=["speed", "", "cost"]))
    assert answers.choices("priorities") == ("speed", "cost")


def test_a_profile_stands_beside_the_ranking() -> None:
    answers = answers_of(a_document(priorities={"profile": "speed_first"}))
    assert answers.choice("priorities.profile") == "speed_first"
    assert answers.choices("priorities") == ()


@pytest.mark.parametrize("raw", [None, "", "  ", [], {}, {"evidence": "measured"}], ids=repr)
def test_a_blank_is_no_answer(raw: object) -> None:
    assert not answers_of(a_document(egress_tb_per_month=raw)).is_given("egress_tb_per_month")


@pytest.mark.parametrize(
    "raw", ["unknown", {"unknown": True}, {"unknown": "on", "likely": 3}], ids=repr
)
def test_not_knowing_is_an_answer_of_its_own(raw: object) -> None:
    answers = answers_of(a_document(egress_tb_per_month=raw))
    assert answers.unknown == {"egress_tb_per_month"}
    assert not answers.is_given("egress_tb_per_month")


def test_not_knowing_a_group_is_not_knowing_its_parts() -> None:
    answers = answers_of(a_document(traffic="unknown"))
    assert answers.unknown == {"traffic.shape", "traffic.peak_to_average"}


# ---- the file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"name": "x\ud800y"}, "name", "This holds half a character"),
        ({"colour": "red"}, "colour", "Unknown key. The file has: answers, format, name"),
        ({"format": "footing-answers/9"}, "format", "This must be footing-answers/1"),
        ({"question_set": 7}, "question_set", "Only question set 1 is known here, not 7."),
        ({"answers": [1]}, "answers", "This must be a mapping of question keys"),
        ({"answers": {"modalities": ["text"]}}, "modalities", "This must be a mapping with any of"),
        ({"answers": {}}, "modalities", "Choose at least one kind of data and give its volume."),
        (
            {"answers": {"modalities": {"smell": {}}}},
            "modalities.smell",
            "Unknown modality 'smell'",
        ),
    ],
)
def test_a_strange_file_is_told_what_would_be_right(
    change: dict[str, Any], path: str, words: str
) -> None:
    assert words in problems_of({**a_document(), **change})[path]


def test_a_file_without_answers_says_so() -> None:
    assert "needs a mapping named answers" in problems_of({"name": "x"})["answers"]


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        ({"colour": "red"}, "colour", "Unknown key 'colour'. Known here: attestations, "),
        (
            {"traffic": {"form": "x"}},
            "traffic.form",
            "Unknown key 'traffic.form'. Known here: peak_to_average, shape.",
        ),
        (
            {"training": {"runs": 4}},
            "training.runs",
            "Known here: gpu_hours_per_run, method, million_tokens_per_run, runs_per_year",
        ),
    ],
)
def test_an_unknown_key_is_named_with_its_neighbours(
    answers: dict[str, Any], path: str, words: str
) -> None:
    assert words in problems_of(a_document(**answers))[path]


def test_an_unknown_key_of_a_modality_is_named() -> None:
    document = a_document({"text": {"volume_per_day": 5, "megapixels": 2}})
    assert "Unknown key" in problems_of(document)["modalities.text.megapixels"]


def test_a_chosen_modality_needs_its_volume() -> None:
    document = a_document({"text": {}, "image": {"megapixels": 2}})
    assert problems_of(document) == {
        VOLUME: "Needed: the number of requests per day.",
        "modalities.image.volume_per_day": "Needed: the number of images per day.",
    }


def test_every_problem_is_told_at_once() -> None:
    document = a_document({"text": {"volume_per_day": "lots"}}, isolation="moat", colour="red")
    assert set(problems_of(document)) == {VOLUME, "isolation", "colour"}


def test_a_project_without_a_name_has_one() -> None:
    assert answers_of({"answers": a_document()["answers"]}).name == "Untitled project"
    assert len(answers_of({**a_document(), "name": "x" * 9_999}).name) == 200


def test_modalities_keep_the_order_of_the_questionnaire() -> None:
    volumes = {"volume_per_day": 5}
    document = a_document({"video": volumes, "text": volumes, "image": volumes})
    assert answers_of(document).modalities == ("text", "image", "video")


# ---- contradictions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        (
            {"traffic": {"shape": "steady", "peak_to_average": 4}},
            "traffic.peak_to_average",
            "Steady traffic cannot peak at 4 times its average.",
        ),
        ({"site": {"type": "none", "free_kw": 40}}, "site.free_kw", "You have no site"),
        (
            {"data_location": {"scope": "country"}},
            "data_location.country",
            "Say which country the data may not leave.",
        ),
        (
            {"data_location": {"scope": "region"}},
            "data_location.region",
            "Say which region the data may not leave.",
        ),
    ],
)
def test_answers_that_contradict_each_other_are_named(
    answers: dict[str, Any], path: str, words: str
) -> None:
    assert words in problems_of(a_document(**answers))[path]


def test_a_hard_limit_needs_somebody_who_waits() -> None:
    text = {"volume_per_day": 5, "latency": {"p95_ms": 500, "hard": True}}
    document = a_document({"text": text}, workloads=["batch_inference"])
    path = "modalities.text.latency.hard"
    assert "needs real-time inference among the workloads" in problems_of(document)[path]
    assert answers_of(a_document({"text": text})).flag(path) is True


@pytest.mark.parametrize(
    "answers",
    [
        {"traffic": {"shape": "steady", "peak_to_average": 3}},
        {"traffic": {"shape": "spiky", "peak_to_average": 30}},
        {"site": {"type": "none", "free_kw": 0}},
        {"site": {"type": "server_room", "free_kw": 40}},
        {"data_location": {"scope": "country", "country": "DE"}},
        {"data_location": {"scope": "anywhere"}},
        {"data_location": {"scope": "named_site"}},
        {"data_location": {"country": "DE"}},
        {"workloads": None},
    ],
)
def test_answers_that_agree_are_read(answers: dict[str, Any]) -> None:
    assert answers_of(a_document(**answers)).modalities == ("text",)


# ---- round trips -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hospital_group", "contact_centre"])
def test_a_sample_survives_being_stored_flat(name: str) -> None:
    from app import reference  # noqa: PLC0415  # the other tests need only the questions

    document: Document = reference.sample(name)
    flat = flattened(document["answers"], QUESTIONS)
    again = {**document, "answers": nested(flat)}
    assert answers_of(again) == answers_of(document)
    assert flattened(again["answers"], QUESTIONS) == flat


def test_answers_about_a_modality_that_is_not_chosen_stay_stored_but_are_left_out() -> None:
    flat = {
        "modalities": ["text"],
        VOLUME: "5",
        "modalities.image.volume_per_day": "7",
        "isolation": "none",
    }
    body = nested(flat)
    assert body == {"modalities": {"text": {"volume_per_day": "5"}}, "isolation": "none"}


def test_nothing_stored_is_nothing_answered() -> None:
    assert nested({}) == {"modalities": {}}


_closed = {
    f.path: f
    for f in QUESTIONS.fields(EVERY_MODALITY).values()
    if f.kind in ("choice", "flag") and f.path.count(".") < 2
}


@given(
    st.fixed_dictionaries(
        {},
        optional={p: st.sampled_from(f.option_keys or ("yes", "no")) for p, f in _closed.items()},
    )
)
def test_flat_and_nested_are_inverse(flat: dict[str, str]) -> None:
    stored = {"modalities": ["text"], VOLUME: "5", **flat}
    body = nested(stored)
    assert flattened(body, QUESTIONS) == stored


# ---- gates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "open_"),
    [
        ({}, False),
        ({"workloads": ["batch_inference"]}, False),
        ({"workloads": ["batch_inference", "fine_tuning"]}, True),
        ({"workloads": "fine_tuning"}, True),
    ],
)
def test_a_gate_opens_on_the_stored_answer(stored: dict[str, Any], open_: bool) -> None:  # noqa: FBT001  # a value
    training = next(q for q in QUESTIONS.questions if q.key == "training")
    assert is_shown(training, stored) is open_


def test_a_question_without_a_gate_is_always_shown() -> None:
    ungated = [q for q in QUESTIONS.questions if q.gate is None]
    assert all(is_shown(q, {}) for q in ungated)


# ---- whatever comes ----------------------------------------------------------------------------

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**400)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["unknown", "yes", "1 000", "30 %", "text", "DE", "none", "measured"])
)
_paths = [*QUESTIONS.fields(EVERY_MODALITY), "modalities", "colour"]
_steps = sorted({step for path in _paths for step in path.split(".")} | {"low", "likely", "high"})
_keys = st.sampled_from(_steps) | st.text(max_size=10) | st.integers()
_documents = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=25,
)


def _reads_or_is_refused(document: Mapping[str, Any]) -> None:
    problems: Sequence[Problem] = ()
    try:
        answers = read_answers(document, QUESTIONS)
    except InvalidAnswers as refused:
        problems = refused.problems
    else:
        assert answers.modalities
        assert all(answers.quantity(f"modalities.{m}.volume_per_day") for m in answers.modalities)
        return
    assert problems
    assert all(problem.message for problem in problems)


@given(st.dictionaries(_keys | st.sampled_from(["name", "answers", "format"]), _documents))
def test_no_document_does_anything_but_read_or_be_refused(document: dict[str, Any]) -> None:
    _reads_or_is_refused(document)


@given(st.dictionaries(_keys, _documents, max_size=8))
def test_no_answers_do_anything_but_read_or_be_refused(body: dict[str, Any]) -> None:
    _reads_or_is_refused({"answers": {"modalities": {"text": {"volume_per_day": 5}}, **body}})


@given(path=st.sampled_from(_paths), raw=_documents)
def test_no_leaf_does_anything_but_read_or_be_refused(path: str, raw: object) -> None:
    flat = {"modalities": list(EVERY_MODALITY), path: raw}
    if path != "modalities":
        _reads_or_is_refused({"answers": nested(flat)})


def test_the_reference_questions_are_those_read_here() -> None:
    assert REFERENCE.questions is QUESTIONS


def test_measurements_are_read_beside_the_answers_and_stored_flat() -> None:
    row = {
        "requests_per_second": 5.0, "accelerators": 1, "conditions": "served",
        "task": "understand", "size_class": "4_15b", "precision": "fp8",
    }  # fmt: skip
    body = {"modalities": {"text": {"volume_per_day": 5}}, "measurements": {"text": {"H100": row}}}
    (kept,) = read_answers({"name": "x", "answers": body}, QUESTIONS).measurements
    assert (kept.path, kept.requests_per_second) == ("measurements.text.H100", 5.0)
    flat = flattened(body, QUESTIONS)
    assert flat["measurements.text.H100"] == row
    assert nested(flat) == body
