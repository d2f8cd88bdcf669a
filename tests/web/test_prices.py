"""The administrator's pages of price catalogues."""

import httpx2
import pytest

from app import reference
from app.domain.prices.reading import MOST_BYTES
from app.persistence import price_catalogue
from app.persistence.tables import SessionRow
from app.services import prices
from app.web.security import MAX_PRICE_FILE_BYTES
from tests.answering import parsed, words
from tests.domain.prices.builders import SKYPILOT
from tests.web_client import Client, checksums

SHIPPED = reference.load()
STATED = {"provider": "aws", "source": "https://example.org/vms.csv", "as_of": "2026-11-20"}
CONTENT = f"""{SKYPILOT}
p5.48xlarge,H100,8,80,,us-east-1,
g5.xlarge,A10G,1,1.006,,us-east-1,
new.8xlarge,H100,8,56,,us-east-1,
"<b>bold</b>",H100,8,0,,us-east-1,
""".encode()


def bring(client: Client, content: bytes = CONTENT, **stated: str) -> httpx2.Response:
    files = {"file": ("vms.csv", content, "text/csv")}
    return client.post("/admin/prices/files", data={**STATED, **stated}, files=files)


@pytest.fixture
def brought(signed_in: Client) -> str:
    answer = bring(signed_in)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def publish(client: Client, path: str, **changes: str | list[str]) -> httpx2.Response:
    typed = {"based_on": "1", "taken": "aws", "looked_at": "aws", "reason": "November."}
    return client.post(path, data={**typed, **changes})


def in_force(client: Client) -> int:
    with client.database.reading() as db:
        newest = price_catalogue.newest(db)
        return newest.number if newest else 0


def test_the_page_says_what_is_in_force_and_how_old_it_is(signed_in: Client) -> None:
    page = signed_in.page("/admin/prices")
    said = words(page)
    assert "Catalogue 1 is in force" in said
    assert "Amazon Web Services" in said
    assert "over 90 days" in said
    assert "The prices that ship with Footing." in said


def test_the_cheapest_machine_that_fits_is_looked_up(signed_in: Client) -> None:
    said = words(signed_in.page("/admin/prices?memory=640&country=SE"))
    assert "8 x H100" in said
    assert "eu-north-1" in said
    assert "us-east-1" not in said
    assert "Nobody in the catalogue" in words(signed_in.page("/admin/prices?memory=99999"))
    for typed in ("much", "nan", "-1", "1e99", ""):
        page = signed_in.page(f"/admin/prices?memory={typed}")
        assert "Enter the memory as a number of GB" in words(page)


def test_a_file_is_shown_before_anything_is_published(signed_in: Client, brought: str) -> None:
    before = checksums(signed_in.database)
    page = signed_in.page(brought)
    said = words(page)
    assert "vms.csv is a SkyPilot catalogue" in said
    assert "1 new, 1 changed, 30 dropped, 0 confirmed, 2 refused" in said
    assert "+45.3%" in said
    assert "1 price would move by more than 30%." in said
    assert "no data sheet of the accelerator 'A10G'" in said
    assert "<b>bold</b>" in said  # as text
    assert checksums(signed_in.database) == before


def test_publishing_puts_the_prices_in_force(signed_in: Client, brought: str) -> None:
    answer = publish(signed_in, brought)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/prices")
    assert in_force(signed_in) == 2
    said = words(signed_in.page("/admin/prices"))
    assert "Catalogue 2 is in force" in said
    assert "November." in said
    sources = words(signed_in.page("/sources?kind=offers&words=new.8xlarge"))
    assert "price catalogue 2" in sources


