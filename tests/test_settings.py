from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.settings import Settings, SettingsError, load, origins


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
        ("FOOTING_TRUSTED_PROXIES", "*", "must be addresses or networks such as 10.0.0.5"),
        ("FOOTING_TRUSTED_PROXIES", "nginx", "'nginx' does not appear to be an IPv4 or IPv6"),
        ("FOOTING_TRUSTED_PROXIES", "10.0.0.1/8", "10.0.0.1/8 has host bits set"),
        ("FOOTING_TRUSTED_PROXIES", "0.0.0.0/0", "0.0.0.0/0 is everybody"),
        ("FOOTING_DATABASE_PASSWORD_FILE", "/nowhere", "must be a file that Footing may read"),
        ("FOOTING_DATABASE_PASSWORD_FILE", "/dev/null", "it is empty"),
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


def test_a_password_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss:w/rd\n")
    settings = Settings(
        database_url="postgresql://footing@db:5432/footing", database_password_file=file
    )
    assert settings.database == "postgresql+psycopg://footing:p%40ss%3Aw%2Frd@db:5432/footing"
    assert make_url(settings.database).password == "p@ss:w/rd"  # made up


def test_nobody_is_believed_about_the_visitor_unless_named() -> None:
    assert Settings().proxies == []
    settings = Settings(trusted_proxies=" 10.0.0.5, 172.16.0.0/12 ,::1")
    assert settings.proxies == ["10.0.0.5/32", "172.16.0.0/12", "::1/128"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104  # nothing is bound
def test_everywhere_is_printed_as_a_place_to_go_to(host: str) -> None:
    assert Settings(host=host).address == "http://localhost:8000"


def test_every_setting_says_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTING_PORT", "9000")
    monkeypatch.setenv("FOOTING_DATABASE_URL", "postgresql://me:se:c@ret@db/footing")
    found = {name: (value, origin) for name, value, origin in origins(load())}
    assert found["FOOTING_PORT"] == ("9000", "environment")
    assert found["FOOTING_HOST"] == ("127.0.0.1", "default")
    url = "postgresql+psycopg://me:***@db/footing"
    assert found["FOOTING_DATABASE_URL"] == (url, "environment")
    assert set(found) == {f"FOOTING_{name.upper()}" for name in Settings.model_fields}
