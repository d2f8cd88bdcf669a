"""What a priced machine is called in code, and which quota it counts against."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "machines.toml"


@dataclass(frozen=True)
class Machine:
    """One rented machine.

    Attributes:
        quota: the provider's name of the limit it counts against.
        accelerator_type: Google's name of its GPU; "" elsewhere.
        note: what to look into before relying on it.
    """

    instance: str
    vcpus: int
    quota: str
    accelerator_type: str
    note: str


@cache
def machines() -> dict[tuple[str, str], Machine]:
    """(cloud, instance) → machine, for every machine that code is written for."""
    document = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        (cloud, instance): Machine(
            instance=instance,
            vcpus=int(row["vcpus"]),
            quota=str(row["quota"]),
            accelerator_type=str(row.get("accelerator_type", "")),
            note=str(row.get("note", "")),
        )
        for cloud, rows in document.items()
        for instance, row in rows.items()
    }
