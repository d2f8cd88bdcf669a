"""What the team knows better than any survey: answers that take the place of figures.

A field says which figures it `replaces`: a quantity becomes the figure, with its range; a choice
takes the figure that is kept under the same name and the choice. An answer that was not given
replaces nothing. What a provider takes off its list prices, and a price it agreed to for one kind
of accelerator, take the place of its published prices. Where memory must be encrypted, no server
that cannot do it is for sale.
"""

from dataclasses import replace

from app.domain.facts import ApiPrice, Facts, Figure, Offer, Provider, Source
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field
from app.domain.worlds import Range

ANSWERED = Source("your answer", "", "high")
# Stands in for the price of a country; a stated price stands in for both.
_ELECTRICITY = "electricity.elsewhere"


def stated(facts: Facts, answers: Answers) -> Facts:
    """`facts` with the figures that `answers` replace; the same where they replace none."""
    return _with_own_prices(_encrypting(_with_figures(facts, answers), answers), answers)


def _encrypting(facts: Facts, answers: Answers) -> Facts:
    """Without servers whose accelerators cannot encrypt their memory, where that is asked for."""
    if not answers.flag("tenancy.encrypted_memory"):
        return facts
    able = tuple(s for s in facts.servers if facts.accelerators[s.accelerator].encrypts_memory)
    return replace(facts, servers=able)


def _with_figures(facts: Facts, answers: Answers) -> Facts:
    figures = {
        key: _figure(key, field, facts, answers)
        for field in answers.questions.replacing
        if answers.is_given(field.path)
        for key in field.replaces
    }
    if not figures:
        return facts
    countries = facts.countries
    if _ELECTRICITY in figures:
        price = figures[_ELECTRICITY]
        countries = {code: replace(c, electricity=price) for code, c in countries.items()}
    return replace(facts, figures={**facts.figures, **figures}, countries=countries)


def _figure(key: str, field: Field, facts: Facts, answers: Answers) -> Figure:
    usual = facts.figure(key)
    if field.kind == "choice":
        chosen = facts.figure(f"{key}.{answers.choice(field.path)}")
        return replace(chosen, key=key)
    given: Range = answers.quantity(field.path)
    return replace(
        usual, value=given.likely, low=given.low, high=given.high, source=ANSWERED, note=""
    )


# ---- own prices ----------------------------------------------------------------------------------

DISCOUNT = "your discount"
NEGOTIATED = "your negotiated price"
# How a source says that a price is the team's own, and nobody else's business.
OWN_PRICES = (DISCOUNT, NEGOTIATED)
# Where the answers about own prices stand.
OWN_PRICE_PATHS = ("discounts.", "negotiated.", "own_payment.")
# What a provider that publishes no offer of an accelerator is taken to rent it in.
_USUAL_MACHINE = 8


def _with_own_prices(facts: Facts, answers: Answers) -> Facts:
    shares = {key: share for key in facts.providers if (share := _discount(key, facts, answers))}
    if shares:
        facts = replace(
            facts,
            offers=tuple(_cheaper(o, shares.get(o.provider, 0.0)) for o in facts.offers),
            providers={k: _cheaper_bill(p, shares.get(k, 0.0)) for k, p in facts.providers.items()},
            api_prices=tuple(
                _cheaper_service(p, shares.get(p.billed_by, 0.0)) for p in facts.api_prices
            ),
        )
    return _with_negotiated(facts, answers)


def _discount(provider: str, facts: Facts, answers: Answers) -> float:
    """Share that a provider takes off all its list prices; 0 where nothing was said."""
    kind = facts.providers[provider].kind
    asked = "discounts.specialists" if kind == "specialist" else f"discounts.{provider}"
    if not answers.questions.has_field(asked) or not answers.is_given(asked):
        return 0.0
    return answers.quantity(asked).likely


def _cheaper(offer: Offer, share: float) -> Offer:
    return replace(
        offer,
        usd_per_hour=_less(offer.usd_per_hour, share),
        reserved_1y_usd_per_hour=_less(offer.reserved_1y_usd_per_hour, share),
        reserved_3y_usd_per_hour=_less(offer.reserved_3y_usd_per_hour, share),
        source=_off(offer.source, share),
    )


def _cheaper_bill(provider: Provider, share: float) -> Provider:
    """A provider with storage and traffic at less; its support is a share of the bill anyway."""
    stored = provider.storage_usd_per_gb_month
    return replace(
        provider,
        storage_usd_per_gb_month={place: usd * (1.0 - share) for place, usd in stored.items()},
        egress_tiers=tuple((start, usd * (1.0 - share)) for start, usd in provider.egress_tiers),
        between_zones_usd_per_gb=_less(provider.between_zones_usd_per_gb, share),
        storage_source=provider.storage_source and _off(provider.storage_source, share),
        egress_source=provider.egress_source and _off(provider.egress_source, share),
        between_zones_source=provider.between_zones_source
        and _off(provider.between_zones_source, share),
    )


def _cheaper_service(price: ApiPrice, share: float) -> ApiPrice:
    return replace(
        price,
        usd_per_mtok_in=_less(price.usd_per_mtok_in, share),
        usd_per_mtok_out=_less(price.usd_per_mtok_out, share),
        usd_per_audio_minute=_less(price.usd_per_audio_minute, share),
        source=_off(price.source, share),
    )


def _less(usd: float | None, share: float) -> float | None:
    return None if usd is None else usd * (1.0 - share)


def _off(source: Source, share: float) -> Source:
    return replace(source, source=f"{DISCOUNT}, off {source.source}") if share else source


def _with_negotiated(facts: Facts, answers: Answers) -> Facts:
    """With the agreed price in every region of its provider; the price is nobody's list price."""
    if not answers.questions.has_field("negotiated.usd_per_hour"):
        return facts
    provider, kind = (answers.choice(f"negotiated.{part}") for part in ("provider", "accelerator"))
    price = answers.optional_quantity("negotiated.usd_per_hour")
    if price is None or provider not in facts.providers or kind not in facts.accelerators:
        return facts
    agreed = Source(NEGOTIATED, "", "high")

    def is_meant(offer: Offer) -> bool:
        return (offer.provider, offer.accelerator) == (provider, kind)

    offers = tuple(
        replace(o, usd_per_hour=price.likely, source=agreed) if is_meant(o) else o
        for o in facts.offers
    )
    if not any(is_meant(offer) for offer in offers):
        offers = (*offers, _unlisted(facts.providers[provider], kind, price.likely, agreed))
    return replace(facts, offers=offers)


def _unlisted(provider: Provider, kind: str, usd: float, agreed: Source) -> Offer:
    """An offer that the provider does not publish: no region, and the usual machine of eight."""
    return Offer(
        provider=provider.key,
        provider_name=provider.name,
        kind=provider.kind,
        region="",
        country="",
        geography="any",
        accelerator=kind,
        instance="",
        unit=1.0,
        per_machine=_USUAL_MACHINE,
        usd_per_hour=usd,
        reserved_1y_usd_per_hour=None,
        reserved_3y_usd_per_hour=None,
        source=agreed,
    )
