"""Asking an OpenID provider who somebody is: code flow with PKCE, state and nonce.

Nothing here knows the database. What a provider says counts only in an ID token that it signed for
us, just now, in answer to this very question. Source: OpenID Connect Core 1.0 (errata set 2),
section 3.1.3.7; RFC 7636; RFC 9207.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import AsyncBaseTransport, HTTPError, InvalidURL
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

# Signatures with a key that only the provider has. `none` has no key, and HS256 takes for its key
# what everybody may read: the public one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
# Headers by which a token brings its own key; RFC 8725, section 3.10 warns of them.
_BRINGS_ITS_KEY = {"jwk", "jku", "x5c", "x5u"}
SCOPE = "openid profile email"

SECONDS_TO_ANSWER = 5
LARGEST_ANSWER = 200_000
METADATA_LASTS = 3_600.0
# A key that nobody knows yet may be a new one; asked for at most so often.
KEYS_AGAIN_AFTER = 60.0
CLOCKS_DIFFER_BY = 60


class ProviderAway(Exception):
    """The provider does not answer, or not as one; nobody can sign in by it just now."""


class ProviderRefused(Exception):
    """The provider, or what came in its name, is not to be believed; the text says why."""


@dataclass(frozen=True)
class Client:
    """What the provider knows Footing by.

    Attributes:
        name: what people call their account there.
        redirect_uri: where the provider sends browsers back to.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    name: str


@dataclass(frozen=True)
class Question:
    """What is asked of the provider for one browser, and what only this browser may bring back.

    Attributes:
        address: where the browser goes.
        state, nonce, verifier: 256 random bits each.
    """

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider: issuer and subject together, and nothing else.

    Attributes:
        name: what they are called there; may be empty.
        email: an address that the provider has verified; may be empty.
    """

    issuer: str
    subject: str
    name: str
    email: str


class Provider:
    """One provider. What it publishes about itself is kept for an hour."""

    def __init__(self, client: Client, *, transport: AsyncBaseTransport | None = None) -> None:
        self.client = client
        self._transport = transport
        self._metadata: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = self._keys_at = -METADATA_LASTS
        self._reading = asyncio.Lock()

    @property
    def name(self) -> str:
        """What people call their account there."""
        return self.client.name

    async def question(self, *, afresh: bool = False) -> Question:
        """A new question; `afresh`: whoever is signed in there must prove it again.

        Raises:
            ProviderAway: it does not answer.
        """
        metadata = await self._about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        extra = {"prompt": "login", "max_age": "0"} if afresh else {}
        async with self._session() as session:
            address, _ = session.create_authorization_url(
                metadata["authorization_endpoint"],
                state=state,
                code_verifier=verifier,
                nonce=nonce,
                **extra,
            )
        return Question(str(address), state, nonce, verifier)

    async def identify(self, code: str, *, verifier: str, nonce: str, issuer: str = "") -> Identity:
        """Who the code is about; `issuer` is what came back with it.

        Raises:
            ProviderAway: it does not answer.
            ProviderRefused: it does not know the code, or its token is not to be believed.
        """
        metadata = await self._about()
        self._check_issuer(issuer, metadata)
        async with self._session() as session:
            try:
                token = await session.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier
                )
                claims = await self._claims(token, nonce)
                profile = await self._profile(session, metadata, claims["sub"])
            except OAuthError as error:
                raise ProviderRefused("The provider does not accept its own code.") from error
            except (HTTPError, InvalidURL, ValueError) as error:
                raise ProviderAway(str(error)) from error
        return _identity(claims, profile)

    def _session(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client.client_id,
            self.client.client_secret or None,
            token_endpoint_auth_method=self._auth_method(),
            scope=SCOPE,
            redirect_uri=self.client.redirect_uri,
            code_challenge_method="S256",
            timeout=SECONDS_TO_ANSWER,
            transport=self._transport,
        )

    def _auth_method(self) -> str:
        if not self.client.client_secret:
            return "none"
        known = self._metadata.get("token_endpoint_auth_methods_supported")
        is_basic = known is None or "client_secret_basic" in known  # the default, by Discovery 1.0
        return "client_secret_basic" if is_basic else "client_secret_post"

    async def _about(self) -> Mapping[str, Any]:
        async with self._reading:
            if time.monotonic() - self._read_at < METADATA_LASTS:
                return self._metadata
            address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._read(address)
            if found.get("issuer") != self.client.issuer:
                raise ProviderAway("The provider calls itself by another name than the setting.")
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(isinstance(found.get(name), str) for name in wanted):
                raise ProviderAway("The provider does not say where to ask.")
            self._metadata, self._read_at = found, time.monotonic()
            self._keys = None
        return self._metadata

    async def _read(self, address: str) -> dict[str, Any]:
        try:
            async with self._session() as session:
                response = await session.request("GET", address, withhold_token=True)
                response.raise_for_status()
                found = response.json()
        except (HTTPError, InvalidURL, ValueError) as error:
            raise ProviderAway(str(error)) from error
        if not isinstance(found, dict) or len(response.content) > LARGEST_ANSWER:
            raise ProviderAway(f"{address} is not what a provider publishes.")
        return found

    def _check_issuer(self, issuer: str, metadata: Mapping[str, Any]) -> None:
        must_say = metadata.get("authorization_response_iss_parameter_supported") is True
        if (issuer or must_say) and issuer != self.client.issuer:
            raise ProviderRefused("The answer came in the name of another provider.")

    async def _claims(self, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderRefused("The provider sent no ID token.")
        try:
            decoded = await self._decoded(id_token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.client.issuer},
                    "aud": {"essential": True, "value": self.client.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                {
                    "nonce": nonce,
                    "client_id": self.client.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=CLOCKS_DIFFER_BY)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderRefused(f"The ID token is not to be believed ({error}).") from error
        if _BRINGS_ITS_KEY & decoded.header.keys():
            raise ProviderRefused("The ID token brings a key of its own.")
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise ProviderRefused("The ID token does not say whom it is about.")
        return claims

    async def _decoded(self, id_token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(id_token, await self._known_keys(), registry=registry)
        except InvalidKeyIdError:
            if time.monotonic() - self._keys_at < KEYS_AGAIN_AFTER:
                raise
            self._keys = None
            return jwt.decode(id_token, await self._known_keys(), registry=registry)

    async def _known_keys(self) -> KeySet:
        if self._keys is None:
            found = await self._read(self._metadata["jwks_uri"])
            self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # it checks
            self._keys_at = time.monotonic()
        return self._keys

    async def _profile(
        self, session: AsyncOAuth2Client, metadata: Mapping[str, Any], subject: str
    ) -> Mapping[str, Any]:
        address = metadata.get("userinfo_endpoint")
        if not address:
            return {}
        response = await session.get(address)
        response.raise_for_status()
        found = response.json()
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise ProviderRefused("The provider spoke of somebody else.")
        return found


def _identity(claims: Mapping[str, Any], profile: Mapping[str, Any]) -> Identity:
    both = {**claims, **profile}
    names = (both.get(key) for key in ("name", "preferred_username", "nickname"))
    email = both.get("email") if both.get("email_verified") is True else None
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        name=next((name for name in names if isinstance(name, str) and name.strip()), ""),
        email=email if isinstance(email, str) else "",
    )
