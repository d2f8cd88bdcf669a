import pytest
from fastapi import FastAPI

from app.domain.errors import (
    Conflict,
    DomainError,
    Gone,
    InvalidAnswers,
    MissingFact,
    NotAllowed,
    NotFound,
    Problem,
)
from app.persistence.engine import DatabaseAway, DatabaseFull
from app.web.deps import SignedIn
from tests.web_client import Client

PROBLEMS = [Problem("growth", "Growth is 'lots'; enter a share such as 0.3.")]


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (InvalidAnswers(PROBLEMS), 422, "growth: Growth is 'lots'"),
        (NotFound("There is no version 9."), 404, "There is no version 9."),
        (Gone("It was taken back."), 410, "It was taken back."),
        (Conflict("Bo was faster."), 409, "Bo was faster."),
        (NotAllowed("Only the owner may."), 403, "Only the owner may."),
        (MissingFact("No price for <b>mars-1</b>."), 500, "Footing made a mistake"),
    ],
)
def test_an_error_of_the_domain_is_a_page(
    own_app: FastAPI, error: DomainError, status: int, sentence: str
) -> None:
    @own_app.get("/raises")
    def raises() -> None:
        raise error

    client = Client(own_app)
    page = client.page("/raises", status=status)
    assert sentence in page.get_text()


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (DatabaseAway("away"), 503, "Footing cannot reach its database"),
        (DatabaseFull("full"), 507, "Footing has no room left to store this"),
    ],
)
def test_a_database_out_of_order_is_a_page_that_says_when_to_come_back(
    own_app: FastAPI, error: Exception, status: int, sentence: str
) -> None:
    @own_app.get("/raises")
    def raises() -> None:
        raise error

    response = Client(own_app).get("/raises")
    assert response.status_code == status
    assert response.headers["Retry-After"] == "5"
    assert sentence in response.text
    assert "Nothing of this request was stored" in response.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/sign-in", 405), ("GET", "/static/none.css", 404)],
)
def test_so_is_an_error_of_http(client: Client, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_number_in_an_address_that_is_none_leads_nowhere(own_app: FastAPI) -> None:
    @own_app.get("/things/{number}")
    def thing(number: int) -> int:
        return number

    assert Client(own_app).get("/things/banana").status_code == 404


def test_a_page_of_somebodys_asks_a_visitor_to_sign_in(own_app: FastAPI) -> None:
    @own_app.get("/mine")
    def mine(person: SignedIn) -> str:
        return f"<p>{person.name}</p>"

    client = Client(own_app)
    refused = client.get("/mine")
    assert refused.status_code == 403
    assert "sign in to see it" in refused.text
    client.sign_in("Ada")
    assert client.get("/mine").text == "<p>Ada</p>"
