import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from app.main import assemble
from app.persistence.engine import Database
from app.settings import Settings
from app.web import security
from tests.builders import a_person
from tests.web_client import Client

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def failing(own_app: FastAPI) -> Client:
    @own_app.get("/fails")
    def fails() -> None:
        raise ZeroDivisionError("a secret detail")

    return Client(own_app)


def test_every_middleware_is_installed(app: FastAPI) -> None:
    installed = {getattr(middleware.cls, "__name__", "") for middleware in app.user_middleware}
    written = {
        name
        for name, thing in vars(security).items()
        if isinstance(thing, type)
        and thing.__module__ == security.__name__
        and "__call__" in vars(thing)
    }
    assert written == installed


# The client itself checks that every answer has the headers.
@pytest.mark.parametrize(
    "path", ["/sign-in", "/nowhere", "/healthz", "/static/app.css", "/static/"]
)
def test_the_headers_are_on_every_answer(client: Client, path: str) -> None:
    assert client.get(path).status_code in {200, 404}


def test_an_unforeseen_error_is_a_page_with_headers_and_without_details(
    failing: Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get("/fails")
    assert response.status_code == 500
    assert "secret" not in response.text
    reference = response.text.split("<code>")[1].split("</code>")[0]
    assert f"Unforeseen error {reference}" in caplog.text


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    {"Sec-Fetch-Site": "", "Origin": "http://testserver"},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://testserver:81"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
def test_a_change_that_another_site_asks_for_is_refused(
    client: Client, method: str, headers: dict[str, str]
) -> None:
    del client.headers["Sec-Fetch-Site"]
    for path in ("/sign-out", "/nowhere"):
        response = client.request(method, path, headers=headers)
        assert response.status_code == 403
        assert "another site" in response.text


@pytest.mark.parametrize(
    "headers", [OURS, {"Sec-Fetch-Site": "none"}, {"Origin": "http://testserver"}]
)
def test_a_change_from_our_own_page_passes(client: Client, headers: dict[str, str]) -> None:
    del client.headers["Sec-Fetch-Site"]
    assert client.post("/sign-out", headers=headers).status_code == 303


def test_another_site_may_link_to_a_page(client: Client) -> None:
    response = client.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200


def test_behind_a_proxy_the_public_address_is_our_origin(database: Database) -> None:
    client = Client(assemble(Settings(public_url="https://footing.example"), database))
    del client.headers["Sec-Fetch-Site"]
    for origin, status in [
        ("https://footing.example", 303),
        ("http://footing.example", 403),
        ("http://testserver", 403),
    ]:
        assert client.post("/sign-out", headers={"Origin": origin}).status_code == status


def test_over_https_the_cookie_is_bound_to_the_host(database: Database) -> None:
    client = Client(assemble(Settings(public_url="https://footing.example"), database))
    response = client.post("/sign-out")
    assert response.headers["Set-Cookie"].startswith("__Host-footing=")
    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_more_than_a_form_can_hold_is_refused(client: Client) -> None:
    much = b"name=" + b"x" * security.MAX_BODY_BYTES
    announced = client.post("/setup", content=much)
    assert announced.status_code == 413
    assert "larger than a megabyte" in announced.text

    def unannounced() -> Iterator[bytes]:
        yield from (much[start : start + 50_000] for start in range(0, len(much), 50_000))

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    streamed = client.post("/setup", content=unannounced(), headers=form)
    assert streamed.status_code == 413


ENCODINGS = ("utf-7", "utf-16", "punycode", "idna", "undefined", "latin-1", "utf-8-sig")


@pytest.mark.parametrize("charset", ENCODINGS)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "text/plain"])
def test_a_form_in_another_encoding_is_refused(client: Client, charset: str, kind: str) -> None:
    part = 'Content-Disposition: form-data; name="to"\r\n\r\n+2AA-'
    body = f"--b\r\n{part}\r\n--b--\r\n".encode()
    headers = {"Content-Type": f'{kind}; Charset = "{charset}"'}
    for path in ("/confirm", "/sign-in", "/projects/1/answers"):
        assert client.post(path, content=body, headers=headers).status_code == 415


def test_an_origin_that_is_no_address_is_not_ours(client: Client) -> None:
    del client.headers["Sec-Fetch-Site"]
    for origin in ("http://[", "//", "http://℀", ""):
        headers = {b"Origin": origin.encode()}
        assert client.post("/sign-out", headers=headers).status_code == 403


def test_the_log_has_one_line_per_request_without_tokens(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="footing.request")
    client.get("/sign-in?token=do-not-write-this")
    (record,) = [record for record in caplog.records if record.name == "footing.request"]
    assert record.getMessage().startswith("GET /sign-in 404 ")
    assert "do-not-write-this" not in caplog.text


def test_a_link_carries_no_host_that_only_the_request_names(
    signed_in: Client, database: Database
) -> None:
    with database.writing() as db:
        bo = a_person(db, "Bo")
    path = f"/admin/people/{bo.id}/link"
    known = signed_in.post(path).text
    forged = signed_in.post(path, headers={"Host": "evil.example"}).text
    assert "http://testserver/sign-in?token=" in known
    assert "evil.example" not in forged
    assert "http://127.0.0.1:8000/sign-in?token=" in forged
    behind_a_proxy = Client(assemble(Settings(public_url="https://footing.example"), database))
    behind_a_proxy.cookies.set("__Host-footing", signed_in.cookies["footing"])
    assert "https://footing.example/sign-in?token=" in behind_a_proxy.post(path).text
