"""Which versions the code names, and until when each is supported."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "pins.toml"


@dataclass(frozen=True)
class Pin:
    """One version.

    Attributes:
        end_of_support: its last supported day, or the day by which somebody must look again.
        files: static files that hold exactly this version.
    """

    key: str
    name: str
    version: str
    checked_on: date
    end_of_support: date
    source: str
    files: tuple[str, ...]

    def is_past(self, today: date) -> bool:
        """Whether it must no longer be handed out."""
        return today > self.end_of_support


@cache
def pins() -> dict[str, Pin]:
    """Every pin by its key."""
    rows = tomllib.loads(_FILE.read_text("utf-8"))["pin"]
    return {row["key"]: _pin(row) for row in rows}


def _pin(row: dict[str, object]) -> Pin:
    files = row["files"]
    return Pin(
        key=str(row["key"]),
        name=str(row["name"]),
        version=str(row["version"]),
        checked_on=date.fromisoformat(str(row["checked_on"])),
        end_of_support=date.fromisoformat(str(row["end_of_support"])),
        source=str(row["source"]),
        files=tuple(files) if isinstance(files, list) else (),
    )
