from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, load


def test_without_any_setting_everything_is_on_this_machine() -> None:
    settings = load()
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.database == f"sqlite:///{Path('data/footing.db').absolute()}"
    assert settings.worlds == 20_000
    assert not settings.uses_https


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FOOTING_PORT", "eighty", "FOOTING_PORT is 'eighty', but must be a valid integer"),
        ("FOOTING_PORT", "70000", "FOOTING_PORT is '70000', but must be less than or equal"),
        ("FOOTING_WORLDS", "1", "FOOTING_WORLDS is '1', but must be greater than or equal"),
        ("FOOTING_DATABASE_URL", "mysql://x", "must begin with sqlite:/// or postgresql://"),
        ("FOOTING_PUBLIC_URL", "footing.example", "must be a web address such as"),
        ("FOOTING_PUBLIC_URL", "https://a.example/footing", "must end after the host name"),
        ("FOOTING_PROT", "80", "FOOTING_PROT is not a setting of Footing"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert sentence in str(caught.value)


def test_every_problem_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTING_PORT", "0")
    monkeypatch.setenv("FOOTING_WORLDS", "0")
    with pytest.raises(SettingsError) as caught:
        load()
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_may_be_written_as_usual(scheme: str) -> None:
    assert load(database_url=f"{scheme}://db/footing").database == "postgresql+psycopg://db/footing"


def test_the_cookie_needs_https_when_people_use_it() -> None:
    assert Settings(public_url="https://footing.example").uses_https
    assert not Settings(public_url="https://footing.example", cookie_secure=False).uses_https
    assert Settings(cookie_secure=True).uses_https


def test_an_option_that_is_not_given_leaves_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTING_PORT", "9000")
    assert load(port=None).port == 9000
    assert load(port=9001).port == 9001
