"""The case studies: `cases.toml` in one schema."""

from collections.abc import Mapping
from typing import cast

from app.domain.cases import Case
from app.domain.facts import Confidence, Source
from app.domain.options import Family
from app.reference.rows import Row, each, toml_rows

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
    "growth": ("moderate", "high"),
    "team_ops_skill": ("low", "medium", "high"),
    "latency_need": ("batch", "interactive", "realtime", "edge"),
    "source_type": ("company_own", "press", "vendor_marketing", "academic", "aggregator"),
    "confidence": ("high", "medium", "low"),
}
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
    rows = each(toml_rows(NAME, "case"), _case)
    if len({row.id for row in rows}) < len(rows):
        raise ValueError(f"{NAME}: an id appears twice.")
    return rows


def _case(row: Row) -> Case:
    texts = {key: row.text(key) for key in REQUIRED_TEXTS}
    texts |= {key: row.text(key) for key in OPTIONAL_TEXTS if row.has(key)}
    closed = {key: row.one_of(key, ALLOWED[key]) for key in REQUIRED_CLOSED}
    closed |= {key: row.one_of(key, words) for key, words in ALLOWED.items() if row.has(key)}
    site = row.flag("existing_datacentre") if row.has("existing_datacentre") else None
    return Case(
        id=texts["id"],
        organisation=texts["organisation"],
        industry=texts["industry"],
        country=texts.get("country", ""),
        decision=cast("Family", closed["decision"]),
        decision_scope=closed["decision_scope"],
        modalities=row.texts("modalities"),
        data_sensitivity=closed.get("data_sensitivity", ""),
        load_profile=closed.get("load_profile", ""),
        growth=closed.get("growth", ""),
        organisation_size=closed.get("org_size", ""),
        workload=closed.get("workload", ""),
        team_skill=closed.get("team_ops_skill", ""),
        ai_relevance=closed["ai_relevance"],
        existing_datacentre=site,
        latency_need=closed.get("latency_need", ""),
        drivers=row.texts("drivers"),
        summary=texts["summary"],
        outcome=texts.get("outcome", ""),
        source_title=texts["source_title"],
        source_url=texts["source_url"],
        source_type=closed["source_type"],
        source=Source(
            texts["source_url"], texts["as_of"], cast("Confidence", closed["confidence"])
        ),
        region=closed.get("region", ""),
        direction=closed.get("direction", ""),
        years=texts.get("years", ""),
        regulations=row.texts("regulations"),
        data_volume_tb=row.optional_number("data_volume_tb"),
        gpus=row.optional_number("gpus"),
    )
