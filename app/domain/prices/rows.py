"""One row of a price file as it stands there, and the names that Footing knows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.facts import Provider

_ZONE = re.compile(r"-?[a-z]$")


@dataclass(frozen=True)
class Priced:
    """What a file says of one machine in one region: texts as they stand; "" where it is silent.

    Attributes:
        line: where in the file.
        instance: the machine; "" where only an accelerator to be attached is priced.
        accelerator: its name in that file; "" where only a machine is priced.
        memory_gb: of one accelerator, where the file needs it to tell two apart.
        count: accelerators that the prices are for.
        usd_per_hour, reserved_1y, reserved_3y: for all of them, or for one where
            `is_per_accelerator`.
        remark: why the row is not to be taken, in the file's own words.
    """

    line: int
    provider: str
    region: str
    instance: str
    accelerator: str
    count: str
    usd_per_hour: str
    source: str
    as_of: str
    confidence: str = "medium"
    memory_gb: str = ""
    reserved_1y: str = ""
    reserved_3y: str = ""
    currency: str = "USD"
    per_machine: str = ""
    country: str = ""
    geography: str = ""
    is_per_accelerator: bool = False
    remark: str = ""

    @property
    def name(self) -> str:
        """The row in words, for a list."""
        what = self.instance or f"{self.count} {self.accelerator}"
        return f"{what} in {self.region}" if self.region else what


@dataclass(frozen=True)
class Place:
    """Where a region is.

    Attributes:
        country: ISO 3166 alpha-2; "" where the provider names no place.
        geography: a part of the world that Footing has storage prices and network times for, or
            `any`; "" for one that it has none for.
    """

    country: str
    geography: str


@dataclass(frozen=True)
class Vocabulary:
    """The names that may stand in a price file.

    Attributes:
        accelerators: name as files write it, in capitals, or (name, GB of memory) → key.
        places: (provider, region) → where that is.
        hosts: a machine whose accelerators are priced apart → (accelerator key, how many).
    """

    providers: Mapping[str, Provider]
    accelerators: Mapping[tuple[str, int | None], str]
    places: Mapping[tuple[str, str], Place]
    hosts: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def accelerator(self, name: str, memory_gb: str) -> str:
        """The key of the accelerator of this name; "" where no data sheet is known for it."""
        spelt = name.upper().replace(" ", "-")
        try:
            memory = round(float(memory_gb)) if memory_gb else None
        except (ValueError, OverflowError):
            memory = None
        return self.accelerators.get((spelt, memory), self.accelerators.get((spelt, None), ""))

    def region(self, provider: str, name: str) -> str:
        """The region that `name` is, or is a zone of: `us-central1-a` lies in `us-central1`."""
        if (provider, name) in self.places:
            return name
        without_zone = _ZONE.sub("", name)
        return without_zone if (provider, without_zone) in self.places else name
