import pytest

from tests.domain.prices.builders import KNOWN, a_row


@pytest.mark.parametrize(
    ("name", "memory", "key"),
    [
        ("H100", "", "H100"),
        ("H100", "80", "H100"),
        ("H100", "80.0", "H100"),
        ("A100-80GB", "", "A100-80GB"),
        ("A100", "80", "A100-80GB"),
        ("rtxpro6000", "", "RTX-PRO-6000"),
        ("RTX PRO 6000", "96", "RTX-PRO-6000"),
        ("A100", "", ""),  # of 40 GB in one catalogue, of either in another
        ("A100", "40", ""),
        ("H100NVL", "94", ""),
        ("H100", "nan", "H100"),
    ],
)
def test_an_accelerator_is_known_by_its_name_and_where_needed_its_memory(
    name: str, memory: str, key: str
) -> None:
    assert KNOWN.accelerator(name, memory) == key


def test_a_zone_lies_in_its_region() -> None:
    assert KNOWN.region("gcp", "us-central1-a") == "us-central1"
    assert KNOWN.region("gcp", "us-central1") == "us-central1"
    assert KNOWN.region("aws", "us-east-1a") == "us-east-1"
    assert KNOWN.region("gcp", "moon-north1-a") == "moon-north1-a"


def test_a_row_is_called_by_its_machine_else_by_its_accelerators() -> None:
    assert a_row().name == "p5.48xlarge in us-east-1"
    assert a_row(instance="").name == "8 H100 in us-east-1"
