import pytest

from app import reference
from app.domain.cases import Case
from tests.answering import the, words
from tests.web_client import Client

CASES = reference.load().cases


def test_all_cases_are_listed(client: Client) -> None:
    page = client.page("/cases")
    assert len(page.select(".cards .card")) == len(CASES)
    assert words(page, "[role=status]") == f"{len(CASES)} of {len(CASES)} cases"


def test_a_filter_is_part_of_the_address(client: Client) -> None:
    page = client.page("/cases?decision=hybrid")
    wanted = [case for case in CASES if case.decision == "hybrid"]
    assert len(page.select(".cards .card")) == len(wanted)
    assert the(page, "#decision option[selected]")["value"] == "hybrid"


def test_a_filter_that_nothing_passes_says_so(client: Client) -> None:
    assert "No case fits both" in words(client.page("/cases?decision=cloud&modality=smell"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_each_case_names_its_source(client: Client, case: Case) -> None:
    page = client.page(f"/cases/{case.id}")
    assert words(page, "h1") == case.organisation
    assert the(page, ".sources a")["href"] == case.source_url


def test_there_is_no_case_by_another_name(client: Client) -> None:
    assert client.get("/cases/nonsense").status_code == 404
