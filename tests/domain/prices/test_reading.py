import pytest

from app.domain.errors import InvalidAnswers
from app.domain.prices import reading
from app.domain.prices.reading import Stated, read_prices
from tests.domain.prices.builders import GPUHUNT, KNOWN, OFFERS, SKYPILOT, STATED, a_row, read


def _refusal(content: bytes, stated: Stated = STATED) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        read_prices(content, stated, KNOWN)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_a_skypilot_catalogue_is_read_row_by_row() -> None:
    (row,) = read(f"{SKYPILOT}\np5.48xlarge,H100,8.0,55.04,20,us-east-1,use1-az2\n")
    assert row == a_row(count="8.0")


def test_a_gpuhunt_catalogue_is_read_and_its_spot_prices_are_passed_over() -> None:
    text = (
        f"{GPUHUNT}\na3-highgpu-8g,us-central1-a,88.5,208,1872,8,H100,80,False\n"
        "a3-highgpu-8g,us-central1-a,30,208,1872,8,H100,80,True\n"
        "n2-standard-2,us-central1-a,0.1,2,8,0,,,False\n"
    )
    stated = Stated("gcp", STATED.source, STATED.as_of)
    file = read_prices(text.encode(), stated, KNOWN)
    (row,) = file.rows
    assert (row.provider, row.region, row.instance) == ("gcp", "us-central1", "a3-highgpu-8g")
    assert (row.accelerator, row.memory_gb, row.count, row.usd_per_hour) == (
        "H100", "80", "8", "88.5",
    )  # fmt: skip
    assert file.passed_over == {
        "spot prices, which move daily": 1,
        "machines without an accelerator": 1,
    }


def test_a_gpuhunt_catalogue_may_name_its_providers() -> None:
    text = f"provider,{GPUHUNT}\nlambda,gpu_8x_h100,us-east-1,32,26,200,8,H100,80,False\n"
    (row,) = read(text, Stated("", STATED.source, STATED.as_of))
    assert row.provider == "lambda"


def test_our_own_table_carries_its_source_its_date_and_prices_for_one() -> None:
    line = "aws,us-east-1,US,us,H100,p5.48xlarge,8,,6.88,5,4,https://a.example,2026-07-20,high"
    (row,) = read(f"{OFFERS}\n{line}\n", Stated())
    assert row.is_per_accelerator
    assert (row.usd_per_hour, row.reserved_1y, row.reserved_3y) == ("6.88", "5", "4")
    assert (row.source, row.as_of, row.confidence) == ("https://a.example", "2026-07-20", "high")


def test_a_file_that_says_nothing_of_itself_needs_cloud_source_and_day() -> None:
    content = f"{SKYPILOT}\np5.48xlarge,H100,8,55.04,,us-east-1,\n".encode()
    assert [path for path, _ in _refusal(content, Stated())] == ["provider", "source", "as_of"]
    assert [p for p, _ in _refusal(content, Stated("aws", "my disk", "November"))] == [
        "source",
        "as_of",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Choose a file: none was sent, or it is empty."),
        (b" \n\n", "Choose a file: none was sent, or it is empty."),
        (b"a,b\n1,2\n", "The first line names no columns of a known price file."),
        (b"a,b\n\xff\xfe,2\n", "Line 2 is not text in UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "Line 1 is not text in UTF-8"),
        (b"a,b\n1,\x002\n", "Line 2 holds a NUL"),
        (b"Price,Price\n", "The column 'Price' is there 2 times."),
        (f"{SKYPILOT}\np5,H100\n".encode(), "Line 2 has 2 cells under 7 columns."),
        (f'{SKYPILOT}\n"p5,H100\n'.encode(), "is not CSV"),
        (f"{SKYPILOT}\n{'x' * 2_001},H100,8,1,,r,\n".encode(), "a cell of more than 2,000"),
        (f"{SKYPILOT}\n{'x' * 200_000},H100,8,1,,r,\n".encode(), "is not CSV"),
        (f"{SKYPILOT}\nm5.large,,,0.1,,us-east-1,\n".encode(), "no row that prices an accelerator"),
        (b"PK\x03\x04 a workbook", "The first line names no columns"),
    ],
)
def test_what_is_no_price_file_is_refused_in_a_sentence(content: bytes, message: str) -> None:
    ((path, text),) = _refusal(content)
    assert path == "file"
    assert message in text


def test_a_file_is_bounded_in_bytes_and_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"{SKYPILOT}\n".encode() + b"p5.48xlarge,H100,8,55.04,,us-east-1,\n" * 3
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert "more than 2 rows" in _refusal(content)[0][1]
    monkeypatch.setattr(reading, "MOST_BYTES", 20)
    assert "at most 20 are read" in _refusal(content)[0][1]


def test_a_mark_of_byte_order_is_no_part_of_the_first_column() -> None:
    text = f"\ufeff{SKYPILOT}\np5.48xlarge,H100,8,55.04,,us-east-1,\n"
    assert len(read(text)) == 1
