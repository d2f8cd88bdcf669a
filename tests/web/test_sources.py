from app import reference
from tests.answering import words
from tests.web_client import Client


def test_every_row_has_a_source_and_a_date(client: Client) -> None:
    page = client.page("/sources")
    rows = page.select("tbody tr")
    assert len(rows) > len(reference.load().facts.figures)
    for row in rows:
        cells = {str(cell["data-head"]): cell.get_text(strip=True) for cell in row.select("td")}
        assert cells["Source"]
        assert cells["Date"]
        assert cells["Confidence"] in {"high", "medium", "low"}


def test_a_price_nobody_published_is_missing_and_not_zero(client: Client) -> None:
    offers = reference.load().facts.offers
    unpublished = [offer for offer in offers if offer.usd_per_hour is None]
    page = client.page("/sources?kind=offers")
    text = [cell.get_text(strip=True) for cell in page.select("td[data-head=Value]")]
    assert text.count("missing") == len(unpublished)
    assert "USD 0 an hour" not in text


def test_figures_are_found_by_their_words(client: Client) -> None:
    page = client.page("/sources?words=h100+aws")
    names = [cell.get_text() for cell in page.select("tbody th")]
    assert names
    assert all("H100" in name for name in names)


def test_words_that_nothing_holds_say_so(client: Client) -> None:
    assert "Nothing holds all of these words" in words(client.page("/sources?words=xyzzy"))
