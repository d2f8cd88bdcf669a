"""Make the committed schema slices again: `python -m tests.blueprints.slicing FOLDER`.

FOLDER holds `schema-aws.json.gz` and its like: whole provider schemas as extracted from the
type declarations inside the `cdktn-provider-*` wheels of PyPI (CDK Terrain), whose metadata name
the provider version. Only what our files use is kept: names, kinds, and which are required.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from app.blueprints.static_files import STATIC
from tests.blueprints.terraform import SCHEMAS, types_used

FOLDERS = {"aws": "cloud-aws", "google": "cloud-gcp", "azurerm": "cloud-azure"}
PACKAGES = {
    "aws": "cdktn-provider-aws 25.8.1",
    "google": "cdktn-provider-google 21.1.0",
    "azurerm": "cdktn-provider-azurerm 18.9.0",
}


def main(folder: Path) -> None:
    """Write every slice for which the whole schema is there."""
    for provider, static in FOLDERS.items():
        with gzip.open(folder / f"schema-{provider}.json.gz") as file:
            whole = json.load(file)
        (SCHEMAS / f"{provider}.json").write_text(_slice(whole, provider, static), "utf-8")


def _slice(whole: dict[str, Any], provider: str, static: str) -> str:
    files = {p.name: p.read_text("utf-8") for p in (STATIC / static).rglob("*.tf")}
    used = types_used(files)
    kept: dict[str, Any] = {
        "source": {
            "provider": f"hashicorp/{provider}",
            "version": whole["_source"]["version"],
            "package": PACKAGES[provider],
            "extracted_on": "2026-11-24",
        },
        "provider": {provider: whole["provider"][provider]},
    }
    for kind in ("resource", "data"):
        kept[kind] = {t: whole[kind][t] for k, t in sorted(used) if k == kind and t in whole[kind]}
    return one_line_each(kept)


def one_line_each(document: dict[str, Any]) -> str:
    """JSON with a line per entry of each part, so that a difference shows which one changed."""
    parts = []
    for name, part in sorted(document.items()):
        rows = [f"{json.dumps(key)}:{_packed(value)}" for key, value in sorted(part.items())]
        parts.append(f"{json.dumps(name)}:{{\n" + ",\n".join(rows) + "\n}")
    return "{" + ",\n".join(parts) + "}\n"


def _packed(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
