"""What `facts check` says: is every figure sourced, dated, in range, and still fresh?"""

import re
from collections.abc import Iterator
from datetime import date

from app.domain.cases import Case
from app.domain.decision.criteria import WeightSet
from app.domain.facts import Facts, Figure, Provider, Source, earliest_day
from app.domain.questionnaire.questions import QuestionSet
from app.domain.worlds import Range

AGEING_AFTER_DAYS = 45
STALE_AFTER_DAYS = 90
_ADDRESS = re.compile(r"https?://[^\s/@]+\.[^\s@]+")
_NO_ADDRESS = "source_url must be an address that begins with https:// or http://."
_JUDGEMENT = "judgement:"


def problems(
    facts: Facts,
    questions: QuestionSet,
    weights: WeightSet,
    cases: tuple[Case, ...],
    today: date,
) -> list[str]:
    """One sentence for every row whose provenance cannot stand; empty when all is well."""
    found = [p for name, source in sources(facts) for p in _source_problems(name, source, today)]
    found += [p for figure in figures(facts) for p in _range_problems(figure)]
    found += [
        p for name, source in _defaults(questions) for p in _source_problems(name, source, today)
    ]
    for rule in questions.rules:
        found += _source_problems(rule.key, rule.source, today)
    for criterion in weights.criteria:
        found += _source_problems(criterion.key, criterion.source, today)
    for case in cases:
        found += [f"{case.id}: {sentence}" for sentence in case_problems(case, today)]
    return found


def case_problems(case: Case, today: date) -> list[str]:
    """One sentence for everything that keeps the provenance of a case from standing.

    Each begins with the column of the case file. A page links to the source, so its address
    may hold nothing that a browser would run.
    """
    address = [] if _ADDRESS.fullmatch(case.source_url) else [_NO_ADDRESS]
    dates = _date_problems(case.id, case.source.as_of, today)
    return [*address, *(line.replace(f"{case.id}: as_of", "source_date", 1) for line in dates)]


def warnings(facts: Facts, today: date) -> list[str]:
    """Prices older than 90 days: one sentence per source and date, oldest first."""
    counts: dict[tuple[date, str, str], int] = {}
    for source in _price_sources(facts):
        day = earliest_day(source.as_of)
        if day is not None and (today - day).days > STALE_AFTER_DAYS:
            key = (day, source.as_of, source.source)
            counts[key] = counts.get(key, 0) + 1
    return [
        f"{count} price{'s' if count > 1 else ''} of {as_of} may be out of date "
        f"({(today - day).days} days): {source}"
        for (day, as_of, source), count in sorted(counts.items())
    ]


def age_in_words(as_of: str, today: date) -> str:
    """A warning that a price of `as_of` has grown old: `over 45 days`, `over 90 days`, or ""."""
    published = earliest_day(as_of)
    days = (today - published).days if published else 0
    over = next((n for n in (STALE_AFTER_DAYS, AGEING_AFTER_DAYS) if days > n), None)
    return f"over {over} days" if over else ""


def figures(facts: Facts) -> Iterator[Figure]:
    """Every figure of the facts, also those inside servers and countries."""
    yield from facts.figures.values()
    for server in facts.servers:
        yield from (server.price_usd, server.power_kw)
    for country in facts.countries.values():
        yield from (f for f in (country.electricity, country.grid_carbon) if f is not None)


def sources(facts: Facts) -> Iterator[tuple[str, Source]]:
    """Name of the row, and its source, for every row of the facts."""
    yield from ((f.key, f.source) for f in figures(facts))
    yield from ((a.key, a.source) for a in facts.accelerators.values())
    yield from ((m.key, m.source) for m in facts.models.values())
    yield from ((f"{t.workload} on {t.accelerator}", t.source) for t in facts.throughputs)
    for offer in facts.offers:
        yield f"{offer.provider} {offer.instance} in {offer.region}", offer.source
    yield from ((p.name, p.source) for p in facts.api_prices)
    for provider in facts.providers.values():
        yield from ((provider.key, source) for source in _provider_sources(provider))
    yield from ((f"attestations of {a.key}", a.source) for a in facts.attested.values())
    yield from ((f"rule {r.key}", r.source) for r in facts.regimes.values())


def _price_sources(facts: Facts) -> Iterator[Source]:
    yield from (offer.source for offer in facts.offers)
    yield from (price.source for price in facts.api_prices)
    yield from (server.price_usd.source for server in facts.servers)
    for provider in facts.providers.values():
        yield from _provider_sources(provider)
    for figure in facts.figures.values():
        if figure.unit.startswith("USD") and not is_judgement(figure.source.source):
            yield figure.source


def _provider_sources(provider: Provider) -> Iterator[Source]:
    plan = provider.support.source if provider.support else None
    every = (
        provider.storage_source,
        provider.egress_source,
        provider.between_zones_source,
        provider.spot_source,
        plan,
    )
    yield from (source for source in every if source is not None)


def is_judgement(source: str) -> bool:
    """Whether nobody publishes the figure, so that it is ours."""
    return source.startswith(_JUDGEMENT)


def _source_problems(name: str, source: Source, today: date) -> Iterator[str]:
    judged = is_judgement(source.source)
    if not judged and not re.search(r"https?://\S+\.\S+", source.source):
        yield f"{name}: the source has no address and is not marked as judgement."
    if judged and source.confidence != "low":
        yield f"{name}: a judgement has low confidence, not {source.confidence}."
    yield from _date_problems(name, source.as_of, today)


def _date_problems(name: str, as_of: str, today: date) -> Iterator[str]:
    day = earliest_day(as_of)
    if day is None:
        yield f"{name}: as_of {as_of!r} is not a year, month or day."
    elif day > today:
        yield f"{name}: as_of {as_of} lies in the future."


def _range_problems(figure: Figure) -> Iterator[str]:
    if figure.source.confidence == "low":
        yield from _narrow(figure.key, Range(figure.low, figure.value, figure.high))


def _narrow(name: str, spread: Range) -> Iterator[str]:
    if not spread.low < spread.likely < spread.high:
        yield f"{name}: its evidence is low, so it needs a low and a high around the value."


def _defaults(questions: QuestionSet) -> Iterator[tuple[str, Source]]:
    for question in questions.questions:
        for field in question.fields:
            if field.default is not None:
                yield field.path, field.default.source


def _open_defaults(questions: QuestionSet) -> Iterator[tuple[str, Range]]:
    """Default ranges on low evidence, of quantities for which a range is asked."""
    for question in questions.questions:
        for field in question.fields:
            default = field.default if field.range_wanted else None
            if default and default.range and default.source.confidence == "low":
                yield field.path, default.range
