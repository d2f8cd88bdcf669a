import pytest

from app.web.pages.browsers import browser_in_words

_CHROME = "(KHTML, like Gecko) Chrome/156.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/2010 Firefox/140.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {_CHROME} Edg/156.0", "Edge on Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_CHROME}", "Chrome on Linux"),
        (f"Mozilla/5.0 (Linux; Android 16) {_CHROME}", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/26.0 Safari/605.1", "Safari on a Mac"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) CriOS/156.0 Safari/604.1", "Chrome on an iPhone"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("x" * 200, "x" * 60),
        ("", "A browser that does not say which"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(user_agent: str, words: str) -> None:
    assert browser_in_words(user_agent) == words
