"""Price files and the names that may stand in them, with defaults."""

from dataclasses import replace
from datetime import date
from typing import Any

from app import reference
from app.domain.facts import Offer, Source
from app.domain.prices.guards import Judged, judged
from app.domain.prices.reading import Stated, read_prices
from app.domain.prices.rows import Priced
from app.reference.price_names import vocabulary

FACTS = reference.load().facts
KNOWN = vocabulary(FACTS)
TODAY = date(2026, 11, 26)
STATED = Stated("aws", "https://example.org/vms.csv", "2026-11-20")
SKYPILOT = "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,AvailabilityZone"
GCP = "InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,Region,Price"
GPUHUNT = "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot"
OFFERS = (
    "provider,region,country,geography,accelerator,instance,unit,per_machine,usd_per_hour,"
    "reserved_1y_usd_per_hour,reserved_3y_usd_per_hour,source,as_of,confidence"
)


def an_offer(**changes: Any) -> Offer:  # noqa: ANN401  # whatever an offer has
    """Eight H100 of AWS in Virginia at 6.88 USD each, with changes."""
    offer = Offer(
        provider="aws",
        provider_name="Amazon Web Services",
        kind="hyperscaler",
        region="us-east-1",
        country="US",
        geography="us",
        accelerator="H100",
        instance="p5.48xlarge",
        unit=8.0,
        per_machine=8.0,
        usd_per_hour=6.88,
        reserved_1y_usd_per_hour=None,
        reserved_3y_usd_per_hour=None,
        source=Source("https://example.org/vms.csv", "2026-11-20", "medium"),
    )
    return replace(offer, **changes)


def a_row(**changes: Any) -> Priced:  # noqa: ANN401  # whatever a row has
    """The same as a row of a file, with changes."""
    row = Priced(
        line=2,
        provider="aws",
        region="us-east-1",
        instance="p5.48xlarge",
        accelerator="H100",
        count="8",
        usd_per_hour="55.04",
        source="https://example.org/vms.csv",
        as_of="2026-11-20",
    )
    return replace(row, **changes)


def judge(*rows: Priced, base: tuple[Offer, ...] = (an_offer(),)) -> Judged:
    return judged(rows, KNOWN, base, TODAY)


def read(text: str, stated: Stated = STATED) -> list[Priced]:
    return list(read_prices(text.encode(), stated, KNOWN).rows)
