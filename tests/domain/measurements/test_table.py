import pytest

from app.domain.errors import InvalidAnswers
from app.domain.measurements.run import Run
from app.domain.measurements.table import table_run
from tests.domain.measurements.files import CSV


def test_a_line_of_names_and_a_line_of_values_are_a_run() -> None:
    assert table_run(CSV) == Run(
        requests_per_second=12.5,
        tokens_in=1000,
        tokens_out=250,
        at_once=64,
        conditions="served",
        requests=1000,
        tool="locust",
        version="2.31",
        model="Qwen2.5-VL-7B",
        day="2026-07-14",
    )


def test_what_nobody_knows_may_be_left_out() -> None:
    run = table_run('Requests_per_second , requests,concurrency\r\n\r\n" 12.5",10,\r\n')
    assert (run.requests_per_second, run.tokens_in, run.tool, run.day) == (12.5, None, "CSV", "")
    assert run.conditions == "offline"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n\n", "Line 1: the file is empty"),
        ("rate\n1", "Line 1, rate: no column is called so. Known: requests_per_second"),
        ("requests\n1", "Line 1, requests_per_second: this column is missing"),
        ("requests,requests\n1,1", "Line 1, requests: this column is there twice"),
        (
            "requests_per_second,requests\n",
            "Line 1: one line of values belongs under the names; th",
        ),
        ("requests_per_second,requests\n1,2\n\n3,4", "Line 4: one line of values"),
        ("requests_per_second,requests\n1,2,3", "Line 2: 3 values stand under 2 names"),
        ("requests_per_second,requests\nfast,2", "Line 2, requests_per_second: 'fast' is not"),
        ("requests_per_second,requests\nNaN,2", "Line 2, requests_per_second: 'NaN' is not"),
        ("requests_per_second,requests\n,2", "Line 2, requests_per_second: '' is not a number"),
        ("requests_per_second,requests\n1e300,2", "Line 2, requests_per_second: 1e\\+300 is not"),
        ("requests_per_second,requests,date\n1,2,soon", "Line 2, date: 'soon' is not a day"),
        ('requests_per_second,requests\n1,"2', "Line 2: this is not CSV: "),
        ("requests_per_second,requests\n1," + "2" * 200_000, "Line 2: this is not CSV: field"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InvalidAnswers, match=said):
        table_run(text)
