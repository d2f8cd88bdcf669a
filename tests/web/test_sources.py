from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from app import reference
from app.web.pages.sources import FIRST_FEW, KINDS, PER_PAGE
from tests.answering import the, words
from tests.web_client import Client


def pages_of(client: Client, address: str) -> Iterator[BeautifulSoup]:
    """The page, and those that follow it."""
    following: Tag | None
    while address:
        page = client.page(address)
        yield page
        following = page.select_one("a[rel=next]")
        address = str(following["href"]) if following else ""


def test_every_row_has_a_source_and_a_date(client: Client) -> None:
    rows = [
        row
        for kind in KINDS
        for page in pages_of(client, f"/sources?kind={kind}")
        for row in page.select("tbody tr")
    ]
    assert len(rows) > len(reference.load().facts.figures)
    assert f"{len(rows)} of {len(rows)} figures" in words(client.page("/sources"))
    for row in rows:
        cells = {str(cell["data-head"]): cell.get_text(strip=True) for cell in row.select("td")}
        assert cells["Source"]
        assert cells["Date"]
        assert cells["Confidence"] in {"high", "medium", "low"}


def test_the_first_page_shows_a_few_of_each_kind_and_leads_to_the_rest(client: Client) -> None:
    page = client.page("/sources")
    assert [section["aria-labelledby"] for section in page.select("section.block")] == [
        f"s-{kind}" for kind in KINDS
    ]
    for section in page.select("section.block"):
        few = [row.get_text() for row in section.select("tbody tr")]
        assert 0 < len(few) <= FIRST_FEW
        if link := section.select_one("a"):
            rows = client.page(str(link["href"])).select("tbody tr")
            assert [row.get_text() for row in rows[:FIRST_FEW]] == few
            assert len(rows) > FIRST_FEW


def test_no_page_is_longer_than_the_others_and_back_leads_back(client: Client) -> None:
    pages = list(pages_of(client, "/sources?kind=offers"))
    assert [len(page.select("tbody tr")) for page in pages[:-1]] == [PER_PAGE] * (len(pages) - 1)
    assert the(pages[0], "nav.actions").get_text().split()[:4] == [
        "Page",
        "1",
        "of",
        str(len(pages)),
    ]
    assert the(pages[1], "a[rel=prev]")["href"] == "/sources?kind=offers"
    assert words(client.page("/sources?kind=offers&page=9999"), "nav.actions span") == (
        f"Page {len(pages)} of {len(pages)}"
    )
    assert client.get("/sources?page=0").status_code in {404, 422}


def test_a_price_nobody_published_is_missing_and_not_zero(client: Client) -> None:
    offers = reference.load().facts.offers
    unpublished = [offer for offer in offers if offer.usd_per_hour is None]
    text = [
        cell.get_text(strip=True)
        for page in pages_of(client, "/sources?kind=offers")
        for cell in page.select("td[data-head=Value]")
    ]
    assert text.count("missing") == len(unpublished)
    assert "USD 0 an hour" not in text


def test_figures_are_found_by_their_words(client: Client) -> None:
    page = client.page("/sources?words=h100+aws")
    rows = [row.get_text().lower() for row in page.select("tbody tr")]
    assert rows
    assert all("h100" in row and "aws" in row for row in rows)


def test_words_that_nothing_holds_say_so(client: Client) -> None:
    assert "Nothing holds all of these words" in words(client.page("/sources?words=xyzzy"))
