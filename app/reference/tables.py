"""The fact tables: rows of the shipped files as `Facts`."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from app.domain.facts import (
    Accelerator,
    ApiPrice,
    Country,
    Facts,
    Figure,
    ModelClass,
    Offer,
    Provider,
    ProviderKind,
    Server,
    Source,
    SupportPlan,
    Throughput,
)
from app.reference.attestations import attestations
from app.reference.rows import Row, by_key, csv_rows, each, toml, toml_rows

GEOGRAPHIES = ("eu", "us", "asia")
KINDS = ("hyperscaler", "specialist")
MODALITIES = ("text", "document", "image", "audio", "video")
JUDGEMENT = "judgement: "


def facts() -> Facts:
    """All reference figures as shipped; `snapshots.named` gives them their checksum.

    Raises:
        ValueError: a table has a mistake; the text names the file and the row.
    """
    accelerators = by_key("accelerators.toml", each(_rows("accelerator"), _accelerator))
    providers = by_key("providers.toml", each(_rows("provider"), _provider))
    models = by_key("models.toml", each(_rows("model"), _model))
    known = partial(_known, accelerators)
    attested, regimes = attestations()
    return Facts(
        figures=by_key("figures.toml", each(_rows("figure"), _figure)),
        accelerators=accelerators,
        servers=tuple(
            by_key("servers.toml", each(_rows("server"), partial(_server, known))).values()
        ),
        providers=providers,
        offers=each(csv_rows("offers.csv"), partial(_offer, known, providers)),
        countries=_countries(),
        models=models,
        throughputs=each(csv_rows("throughput.csv"), partial(_throughput, known)),
        sha256="",
        api_prices=_api_prices(models, providers),
        attested=attested,
        regimes=regimes,
    )


_FILES = {
    "accelerator": "accelerators.toml",
    "figure": "figures.toml",
    "model": "models.toml",
    "provider": "providers.toml",
    "server": "servers.toml",
}


def _rows(key: str) -> list[Row]:
    return toml_rows(_FILES[key], key)


def _known(accelerators: Mapping[str, Accelerator], row: Row) -> str:
    return row.one_of("accelerator", tuple(accelerators))


def _figure(row: Row) -> Figure:
    return _ranged(row, row.text("key"), row.text("label"))


def _ranged(row: Row, key: str, label: str) -> Figure:
    """A figure whose numbers are in `row`; without low and high it is exact."""
    value = row.number("value")
    low, high = row.optional_number("low"), row.optional_number("high")
    figure = Figure(
        key=key,
        label=label,
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        unit=row.text("unit"),
        source=row.source(),
        note=row.optional_text("note"),
    )
    if not figure.low <= figure.value <= figure.high:
        raise row.error(
            f"low, value and high must rise: {figure.low:g}, {value:g}, {figure.high:g}."
        )
    return figure


def _accelerator(row: Row) -> Accelerator:
    return Accelerator(
        key=row.text("key"),
        name=row.text("name"),
        memory_gb=row.number("memory_gb"),
        bandwidth_tb_s=row.number("bandwidth_tb_s"),
        bf16_tflops=row.number("bf16_tflops"),
        fp8_tflops=row.optional_number("fp8_tflops"),
        power_w=row.number("power_w"),
        nvlink=row.flag("nvlink"),
        source=row.source(),
        reference_only=row.flag("reference_only"),
        encrypts_memory=row.flag("encrypts_memory"),
    )


def _server(known: partial[str], row: Row) -> Server:
    key, name = row.text("key"), row.text("name")
    price, power = row.row("price"), row.row("power")
    server = Server(
        key=key,
        name=name,
        accelerator=known(row),
        accelerators=int(row.number("accelerators")),
        price_usd=_ranged(price, f"server.{key}.price", f"Price of {name}"),
        power_kw=_ranged(power, f"server.{key}.power", f"Power of {name} at full load"),
    )
    price.finish()
    power.finish()
    return server


def _provider(row: Row) -> Provider:
    provider = Provider(
        key=row.text("key"),
        name=row.text("name"),
        kind=_kind(row),
        home_country=row.text("home_country"),
        storage_usd_per_gb_month=_storage(row),
        egress_tiers=_tiers(row),
        storage_source=_optional_source(row, "storage_source"),
        egress_source=_optional_source(row, "egress_source"),
        between_zones_usd_per_gb=row.optional_number("between_zones_usd_per_gb"),
        between_zones_source=_optional_source(row, "between_zones_source"),
        spot_source=_optional_source(row, "spot_source"),
        support=_support(row),
    )
    row.source()  # of the home country; checked here, not carried on
    if bool(provider.storage_usd_per_gb_month) != bool(provider.storage_source):
        raise row.error("storage prices and storage_source go together.")
    if bool(provider.egress_tiers) != bool(provider.egress_source):
        raise row.error("egress tiers and egress_source go together.")
    if (provider.between_zones_usd_per_gb is None) != (provider.between_zones_source is None):
        raise row.error("between_zones_usd_per_gb and between_zones_source go together.")
    return provider


def _kind(row: Row) -> ProviderKind:
    return cast("ProviderKind", row.one_of("kind", KINDS))


def _storage(row: Row) -> dict[str, float]:
    prices = row.pairs("storage_usd_per_gb_month")
    for geography, price in prices.items():
        if geography not in GEOGRAPHIES or price <= 0:
            raise row.error(f"storage price {price:g} for {geography!r} cannot be.")
    return prices


def _tiers(row: Row) -> tuple[tuple[float, float], ...]:
    """Egress tiers: from so many GB a month on, USD per GB; ascending from 0."""
    tiers = each(row.rows("egress"), lambda tier: (tier.number("from_gb"), tier.number("usd")))
    if not _rises_from_0(tiers):
        raise row.error("egress tiers must begin at 0 GB and rise.")
    return tiers


def _rises_from_0(tiers: Sequence[tuple[float, float]]) -> bool:
    starts = [start for start, _ in tiers]
    return starts == sorted(set(starts)) and (not starts or starts[0] == 0)


def _support(row: Row) -> SupportPlan | None:
    """The plan in `support`; its shares of the bill ascend from USD 0."""
    if not row.has("support"):
        return None
    inner = row.row("support")
    plan = SupportPlan(
        name=inner.text("name"),
        minimum_usd=inner.number("minimum_usd"),
        tiers=each(
            inner.rows("tiers"), lambda tier: (tier.number("from_usd"), tier.number("share"))
        ),
        source=inner.source(),
    )
    inner.finish()
    if plan.minimum_usd < 0 or not plan.tiers or not _rises_from_0(plan.tiers):
        raise row.error("a support plan has a minimum, and tiers that begin at USD 0 and rise.")
    if not all(0 <= share < 1 for _, share in plan.tiers):
        raise row.error("the shares of a support plan lie between 0 and 1.")
    return plan


def _optional_source(row: Row, key: str) -> Source | None:
    if not row.has(key):
        return None
    inner = row.row(key)
    source = inner.source()
    inner.finish()
    return source


def _offer(known: partial[str], providers: Mapping[str, Provider], row: Row) -> Offer:
    provider = providers[row.one_of("provider", tuple(providers))]
    unit = _price(row, "unit") or 1.0
    return Offer(
        provider=provider.key,
        provider_name=provider.name,
        kind=provider.kind,
        region=row.text("region"),
        country=row.optional_text("country"),
        geography=row.one_of("geography", (*GEOGRAPHIES, "any")),
        accelerator=known(row),
        instance=row.text("instance"),
        unit=unit,
        per_machine=_price(row, "per_machine") or unit,
        usd_per_hour=_price(row, "usd_per_hour"),
        reserved_1y_usd_per_hour=_price(row, "reserved_1y_usd_per_hour"),
        reserved_3y_usd_per_hour=_price(row, "reserved_3y_usd_per_hour"),
        source=row.source(),
    )


def _price(row: Row, key: str) -> float | None:
    value = row.optional_number(key)
    if value is not None and value <= 0:
        raise row.error(f"{key} must be above 0; leave it out where nothing is published.")
    return value


def _countries() -> dict[str, Country]:
    whole = toml("countries.toml")
    electricity = by_key("countries.toml", each(whole.rows("electricity"), _figure))
    rows = whole.rows("country")
    whole.finish()
    result: dict[str, Country] = {}
    for country in each(rows, partial(_country, electricity)):
        if country.code in result:
            raise ValueError(f"countries.toml: the code {country.code!r} appears twice.")
        result[country.code] = country
    return result


def _country(electricity: Mapping[str, Figure], row: Row) -> Country:
    code, name = row.text("code"), row.text("name")
    carbon = row.row("grid_carbon")
    country = Country(
        code=code,
        name=name,
        geography=row.one_of("geography", GEOGRAPHIES),
        in_european_union=row.flag("european_union"),
        electricity=(
            electricity[row.one_of("electricity", tuple(electricity))]
            if row.has("electricity")
            else None
        ),
        grid_carbon=_ranged(carbon, f"grid_carbon.{code}", f"Grid carbon of {name}"),
    )
    carbon.finish()
    return country


def _model(row: Row) -> ModelClass:
    return ModelClass(
        key=row.text("key"),
        name=row.text("name"),
        billions=row.number("billions"),
        active_billions=row.number("active_billions"),
        kv_bytes_per_token=row.number("kv_bytes_per_token"),
        source=row.source(),
    )


def _throughput(known: partial[str], row: Row) -> Throughput:
    return Throughput(
        workload=row.text("workload"),
        accelerator=known(row),
        rate=row.number("rate"),
        unit=row.text("unit"),
        stack=row.one_of("stack", ("vendor", "oss")),
        source=row.source(),
    )


def _api_prices(
    models: Mapping[str, ModelClass], providers: Mapping[str, Provider]
) -> tuple[ApiPrice, ...]:
    read = partial(_api_price, tuple(models), tuple(providers))
    prices = each(csv_rows("api_prices.csv"), read)
    names = [(price.vendor, price.model) for price in prices]
    for vendor, model in names:
        if names.count((vendor, model)) > 1:
            raise ValueError(f"api_prices.csv: {vendor} {model} appears twice.")
    return prices


def _biller(row: Row, providers: Sequence[str]) -> str:
    key = row.optional_text("billed_by")
    if key and key not in providers:
        raise row.error(f"billed_by must be a provider, not {key!r}.")
    return key


def _api_price(models: Sequence[str], providers: Sequence[str], row: Row) -> ApiPrice:
    price = ApiPrice(
        vendor=row.text("vendor"),
        model=row.text("model"),
        stands_for=_words(row, "stands_for", models),
        modalities=_words(row, "modalities", MODALITIES),
        usd_per_mtok_in=_price(row, "usd_per_mtok_in"),
        usd_per_mtok_out=_price(row, "usd_per_mtok_out"),
        usd_per_audio_minute=_price(row, "usd_per_audio_minute"),
        geographies=_words(row, "geographies", GEOGRAPHIES),
        zero_retention=_yes_or_unknown(row, "zero_retention"),
        home_country=row.text("home_country"),
        source=row.source(),
        pinned_factor=_price(row, "pinned_factor"),
        billed_by=_biller(row, providers),
    )
    if not row.text("note").startswith(JUDGEMENT):  # for which models it stands; not carried on
        raise row.error("the note must begin with judgement, and say what it stands for.")
    if not price.modalities:
        raise row.error("modalities is missing.")
    _check_how_it_is_sold(row, price)
    return price


def _check_how_it_is_sold(row: Row, price: ApiPrice) -> None:
    """By tokens, in and out, as a language model; or by the minute, for audio alone."""
    by_token = price.usd_per_mtok_in is not None
    if by_token != (price.usd_per_mtok_out is not None) or by_token != bool(price.stands_for):
        raise row.error("prices of tokens, in and out, and stands_for go together.")
    if by_token == (price.usd_per_audio_minute is not None):
        raise row.error("a model is sold by tokens or by the minute of audio.")
    if not by_token and price.modalities != ("audio",):
        raise row.error("what is sold by the minute accepts audio, and only that.")


def _words(row: Row, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """The words in the cell `key`, which spaces separate; none when it is empty."""
    words = tuple(row.optional_text(key).split())
    for word in words:
        if word not in allowed or words.count(word) > 1:
            raise row.error(f"{key} must name each of {', '.join(allowed)} at most once.")
    return words


def _yes_or_unknown(row: Row, key: str) -> bool | None:
    """True, False, or None where the cell is empty because nobody published it."""
    return row.one_of(key, ("true", "false")) == "true" if row.has(key) else None
