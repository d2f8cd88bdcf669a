"""Who holds which attestation, and which rules demand one: `attestations.toml`."""

from app.domain.facts import Attested, Regime
from app.reference.rows import Row, by_key, each, toml

NAME = "attestations.toml"


def attestations() -> tuple[dict[str, Attested], dict[str, Regime]]:
    """Seller → what it publishes, and regime → what it demands.

    Raises:
        ValueError: a row has a mistake; the text names it.
    """
    whole = toml(NAME)
    attested = by_key(NAME, each(whole.rows("attested"), _attested))
    regimes = by_key(NAME, each(whole.rows("regime"), _regime))
    whole.finish()
    return attested, regimes


def _attested(row: Row) -> Attested:
    return Attested(
        key=row.text("key"),
        holds=row.texts("holds"),
        lacks=row.texts("lacks"),
        single_tenant=row.flag("single_tenant") if row.has("single_tenant") else None,
        source=row.source(),
        encrypts=row.texts("encrypts"),
    )


def _regime(row: Row) -> Regime:
    return Regime(row.text("key"), row.text("demands"), row.source())
