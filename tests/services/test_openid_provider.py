"""A hostile provider: everything that must not be believed (security.md, B5).

The real one, to which the honest way is tested, is in tests/oidc.
"""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from app.services import openid_provider
from app.services.openid_provider import (
    Client,
    Identity,
    Provider,
    ProviderAway,
    ProviderRefused,
)

ISSUER, NONCE = "https://idp.example", "the nonce of this very question"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("ours", "theirs"))
HEADER = {"alg": "RS256", "kid": "ours"}


def _claims(**changed: object) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": "ada",
        "aud": "footing",
        "exp": now + 300,
        "iat": now,
        "nonce": NONCE,
        "name": "Ada",
        "email": "ada@example.org",
        "email_verified": True,
        **changed,
    }
    return {key: value for key, value in claims.items() if value is not None}


def _signed(
    claims: dict[str, Any] | None = None,
    header: dict[str, Any] = HEADER,
    key: RSAKey | ECKey = KEY,
) -> str:
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jwt.encode(header, claims or _claims(), key, registry=registry)


class Hostile:
    """A provider that says what it is told to; counts how often its keys are asked for."""

    def __init__(self) -> None:
        self.id_token: object = _signed()
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.keys: list[Key] = [KEY]
        self.userinfo: object = {"sub": "ada"}
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        answers: dict[str, Callable[[], object]] = {
            "/.well-known/openid-configuration": lambda: self.metadata,
            "/keys": lambda: KeySet(self.keys).as_dict(private=False),
            "/token": lambda: {
                "access_token": "opaque",
                "token_type": "Bearer",
                "id_token": self.id_token,
            },
            "/userinfo": lambda: self.userinfo,
        }
        return httpx2.Response(200, json=answers[request.url.path]())


@pytest.fixture
def hostile() -> Hostile:
    return Hostile()


@pytest.fixture
def provider(hostile: Hostile) -> Provider:
    client = Client(ISSUER, "footing", "a secret", "https://footing.example/done", "an account")
    return Provider(client, transport=httpx2.MockTransport(hostile))


def _identify(provider: Provider, issuer: str = "") -> Identity:
    asked = provider.identify("a code", verifier="v" * 43, nonce=NONCE, issuer=issuer)
    return asyncio.run(asked)


def test_the_control_an_honest_token_is_believed(provider: Provider) -> None:
    assert _identify(provider) == Identity(ISSUER, "ada", "Ada", "ada@example.org")


