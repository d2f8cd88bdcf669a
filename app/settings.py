"""Settings: what the operator may set, read from the environment in this one place."""

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOOTING_"


# What a setting is of no use without.
_NEEDS = {
    "oidc_issuer": ("oidc_client_id", "public_url"),
    "sso_only": ("oidc_issuer",),
    "smtp_url": ("public_url", "mail_from"),
}


def is_safe_address(url: str) -> bool:
    """Whether what is sent there is read by nobody on the way: HTTPS, or this very machine."""
    parts = urlsplit(url)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.netloc) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))


class SettingsError(Exception):
    """A setting cannot be used; the text has one sentence per setting."""


class Settings(BaseSettings):
    """Every setting; each is the environment variable of the same name after `FOOTING_`.

    Attributes:
        database_url: `sqlite:///FILE` or `postgresql://...`; empty means a file in `data_dir`.
        database_password_file: a file that holds the password `database_url` leaves out.
        data_dir: folder for the embedded database.
        host: address to listen on.
        port: port to listen on.
        public_url: the address people type, if a proxy is in front: `https://footing.example`.
        trusted_proxies: addresses or networks, with commas between them, of the proxies in front.
            Only they are believed when they say who the visitor is; by default nobody is.
        worlds: plausible worlds an assessment is computed over.
        cookie_secure: whether the sign-in cookie needs HTTPS; unset: if `public_url` has it.
        allowed_hosts: further names, with commas between them, that a link we make may carry.
        oidc_issuer: the OpenID provider by which people may sign in; needs `public_url`.
        oidc_client_id, oidc_client_secret: what the provider knows Footing by.
        oidc_client_secret_file: a file that holds the secret instead.
        oidc_name: what people call that account, on the button: "Sign in with ...".
        oidc_new_accounts: whether whoever the provider knows may come; else only the invited.
        sso_only: nobody signs in with a password, and nobody gets a new one.
        smtp_url: where letters are handed in: `smtp://USER@mail.example:587`; needs `public_url`.
        smtp_password_file: a file that holds the password `smtp_url` leaves out.
        mail_from: the address that letters come from.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    database_url: str = ""
    database_password_file: Path | None = None
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = ""
    trusted_proxies: str = ""
    worlds: int = Field(default=20_000, ge=100, le=200_000)
    cookie_secure: bool | None = None
    allowed_hosts: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_client_secret_file: Path | None = None
    oidc_name: str = "your organisation's account"
    oidc_new_accounts: bool = False
    sso_only: bool = False
    smtp_url: str = ""
    smtp_password_file: Path | None = None
    mail_from: str = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not re.match(r"(sqlite:///.|postgres(ql)?(\+psycopg)?://.)|$", url):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url)

    @field_validator("database_password_file", "oidc_client_secret_file", "smtp_password_file")
    @classmethod
    def _readable_password(cls, file: Path | None) -> Path | None:
        if file is not None:
            try:
                is_empty = not file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError("must be a file that Footing may read") from error
            if is_empty:
                raise ValueError("must be a file with the password in it: it is empty")
        return file

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        networks = []
        for part in filter(None, map(str.strip, text.split(","))):
            try:
                network = ipaddress.ip_network(part)
            except ValueError as error:
                raise ValueError(
                    f"must be addresses or networks such as 10.0.0.5,172.16.0.0/12: {error}"
                ) from error
            if network.prefixlen == 0:
                raise ValueError(f"must be your own proxies: {part} is everybody")
            networks.append(str(network))
        return ",".join(networks)

    @field_validator("public_url")
    @classmethod
    def _web_origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise ValueError("must be a web address such as https://footing.example")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must end after the host name: Footing serves from the root")
        return url.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, url: str) -> str:
        if url and not is_safe_address(url):
            raise ValueError("must begin with https://, as the provider itself writes it")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("must be an address such as smtp://user@mail.example:587")
        return url

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            raise ValueError("must be an e-mail address such as footing@footing.example")
        return address

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for setting, needed in _NEEDS.items():
            missing = [name for name in needed if not getattr(self, name)]
            if getattr(self, setting) and missing:
                names = " and ".join(PREFIX + name.upper() for name in missing)
                raise ValueError(f"{PREFIX}{setting.upper()} needs {names} besides.")
        return self

    @property
    def client_secret(self) -> str:
        """What Footing proves to the OpenID provider that it is itself by; empty without one."""
        if self.oidc_client_secret_file is None:
            return self.oidc_client_secret.get_secret_value()
        return self.oidc_client_secret_file.read_text("utf-8").strip()

    @property
    def smtp_password(self) -> str:
        """What the mail server wants; empty without one."""
        if self.smtp_password_file is None:
            return unquote(urlsplit(self.smtp_url).password or "")
        return self.smtp_password_file.read_text("utf-8").strip()

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names under which Footing is surely reached, so that a link may carry them."""
        further = filter(None, map(str.strip, self.allowed_hosts.split(",")))
        public = urlsplit(self.public_url).hostname or ""
        names = {"localhost", "127.0.0.1", "::1", self.host, public, *further}
        return frozenset(name.lower() for name in names - {"", "0.0.0.0", "::"})  # noqa: S104

    @property
    def database(self) -> str:
        """The database's address, with the embedded file as the default."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'footing.db').absolute()}"
        if self.database_password_file is None:
            return self.database_url
        password = quote(self.database_password_file.read_text("utf-8").strip(), safe="")
        return re.sub(r"//([^/:@]+)@", rf"//\1:{password}@", self.database_url, count=1)

    @property
    def proxies(self) -> list[str]:
        """The networks of the proxies that are believed."""
        return self.trusted_proxies.split(",") if self.trusted_proxies else []

    @property
    def uses_https(self) -> bool:
        """Whether people reach Footing by HTTPS, so that cookies may be bound to it."""
        if self.cookie_secure is not None:
            return self.cookie_secure
        return self.public_url.startswith("https://")

    @property
    def address(self) -> str:
        """The address to print and to put in front of a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if host in {"0.0.0.0", "[::]"}:  # noqa: S104  # nothing is bound to here
            host = "localhost"  # everywhere is no place to go to
        return self.public_url or f"http://{host}:{self.port}"


def load(**overrides: object) -> Settings:
    """Settings from the environment; an override that is None counts as not given.

    Raises:
        SettingsError: a value cannot be used, or a `FOOTING_` variable has no such setting.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    problems = list(_unknown(os.environ))
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        problems += [_sentence(e["loc"], e["msg"], e["input"]) for e in error.errors()]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def origins(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Name, value and origin of every setting: `environment` or `default`; no password."""
    for name in Settings.model_fields:
        value = getattr(settings, name)
        text = "" if value is None else re.sub(r"(//[^/:@]*):.*@", r"\1:***@", str(value))
        origin = "environment" if name in settings.model_fields_set else "default"
        yield PREFIX + name.upper(), text, origin


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            yield f"{name} is not a setting of Footing; these are: {', '.join(sorted(known))}."


def _sentence(location: tuple[int | str, ...], message: str, value: object) -> str:
    if not location:  # it is about several settings, and names them itself
        return message.removeprefix("Value error, ")
    name = PREFIX + "_".join(str(part) for part in location).upper()
    reason = message.removeprefix("Value error, ").removeprefix("Input should be ")
    verb = "" if reason.startswith("must") else "must be "
    return f"{name} is {value!r}, but {verb}{reason}."
