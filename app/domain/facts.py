"""The shape of the reference data: dated figures, each with its source.

The rows themselves ship in `app.reference`; the domain only says what a row must hold.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.domain.errors import MissingFact

Confidence = Literal["high", "medium", "low"]
ProviderKind = Literal["hyperscaler", "specialist"]
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Source:
    """Where a figure comes from.

    Attributes:
        source: publisher, title or address; "judgement: ..." where nobody publishes it.
        as_of: the day, month or year the figure describes, ISO 8601.
        confidence: how far to trust it; a low one is always given as a range.
    """

    source: str
    as_of: str
    confidence: Confidence


@dataclass(frozen=True)
class Figure:
    """One number with its unit, its plausible range and its source.

    Attributes:
        key: dotted name, for example `pue.server_room`.
        value: the likely value, in `unit`.
        low, high: tenth and ninetieth percentile of what is plausible, in `unit`.
        label: what it is, in words for the page.
    """

    key: str
    label: str
    value: float
    low: float
    high: float
    unit: str
    source: Source
    note: str = ""


@dataclass(frozen=True)
class Accelerator:
    """A GPU model. Memory in GB, bandwidth in TB/s, compute in dense TFLOP/s, power in W.

    Attributes:
        nvlink: whether its machines link it fast enough to train one model over several.
        reference_only: rates were published on it, but nobody here sells or rents it.
        encrypts_memory: whether it can keep what it works on from whoever runs the machine.
    """

    key: str
    name: str
    memory_gb: float
    bandwidth_tb_s: float
    bf16_tflops: float
    fp8_tflops: float | None
    power_w: float
    nvlink: bool
    source: Source
    reference_only: bool = False
    encrypts_memory: bool = False


@dataclass(frozen=True)
class Server:
    """A machine one can buy. Price in USD, power in kW at full load."""

    key: str
    name: str
    accelerator: str
    accelerators: int
    price_usd: Figure
    power_kw: Figure


@dataclass(frozen=True)
class Offer:
    """One published price for renting one accelerator type in one region.

    Attributes:
        usd_per_hour: on-demand list price per accelerator-hour; None where none is published.
        reserved_1y_usd_per_hour, reserved_3y_usd_per_hour: per accelerator-hour, paid
            around the clock; None where none is published.
        country: ISO 3166 alpha-2 of the region; "" where the provider names no place.
        geography: `eu`, `us`, `asia`, or `any` where the provider names no place.
        unit: accelerators that are billed together at this price.
        per_machine: accelerators in the machine that they come from; bounds how far one
            model can be spread.
    """

    provider: str
    provider_name: str
    kind: ProviderKind
    region: str
    country: str
    geography: str
    accelerator: str
    instance: str
    unit: float
    per_machine: float
    usd_per_hour: float | None
    reserved_1y_usd_per_hour: float | None
    reserved_3y_usd_per_hour: float | None
    source: Source


@dataclass(frozen=True)
class SupportPlan:
    """The cheapest published plan under which a provider answers when production is down.

    Attributes:
        minimum_usd: paid in every month with a bill.
        tiers: (USD of the month's bill from which the share holds, share of the bill),
            ascending from 0; all at 0 where only the minimum is paid.
    """

    name: str
    minimum_usd: float
    tiers: tuple[tuple[float, float], ...]
    source: Source


@dataclass(frozen=True)
class Provider:
    """A cloud provider: the country whose law it answers to, its storage, egress and support.

    Attributes:
        storage_usd_per_gb_month: by geography; absent where not published.
        egress_tiers: (GB per month from which the price holds, USD per GB), ascending;
            empty where not published.
        between_zones_usd_per_gb: for what crosses between two zones of a region, both sides
            together; None where not published, as of those that sell no zones.
        support: None where no plan with a price is published.
        spot_source: who says that it rents out machines which it may take away at any moment;
            None where nobody is known to.
    """

    key: str
    name: str
    kind: ProviderKind
    home_country: str
    storage_usd_per_gb_month: Mapping[str, float]
    egress_tiers: tuple[tuple[float, float], ...]
    storage_source: Source | None
    egress_source: Source | None
    support: SupportPlan | None = None
    between_zones_usd_per_gb: float | None = None
    between_zones_source: Source | None = None
    spot_source: Source | None = None


@dataclass(frozen=True)
class Country:
    """A place to stand hardware. Electricity in USD/kWh, grid carbon in gCO2e/kWh.

    Attributes:
        geography: `eu`, `us` or `asia`: which published price region stands for it.
        electricity: None where no figure for the country was found.
        grid_carbon: annual average, location based; None where no figure was found.
        in_european_union: whether the law of the Union holds there.
    """

    code: str
    name: str
    geography: str
    electricity: Figure | None
    grid_carbon: Figure | None
    in_european_union: bool = False


@dataclass(frozen=True)
class Attested:
    """What one seller publishes of its attestations.

    Attributes:
        key: of the provider, or the name of the vendor.
        holds, lacks: attestations that it publishes, and that it cannot hold; any other is
            not known.
        single_tenant: whether its machines share no hardware with other customers; None
            where that is not published.
        encrypts: accelerators that it rents, one to a machine, with encrypted memory; of any
            other it is not known.
    """

    key: str
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    single_tenant: bool | None
    source: Source
    encrypts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Regime:
    """A rule that demands one attestation of whoever hosts the data."""

    key: str
    demands: str
    source: Source


@dataclass(frozen=True)
class ModelClass:
    """A size class of open models and the member that stands for it.

    Attributes:
        billions: parameters that must fit in memory.
        active_billions: parameters used per token (smaller for mixture of experts).
        kv_bytes_per_token: key-value cache, at 16 bit.
    """

    key: str
    name: str
    billions: float
    active_billions: float
    kv_bytes_per_token: float
    source: Source


@dataclass(frozen=True)
class Throughput:
    """A measured rate of one workload class on one accelerator.

    Attributes:
        workload: the class of model, for example `whisper_large_v3` or `sdxl_1024px`.
        stack: `vendor` (tuned submission) or `oss` (open-source serving).
    """

    workload: str
    accelerator: str
    rate: float
    unit: str
    stack: str
    source: Source


@dataclass(frozen=True)
class ApiPrice:
    """One published price of a model that is sold as a service.

    Attributes:
        stands_for: model size classes whose work it would do.
        modalities: what it accepts, by token; `audio` alone by the minute where it says so.
        usd_per_mtok_in, usd_per_mtok_out: per million tokens; None where it is not sold so.
        usd_per_audio_minute: for transcription; None where it is not sold so.
        geographies: where processing can be pinned (`eu`, `us`, `asia`); empty where the
            vendor publishes no such choice.
        zero_retention: whether a contract without retention is offered; None when not known.
        home_country: whose law the vendor answers to.
        pinned_factor: price with processing pinned to a region over the list price; None where
            nobody published what that costs.
        billed_by: the cloud provider on whose bill it stands, and under whose support plan it
            falls; empty where the vendor bills it itself.
    """

    vendor: str
    model: str
    stands_for: tuple[str, ...]
    modalities: tuple[str, ...]
    usd_per_mtok_in: float | None
    usd_per_mtok_out: float | None
    usd_per_audio_minute: float | None
    geographies: tuple[str, ...]
    zero_retention: bool | None
    home_country: str
    source: Source
    pinned_factor: float | None = None
    billed_by: str = ""

    @property
    def name(self) -> str:
        """Vendor and model, the vendor not twice where the model is called after it."""
        return self.model if self.model.startswith(self.vendor) else f"{self.vendor} {self.model}"


@dataclass(frozen=True)
class Facts:
    """All reference figures of one snapshot, and the checksum that names it."""

    figures: Mapping[str, Figure]
    accelerators: Mapping[str, Accelerator]
    servers: tuple[Server, ...]
    providers: Mapping[str, Provider]
    offers: tuple[Offer, ...]
    countries: Mapping[str, Country]
    models: Mapping[str, ModelClass]
    throughputs: tuple[Throughput, ...]
    sha256: str
    api_prices: tuple[ApiPrice, ...] = ()
    attested: Mapping[str, Attested] = field(default_factory=dict)
    regimes: Mapping[str, Regime] = field(default_factory=dict)

    @property
    def on_offer(self) -> tuple[str, ...]:
        """Keys of the accelerators that somebody sells or rents, in the order of the table."""
        return tuple(a.key for a in self.accelerators.values() if not a.reference_only)

    def figure(self, key: str) -> Figure:
        """The figure named `key`.

        Raises:
            MissingFact: there is no such row.
        """
        try:
            return self.figures[key]
        except KeyError:
            raise MissingFact(f"The facts have no figure named {key!r}.") from None


def earliest_day(as_of: str) -> date | None:
    """The first day that `as_of` (a year, month or day) may mean; None when it is no date."""
    match = _DATE.fullmatch(as_of)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    if year < date.min.year or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)
