import hashlib

from app.web.render import STATIC, asset
from tests.web_client import Client

# From the package htmx.org 4.0.1, dist/htmx.min.js (0BSD). A newer one is a decision, not a drift.
HTMX = "vendor/htmx-4.0.1.min.js"
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_htmx_is_the_one_that_was_chosen() -> None:
    assert hashlib.sha256((STATIC / HTMX).read_bytes()).hexdigest() == HTMX_SHA256


def test_a_file_asked_for_by_its_hash_is_kept_for_a_year(client: Client) -> None:
    response = client.get(asset(HTMX))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_without_the_hash_it_is_asked_for_again(client: Client) -> None:
    assert client.get(f"/static/{HTMX}").headers["Cache-Control"] == "no-cache"


def test_nothing_outside_the_folder_is_served(client: Client) -> None:
    for path in ("/static/../app/main.py", "/static/%2e%2e/app/main.py", "/static/vendor"):
        assert client.get(path).status_code == 404
