"""Settings: what the operator may set, read from the environment in this one place."""

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOOTING_"


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

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not re.match(r"(sqlite:///.|postgres(ql)?(\+psycopg)?://.)|$", url):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url)

    @field_validator("database_password_file")
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
    name = PREFIX + "_".join(str(part) for part in location).upper()
    reason = message.removeprefix("Value error, ").removeprefix("Input should be ")
    verb = "" if reason.startswith("must") else "must be "
    return f"{name} is {value!r}, but {verb}{reason}."
