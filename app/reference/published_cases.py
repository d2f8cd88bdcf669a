"""The case studies: `cases.toml` in one schema."""

from collections.abc import Mapping, Sequence
from typing import cast

from app.domain.cases import Case
from app.domain.facts import Confidence, Source
from app.domain.options import Family
from app.reference.rows import Row, each, toml_rows
from app.reference.weighing import weight_set

NAME = "cases.toml"
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "decision": ("cloud", "on_premises", "hybrid"),
    "direction": ("greenfield", "migrated_to_cloud", "expanded_hybrid", "repatriated"),
    "region": (
        "africa",
        "asia_pacific",
        "europe",
        "latin_america",
        "middle_east",
        "north_america",
    ),
    "org_size": ("small", "medium", "large", "very_large"),
    "decision_scope": ("workload_or_platform", "enterprise"),
    "ai_relevance": ("ai_core", "ai_partly", "data_heavy"),
    "workload": ("training", "inference", "both"),
    "data_sensitivity": ("public", "internal", "confidential", "regulated"),
    "load_profile": ("steady", "growing", "seasonal", "bursty"),
    "growth": ("low", "moderate", "high"),
    "team_ops_skill": ("low", "medium", "high"),
    "latency_need": ("batch", "interactive", "realtime", "edge"),
    "source_type": ("company_own", "press", "vendor_marketing", "academic", "aggregator"),
    "confidence": ("high", "medium", "low"),
}
MODALITIES = ("text", "image", "audio", "video", "tabular", "sensor", "genomic")
REQUIRED_CLOSED = ("decision", "decision_scope", "ai_relevance", "source_type", "confidence")
REQUIRED_TEXTS = (
    "id",
    "organisation",
    "industry",
    "summary",
    "source_title",
    "source_url",
    "as_of",
)
OPTIONAL_TEXTS = ("country", "outcome", "years")


def cases() -> tuple[Case, ...]:
    """The published cases; what a source does not say is empty.

    Raises:
        ValueError: a row lacks a required value, or has one outside the schema.
    """
    rows = each(toml_rows(NAME, "case"), read_case)
    if len({row.id for row in rows}) < len(rows):
        raise ValueError(f"{NAME}: an id appears twice.")
    return rows


def read_case(row: Row, *, is_complete: bool = True) -> Case:
    """One case of the schema, from a row whose absent keys are unknown.

    Args:
        is_complete: refuse a case without its story, source, date or type. A back-test needs
            none of these; its rows need an id and a decision.

    Raises:
        ValueError: a required key is absent, or a value is outside the schema.
    """
    texts = {
        key: row.text(key)
        for key in (*REQUIRED_TEXTS, *OPTIONAL_TEXTS)
        if row.has(key) or key == "id" or (is_complete and key in REQUIRED_TEXTS)
    }
    closed = {
        key: row.one_of(key, words)
        for key, words in ALLOWED.items()
        if row.has(key) or key == "decision" or (is_complete and key in REQUIRED_CLOSED)
    }
    site = row.flag("existing_datacentre") if row.has("existing_datacentre") else None
    return Case(
        id=texts["id"],
        organisation=texts.get("organisation", ""),
        industry=texts.get("industry", ""),
        country=texts.get("country", ""),
        decision=cast("Family", closed["decision"]),
        decision_scope=closed.get("decision_scope", ""),
        # In one order, because only what a case has of them matters and a form cannot order them.
        modalities=tuple(sorted(_among(row, "modalities", MODALITIES), key=MODALITIES.index)),
        data_sensitivity=closed.get("data_sensitivity", ""),
        load_profile=closed.get("load_profile", ""),
        growth=closed.get("growth", ""),
        organisation_size=closed.get("org_size", ""),
        workload=closed.get("workload", ""),
        team_skill=closed.get("team_ops_skill", ""),
        ai_relevance=closed.get("ai_relevance", ""),
        existing_datacentre=site,
        latency_need=closed.get("latency_need", ""),
        drivers=_among(row, "drivers", weight_set().keys),
        summary=texts.get("summary", ""),
        outcome=texts.get("outcome", ""),
        source_title=texts.get("source_title", ""),
        source_url=texts.get("source_url", ""),
        source_type=closed.get("source_type", ""),
        source=Source(
            texts.get("source_url", ""),
            texts.get("as_of", ""),
            cast("Confidence", closed.get("confidence", "low")),
        ),
        region=closed.get("region", ""),
        direction=closed.get("direction", ""),
        years=texts.get("years", ""),
        regulations=row.texts("regulations"),
        data_volume_tb=_not_negative(row, "data_volume_tb"),
        gpus=_not_negative(row, "gpus"),
    )


def _among(row: Row, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
    words = row.texts(key)
    if strange := [word for word in words if word not in allowed]:
        raise row.error(f"{key} may hold {', '.join(allowed)}, not {strange[0][:40]!r}.")
    if len(set(words)) < len(words):
        raise row.error(f"{key} names something twice.")
    return words


def _not_negative(row: Row, key: str) -> float | None:
    value = row.optional_number(key)
    if value is not None and value < 0:
        raise row.error(f"{key} must be at least 0, not {value:g}.")
    return value