def _forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(part).encode() for part in (header, claims)] + [signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _hs256_with_the_public_key() -> str:
    # By hand: the library refuses to sign with a public key as the secret.
    text = _forged({"alg": "HS256", "kid": "ours"}, _claims()).rpartition(".")[0]
    mac = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


NOT_TO_BE_BELIEVED: dict[str, Callable[[], object]] = {
    "no token": lambda: None,
    "no text": lambda: {"sub": "ada"},
    "no JWT": lambda: "a.b.c",
    "alg none": lambda: _forged({"alg": "none"}, _claims()),
    "alg none with a kid": lambda: _forged({"alg": "none", "kid": "ours"}, _claims()),
    "alg NONE": lambda: _forged({"alg": "NONE", "kid": "ours"}, _claims()),
    "no alg": lambda: _forged({"kid": "ours"}, _claims(), b"x"),
    "HS256 with the public key": _hs256_with_the_public_key,
    "an empty signature": lambda: _signed().rpartition(".")[0] + ".",
    "another key with our kid": lambda: _signed(key=OTHER_KEY),
    "its own key in the header": lambda: _signed(
        header={**HEADER, "jwk": OTHER_KEY.as_dict(private=False)}, key=OTHER_KEY
    ),
    "the right key, but one in the header too": lambda: _signed(
        header={**HEADER, "jwk": OTHER_KEY.as_dict(private=False)}
    ),
    "its own address of keys": lambda: _signed(
        header={**HEADER, "jku": "https://evil.example/keys"}, key=OTHER_KEY
    ),
    "the right key, but an address of keys too": lambda: _signed(
        header={**HEADER, "jku": "https://evil.example/keys"}
    ),
    "an unknown kid": lambda: _signed(header={"alg": "RS256", "kid": "theirs"}, key=OTHER_KEY),
    "another issuer": lambda: _signed(_claims(iss="https://evil.example")),
    "no issuer": lambda: _signed(_claims(iss=None)),
    "the issuer and a slash": lambda: _signed(_claims(iss=f"{ISSUER}/")),
    "for another client": lambda: _signed(_claims(aud="somebody-else")),
    "for nobody": lambda: _signed(_claims(aud=None)),
    "for several, handed out to another": lambda: _signed(
        _claims(aud=["footing", "somebody-else"], azp="somebody-else")
    ),
    "for several, and no word to whom": lambda: _signed(_claims(aud=["footing", "another"])),
    "another nonce": lambda: _signed(_claims(nonce="of another question")),
    "no nonce": lambda: _signed(_claims(nonce=None)),
    "expired": lambda: _signed(_claims(exp=int(time.time()) - 120)),
    "for ever": lambda: _signed(_claims(exp=None)),
    "of tomorrow": lambda: _signed(_claims(nbf=int(time.time()) + 86_400)),
    "about nobody": lambda: _signed(_claims(sub=None)),
    "about an empty name": lambda: _signed(_claims(sub="")),
    "about a number": lambda: _signed(_claims(sub=7)),
    "of another access token": lambda: _signed(_claims(at_hash="bm90IHRoaXMgb25l")),
}


@pytest.mark.parametrize("what", NOT_TO_BE_BELIEVED)
def test_it_is_refused(provider: Provider, hostile: Hostile, what: str) -> None:
    hostile.id_token = NOT_TO_BE_BELIEVED[what]()
    with pytest.raises(ProviderRefused):
        _identify(provider)
    assert not [path for path in hostile.asked if "evil" in path]


def test_who_answers_in_the_name_of_another_is_refused(provider: Provider) -> None:
    with pytest.raises(ProviderRefused, match="another provider"):
        _identify(provider, issuer="https://evil.example")


def test_who_always_says_its_name_must_say_it(provider: Provider, hostile: Hostile) -> None:
    hostile.metadata["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(ProviderRefused, match="another provider"):
        _identify(provider)
    assert _identify(provider, issuer=ISSUER).subject == "ada"


def test_what_is_told_of_somebody_else_is_refused(provider: Provider, hostile: Hostile) -> None:
    hostile.metadata["userinfo_endpoint"] = f"{ISSUER}/userinfo"
    assert _identify(provider).subject == "ada"
    hostile.userinfo = {"sub": "eve", "email": "ada@example.org"}
    with pytest.raises(ProviderRefused, match="somebody else"):
        _identify(provider)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_none(
    provider: Provider, hostile: Hostile, verified: object
) -> None:
    hostile.id_token = _signed(_claims(email_verified=verified))
    assert _identify(provider).email == ""


def test_a_new_key_is_fetched_but_not_for_every_unknown_one(
    provider: Provider, hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    _identify(provider)
    new = RSAKey.generate_key(2048, {"kid": "new"})
    hostile.keys = [KEY, new]
    hostile.id_token = _signed(header={"alg": "RS256", "kid": "new"}, key=new)
    with pytest.raises(ProviderRefused):
        _identify(provider)
    monkeypatch.setattr(openid_provider, "KEYS_AGAIN_AFTER", 0.0)
    assert _identify(provider).subject == "ada"
    monkeypatch.undo()
    for _ in range(10):
        hostile.id_token = _signed(header={"alg": "RS256", "kid": "guessed"}, key=OTHER_KEY)
        with pytest.raises(ProviderRefused):
            _identify(provider)
    assert hostile.asked.count("/keys") == 2


def test_other_kinds_of_keys_are_believed_too(provider: Provider, hostile: Hostile) -> None:
    key = ECKey.generate_key("P-256", {"kid": "curve"})
    hostile.keys = [key]
    hostile.id_token = _signed(header={"alg": "ES256", "kid": "curve"}, key=key)
    assert _identify(provider).subject == "ada"


@pytest.mark.parametrize(
    ("name", "value"),
    [("issuer", "https://evil.example"), ("token_endpoint", None), ("jwks_uri", 7)],
)
def test_a_provider_that_does_not_say_who_it_is_is_none(
    provider: Provider, hostile: Hostile, name: str, value: object
) -> None:
    hostile.metadata[name] = value
    with pytest.raises(ProviderAway):
        _identify(provider)


@pytest.mark.parametrize(
    "junk", [b"", b"<html>", b"[]", b"{" * 300_000, b'{"a": "' + b"a" * 300_000 + b'"}']
)
def test_junk_is_no_provider(junk: bytes) -> None:
    client = Client(ISSUER, "footing", "", "https://footing.example/done", "an account")
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=junk))
    with pytest.raises(ProviderAway):
        asyncio.run(Provider(client, transport=transport).question())


def test_what_a_provider_publishes_is_asked_for_once(provider: Provider, hostile: Hostile) -> None:
    for _ in range(3):
        asyncio.run(provider.question())
        _identify(provider)
    assert hostile.asked.count("/.well-known/openid-configuration") == 1
    assert hostile.asked.count("/keys") == 1
