from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from app.settings import Settings, SettingsError, load, shown


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


def test_every_setting_says_where_it_came_from_and_what_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTING_PORT", "9000")
    monkeypatch.setenv("FOOTING_WORLDS", "500")
    monkeypatch.setenv("FOOTING_DATABASE_URL", "postgresql://me:secret@db/footing")
    found = {setting.name: setting for setting in shown(load(port=9001))}
    assert found["FOOTING_PORT"].value == "9001"
    assert found["FOOTING_PORT"].origin == "command line"
    assert found["FOOTING_WORLDS"].origin == "environment"
    assert (found["FOOTING_HOST"].value, found["FOOTING_HOST"].origin) == ("127.0.0.1", "default")
    assert found["FOOTING_DATABASE_URL"].value == "postgresql+psycopg://me:***@db/footing"
    assert found.keys() == {f"FOOTING_{name.upper()}" for name in Settings.model_fields}
    assert all(setting.means.endswith(".") for setting in found.values())


# Whatever somebody wrote, right or wrong: the word HUSH is the secret, or a part of it.
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:HUSH@db/footing",
        "postgresql://:HUSH@db/footing",
        "postgresql://me:HU:HUSH@db/footing",
        "postgresql://me:1/HUSH@db/footing",
        "postgresql://me:1?HUSH@db/footing",
        "postgresql://me:1#HUSH@db/footing",
        "postgresql://me:HUSH@HUSH@db/footing",
        "postgresql://me@db/footing?password=HUSH",
        "postgresql://me@db/footing?password=HUSH@HUSH",
        "postgresql://db/footing?user=me&password=HUSH",
        "postgresql://db/footing#HUSH",
        "postgresql://me:HUSH/@db",
        "postgresql://me:HUSH\n@db/footing",
        "postgresql://[::1:HUSH@db/footing",
    ],
)
def test_no_secret_is_shown_however_it_was_written(address: str) -> None:
    for name in ("database_url", "smtp_url", "public_url", "oidc_issuer"):
        settings = Settings.model_construct(_fields_set={name}, **{name: address})
        assert "HUSH" not in repr(list(shown(settings))), name


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("postgresql://me@db:5432/footing", "postgresql://me@db:5432/footing"),
        ("postgresql://me:a@[::1]:5432/footing", "postgresql://me:***@[::1]:5432/footing"),
        ("postgresql://db/footing?sslmode=require", "postgresql://db/footing?***"),
        ("sqlite:////srv/footing.db", "sqlite:////srv/footing.db"),
    ],
)
def test_what_is_no_secret_is_shown(address: str, seen: str) -> None:
    settings = Settings.model_construct(database_url=address)
    assert next(iter(shown(settings))).value == seen


def test_a_client_secret_is_only_ever_set_or_not(tmp_path: Path) -> None:
    def secret(settings: Settings) -> tuple[str, str]:
        found = {setting.name: setting for setting in shown(settings)}
        return found["FOOTING_OIDC_CLIENT_SECRET"].value, found["FOOTING_OIDC_CLIENT_SECRET"].origin

    file = tmp_path / "secret"
    file.write_text("HUSH")
    assert secret(Settings()) == ("not set", "default")
    assert secret(Settings(oidc_client_secret=SecretStr("HUSH"))) == ("set", "environment")
    in_file = Settings(oidc_client_secret_file=file)
    assert secret(in_file) == ("set", "file")
    assert "HUSH" not in repr(list(shown(in_file)))


COMPLETE = {
    "FOOTING_PUBLIC_URL": "https://footing.example",
    "FOOTING_OIDC_ISSUER": "https://idp.example",
    "FOOTING_OIDC_CLIENT_ID": "footing",
    "FOOTING_SSO_ONLY": "1",
    "FOOTING_SMTP_URL": "smtp://footing@mail.example:587",
    "FOOTING_MAIL_FROM": "footing@footing.example",
}


def test_a_provider_and_a_mail_server_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    assert load().sso_only


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("PUBLIC_URL", "OIDC_ISSUER needs FOOTING_PUBLIC_URL"),
        ("OIDC_CLIENT_ID", "OIDC_ISSUER needs FOOTING_OIDC_CLIENT_ID"),
        ("OIDC_ISSUER", "SSO_ONLY needs FOOTING_OIDC_ISSUER"),
        ("MAIL_FROM", "SMTP_URL needs FOOTING_MAIL_FROM"),
    ],
)
def test_a_setting_that_needs_another_says_which(
    monkeypatch: pytest.MonkeyPatch, missing: str, said: str
) -> None:
    for name, value in COMPLETE.items():
        if name != f"FOOTING_{missing}":
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://idp.example"),
        ("OIDC_ISSUER", "idp.example"),
        ("SMTP_URL", "https://mail.example"),
        ("SMTP_URL", "mail.example"),
        ("MAIL_FROM", "Footing <footing@footing.example>"),
        ("OIDC_CLIENT_SECRET_FILE", "/no/such/file"),
        ("SMTP_PASSWORD_FILE", "/no/such/file"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for other, given in COMPLETE.items():
        monkeypatch.setenv(other, given)
    monkeypatch.setenv(f"FOOTING_{name}", value)
    with pytest.raises(SettingsError, match=f"FOOTING_{name} is"):
        load()


def test_secrets_come_from_files_or_the_environment_and_are_never_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FOOTING_OIDC_CLIENT_SECRET", "very secret")
    monkeypatch.setenv("FOOTING_SMTP_URL", "smtp://footing:also%20secret@mail.example")
    assert (load().client_secret, load().smtp_password) == ("very secret", "also secret")
    printed = " ".join(setting.value for setting in shown(load()))
    assert "very secret" not in printed
    assert "also" not in printed
    for name in ("oidc_client_secret", "smtp_password"):
        (tmp_path / name).write_text(f"{name} from a file\n")
        monkeypatch.setenv(f"FOOTING_{name.upper()}_FILE", str(tmp_path / name))
    assert load().client_secret == "oidc_client_secret from a file"
    assert load().smtp_password == "smtp_password from a file"


def test_the_hosts_that_links_may_carry_are_this_machine_and_what_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTING_HOST", "0.0.0.0")  # noqa: S104  # nothing is bound to here
    monkeypatch.setenv("FOOTING_PUBLIC_URL", "https://Footing.example:8443")
    monkeypatch.setenv("FOOTING_ALLOWED_HOSTS", "footing.lan, 10.0.0.5")
    assert load().known_hosts == {
        "localhost", "127.0.0.1", "::1", "footing.example", "footing.lan", "10.0.0.5",
    }  # fmt: skip
