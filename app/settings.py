"""Settings: what the operator may set, read from the environment in this one place."""

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
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
    """Every setting; each is the environment variable of the same name after `FOOTING_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, env_ignore_empty=True, use_attribute_docstrings=True
    )
    # Names of those that the command line gave, which counts before the environment.
    _from_command_line: frozenset[str] = PrivateAttr(default=frozenset())

    database_url: str = ""
    """`sqlite:///FILE` or `postgresql://...`; empty means a file in the folder for data."""

    database_password_file: Path | None = None
    """A file that holds the password that the database's address leaves out."""

    data_dir: Path = Path("data")
    """Folder for the embedded database."""

    host: str = "127.0.0.1"
    """Address to listen on."""

    port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""

    public_url: str = ""
    """The address people type, if a proxy is in front: `https://footing.example`."""

    trusted_proxies: str = ""
    """Addresses or networks, with commas between them, of the proxies in front.

    Only they are believed when they say who the visitor is; by default nobody is.
    """

    worlds: int = Field(default=20_000, ge=100, le=200_000)
    """Plausible worlds an assessment is computed over."""

    cookie_secure: bool | None = None
    """Whether the sign-in cookie needs HTTPS; unset: if the public address has it."""

    allowed_hosts: str = ""
    """Further names, with commas between them, that a link we make may carry."""

    oidc_issuer: str = ""
    """The OpenID provider by which people may sign in; needs the public address."""

    oidc_client_id: str = ""
    """What the provider knows Footing by."""

    oidc_client_secret: SecretStr = SecretStr("")
    """What Footing proves to the provider that it is itself by."""

    oidc_client_secret_file: Path | None = None
    """A file that holds that secret instead."""

    oidc_name: str = "your organisation's account"
    """What people call that account, on the button: "Sign in with ..."."""

    oidc_new_accounts: bool = False
    """Whether whoever the provider knows may come; else only the invited."""

    sso_only: bool = False
    """Nobody signs in with a password, and nobody gets a new one."""

    second_person: bool = False
    """Weights and prices that an administrator publishes wait until another one approves."""

    smtp_url: str = ""
    """Where letters are handed in: `smtp://USER@mail.example:587`; needs the public address."""

    smtp_password_file: Path | None = None
    """A file that holds the password that the mail server's address leaves out."""

    mail_from: str = ""
    """The address that letters come from."""

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
        settings._from_command_line = frozenset(given)  # noqa: SLF001  # our own, made here
    except ValidationError as error:
        problems += [_sentence(e["loc"], e["msg"], e["input"]) for e in error.errors()]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


@dataclass(frozen=True)
class Shown:
    """A setting as anybody may see it.

    Attributes:
        name: of its environment variable.
        value: without any secret in it; empty where there is none.
        origin: where it comes from: `command line`, `environment`, `file` or `default`.
        means: what it does.
    """

    name: str
    value: str
    origin: str
    means: str


def shown(settings: Settings) -> Iterator[Shown]:
    """Every setting, where it came from and what it does; no secret."""
    for name, field in Settings.model_fields.items():
        yield Shown(
            name=PREFIX + name.upper(),
            value=_open_value(settings, name),
            origin=_origin(settings, name),
            means=" ".join((field.description or "").replace("`", "").split()),
        )


def _origin(settings: Settings, name: str) -> str:
    if name in settings._from_command_line:  # noqa: SLF001  # of this module
        return "command line"
    if name == "oidc_client_secret" and settings.oidc_client_secret_file is not None:
        return "file"
    return "environment" if name in settings.model_fields_set else "default"


def _open_value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name == "oidc_client_secret":
        return "set" if settings.client_secret else "not set"
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _without_secret(str(value)) if "://" in str(value) else str(value)


# An address with each of its parts in its place: whatever is written otherwise may have a password
# that begins or ends elsewhere than it seems to, and is not shown at all.
_PLAIN_ADDRESS = re.compile(
    r"(?P<scheme>[a-z+]+://)((?P<user>[^/:@?#]*)(?P<password>:[^/:@?#]*)?@)?"
    r"(?P<place>(\[[0-9A-Fa-f:.]*\]|[^/:@?#\[\]]*)(:\d+)?(/[^@?#]*)?)(?P<rest>[?#][^@]*)?"
)


def _without_secret(address: str) -> str:
    """The address without password and without query, where a database takes one too."""
    found = _PLAIN_ADDRESS.fullmatch(address)
    if found is None:
        return "set"
    user = found["user"] or ""
    hidden = ":***" if found["password"] else ""
    at = "@" if user or hidden else ""
    return f"{found['scheme']}{user}{hidden}{at}{found['place']}{'?***' if found['rest'] else ''}"


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
    seen = _without_secret(value) if isinstance(value, str) and "://" in value else value
    return f"{name} is {seen!r}, but {verb}{reason}."