def test_what_is_missing_is_said_and_nothing_typed_is_lost(signed_in: Client, brought: str) -> None:
    answer = publish(signed_in, brought, looked_at="", reason="My reason.")
    assert answer.status_code == 422
    page = parsed(answer)
    assert "Say that you looked at it." in words(page)
    taken = page.select_one("#taken\\.aws")
    assert taken is not None
    assert taken.has_attr("checked")
    assert "My reason." in answer.text
    assert in_force(signed_in) == 1
    nothing = publish(signed_in, brought, taken="", reason="")
    assert "Choose at least one provider" in nothing.text
    assert "Say why, such as" in nothing.text


def test_somebody_who_published_meanwhile_is_a_conflict(signed_in: Client, brought: str) -> None:
    publish(signed_in, brought)
    answer = publish(signed_in, brought)
    assert answer.status_code == 409
    assert "Another catalogue was published meanwhile." in answer.text
    assert in_force(signed_in) == 2


def test_going_back_publishes_an_earlier_catalogue_again(signed_in: Client, brought: str) -> None:
    publish(signed_in, brought)
    page = signed_in.page("/admin/prices?again=1")
    assert "Go back to catalogue 1" in words(page)
    typed = {"based_on": "2", "reason": "Wrong month."}
    answer = signed_in.post("/admin/prices/1/again", data=typed)
    assert answer.status_code == 303
    assert in_force(signed_in) == 3
    with signed_in.database.reading() as db:
        assert prices.in_force(db, SHIPPED).facts is SHIPPED.facts
    assert "The prices of catalogue 1 again" in words(signed_in.page("/admin/prices"))
    assert signed_in.post("/admin/prices/1/again", data=typed).status_code == 422  # is in force
    assert signed_in.post("/admin/prices/2/again", data=typed).status_code == 409


def test_going_back_needs_a_reason(signed_in: Client, brought: str) -> None:
    publish(signed_in, brought)
    answer = signed_in.post("/admin/prices/1/again", data={"based_on": "2", "reason": ""})
    assert answer.status_code == 422
    assert "Say why, such as" in answer.text


def test_a_reason_to_go_back_that_no_page_can_show_is_refused_on_one_that_can(
    signed_in: Client, brought: str
) -> None:
    publish(signed_in, brought)
    answer = signed_in.post("/admin/prices/1/again", data={"based_on": "2", "reason": "\0\x1b"})
    assert answer.status_code == 422


def test_the_password_is_asked_for_again(signed_in: Client, brought: str) -> None:
    with signed_in.database.writing() as db:
        for row in db.query(SessionRow).all():
            row.confirmed_at = None
    answer = publish(signed_in, brought)
    assert "Your password, once more" in answer.text
    assert in_force(signed_in) == 1
    again = signed_in.post("/admin/prices/1/again", data={"based_on": "1", "reason": "x"})
    assert "Your password, once more" in again.text


@pytest.mark.parametrize(
    ("content", "stated", "message"),
    [
        (b"", {}, "Choose a file"),
        (b"\xff\xfe", {}, "not text in UTF-8"),
        (b"a,b\n1,2\n", {}, "names no columns of a known price file"),
        (CONTENT, {"provider": ""}, "say of which"),
        (CONTENT, {"source": "a disk"}, "give the address it came from"),
        (CONTENT, {"as_of": "yesterday"}, "give the day it was made"),
    ],
)
def test_what_is_no_price_file_is_said_at_its_field(
    signed_in: Client, content: bytes, stated: dict[str, str], message: str
) -> None:
    answer = bring(signed_in, content, **stated)
    assert answer.status_code == 422
    assert message in answer.text


def test_a_price_file_may_be_larger_than_any_form_but_not_boundless(signed_in: Client) -> None:
    assert MAX_PRICE_FILE_BYTES > MOST_BYTES
    padding = b"m5.large,,,0.1,,us-east-1,\n" * 100_000
    assert bring(signed_in, CONTENT + padding).status_code == 303
    assert bring(signed_in, b" " * MAX_PRICE_FILE_BYTES).status_code == 413


def test_a_file_that_is_not_kept_any_more_is_not_found(signed_in: Client) -> None:
    assert signed_in.get("/admin/prices/files/99").status_code == 404
