from datetime import UTC, date, datetime

import pytest

from app import reference
from app.services import samples
from app.web.pages.home import home_page
from tests.answering import the, words
from tests.web_client import Client

SAMPLES = reference.SAMPLES


@pytest.fixture
def with_samples(client: Client) -> Client:
    with client.database.alone() as session:
        samples.ensure(session, reference.load(), worlds=200, now=datetime.now(UTC))
    return client


def test_the_landing_page_says_what_it_does_and_offers_two_ways_in(client: Client) -> None:
    page = client.page("/")
    assert words(page, "h1") == "Where should your multimodal AI run?"
    assert the(page, ".hero .button").get("href") == "/projects/new"
    assert the(page, ".hero .quiet").get("href") == "/sample"


def test_old_prices_are_said_on_the_first_page() -> None:
    shipped = reference.load()  # its newest cloud price is of 25 September 2026
    old = home_page(shipped, (), None, today=date(2026, 11, 26)).old_prices
    assert old.startswith("The newest cloud prices here are of 25 Sep 2026, over 45 days old.")
    assert home_page(shipped, (), None, today=date(2026, 11, 9)).old_prices == ""
    assert "over 90 days" in home_page(shipped, (), None, today=date(2027, 1, 1)).old_prices


def test_it_shows_a_real_result_when_there_is_one(with_samples: Client) -> None:
    page = with_samples.page("/")
    assert len(page.select("#chart-cost svg")) == 2
    assert the(page, "#chart-cost table")


def test_samples_are_public_and_lead_to_their_results(with_samples: Client) -> None:
    page = with_samples.page("/sample")
    addresses = [str(link["href"]) for link in page.select(".tasks a")]
    assert addresses == [f"/sample/{key}" for key in SAMPLES]
    for address in addresses:
        result = with_samples.page(address)
        assert "This is a sample" in words(result)
        assert not result.select("a[href^='/projects/1']")


def test_the_samples_do_not_say_the_same(with_samples: Client) -> None:
    headlines = {words(with_samples.page(f"/sample/{key}"), "h1") for key in SAMPLES}
    assert len(headlines) == len(SAMPLES)


def test_there_is_no_sample_by_another_name(client: Client) -> None:
    assert client.get("/sample/nonsense").status_code == 404
