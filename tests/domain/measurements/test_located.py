import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidAnswers
from app.domain.measurements.located import Located
from app.domain.measurements.run import RATE, TOKENS

TEXT = """{
  "rate": 12.5,
  "nested": {
    "avg": 3,
    "deep": [1, 2,
      3]
  },
  "name": "a model", "names": ["first", "second"],
  "none": null
}
"""


def test_every_field_knows_its_line() -> None:
    report = Located(TEXT)
    lines = {key: report.line_of(key) for key in ("rate", "nested", "name", "names", "none")}
    assert lines == {"rate": 2, "nested": 3, "name": 8, "names": 8, "none": 9}
    assert report.inside("nested").line_of("deep") == 5


def test_values_come_by_kind() -> None:
    report = Located(TEXT)
    assert report.number("rate", RATE) == 12.5
    assert report.inside("nested").number("avg", RATE) == 3
    assert report.number_if_there("none", RATE) is None
    assert (report.text("name"), report.text("names"), report.text("rate")) == (
        "a model",
        "first",
        "",
    )
    assert not report.has("none")
    assert not report.is_object("names")
    assert not report.is_true("rate")


def _said(text: str, key: str = "") -> str:
    with pytest.raises(InvalidAnswers) as refused:
        Located(text).number(key or "rate", TOKENS)
    (problem,) = refused.value.problems
    assert problem.path == "file"
    return problem.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n"rate": "fast"}', 'Line 2, rate: "fast" is not a number of tokens.'),
        ('{\n"rate": true}', "Line 2, rate: true is not a number of tokens."),
        ('{\n"rate": -1}', "Line 2, rate: -1 is not possible here; it must be between"),
        ('{\n\n"other": 1}', "Line 1, rate: this is missing; it should be tokens."),
        ('{\n"rate": NaN}', "Line 2, rate: NaN is not a number."),
        ('{"a": 1,\n"b": [1, {"c": -Infinity}]}', "Line 2, b: -Infinity is not a number."),
        ('{"a":\n1e400}', "Line 2, a: 1e400 is too large a number."),
        ('{\n"rate": ' + "9" * 5000 + "}", "Line 2, rate: a number of 5000 digits is too large."),
        ('{"rate": 1,\n"rate": 2}', "Line 2, rate: this is stated before, on line 1."),
        ('{"a": {"b": 1, "b": 2}}', "Line 1, a: the key 'b' is stated twice."),
        ('{"a": ' + "[" * 100_000, "Line 1, a: this is nested too deeply."),
        ('{"a": ' + '{"a":' * 100_000, "Line 1, a: this is nested too deeply."),
        ('{"rate": 1\n', "Line 2, rate: the file ends here; was it cut off?"),
        ('{"rate": 1\n"b": 2}', "Line 2, rate: a comma is missing."),
        ('{"rate": 1,\n}', "Line 2, rate: another field should follow the comma."),
        ('{"rate"\n1}', "Line 2, rate: a colon is missing behind the key."),
        ('{"rate": \n', "Line 2, rate: this is not JSON: Expecting value."),
        ("{1: 2}", "Line 1: a key in quotation marks should be here."),
        ("[]", "Line 1: a JSON object should begin here."),
        ('{"rate": "a\nb"}', "Line 1, rate: this is not JSON: Invalid control character at."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    assert _said(text).startswith(said)


def test_what_should_be_an_object_is_asked_for() -> None:
    with pytest.raises(InvalidAnswers, match="Line 2, rate: an object is missing here"):
        Located(TEXT).inside("rate")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=6), VALUES), st.sampled_from([None, 1, 2]))
def test_whatever_json_is_read_and_the_lines_are_those_of_the_text(
    whole: dict[str, object], indent: int | None
) -> None:
    text = json.dumps(whole, indent=indent)
    report = Located(text)
    assert report.end == len(text)
    for key, value in whole.items():
        assert report.has(key) == (value is not None)
        at = text.split("\n")[report.line_of(key) - 1]
        assert json.dumps(key) in at


def test_a_file_made_to_be_slow_is_refused_in_time() -> None:
    keys = ",\n".join(f'"{i}": 0' for i in range(120_000))
    twice = "{" + ",".join(f'"{i}": 0' for i in (*range(100_000), 0)) + "}"
    began = time.perf_counter()
    with pytest.raises(InvalidAnswers, match="Line 10002: more than 10,000 fields are in no"):
        Located("{" + keys + "}")
    with pytest.raises(InvalidAnswers, match="stated twice"):
        Located('{"a": ' + twice + "}")
    assert time.perf_counter() - began < 1
