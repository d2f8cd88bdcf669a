"""The names that may stand in a price file: accelerators, regions, and machines priced apart."""

from collections.abc import Mapping
from functools import cache

from app.domain.facts import Facts
from app.domain.prices.rows import Place, Vocabulary
from app.reference.rows import Row, csv_rows, each, toml
from app.reference.tables import GEOGRAPHIES


def vocabulary(facts: Facts) -> Vocabulary:
    """What `facts` and the shipped names allow in a price file.

    Raises:
        ValueError: a table has a mistake; the text names the file and the row.
    """
    names, hosts = _names(tuple(facts.accelerators))
    return Vocabulary(facts.providers, names, _places(), hosts)


@cache
def _names(
    accelerators: tuple[str, ...],
) -> tuple[Mapping[tuple[str, int | None], str], Mapping[str, tuple[str, float]]]:
    whole = toml("price_names.toml")
    names: dict[tuple[str, int | None], str] = {}
    for row in whole.rows("accelerator"):
        key = row.one_of("key", accelerators)
        for name in each(row.rows("names"), _spelling):
            names[name] = key
        row.source()
        row.finish()
    hosts: dict[str, tuple[str, float]] = {}
    for row in whole.rows("host"):
        row.text("key")
        for load in row.rows("accelerators"):
            held = (load.one_of("accelerator", accelerators), load.number("count"))
            hosts.update(dict.fromkeys(load.texts("instances"), held))
            load.finish()
        row.source()
        row.finish()
    whole.finish()
    return names, hosts


def _spelling(row: Row) -> tuple[str, int | None]:
    memory = row.optional_number("memory_gb")
    return row.text("name"), None if memory is None else int(memory)


@cache
def _places() -> Mapping[tuple[str, str], Place]:
    return dict(each(csv_rows("regions.csv"), _place))


def _place(row: Row) -> tuple[tuple[str, str], Place]:
    key = (row.text("provider"), row.text("region"))
    country = row.optional_text("country")
    geography = row.optional_text("geography")
    if geography and geography not in (*GEOGRAPHIES, "any"):
        raise row.error(f"geography cannot be {geography!r}.")
    row.source()
    return key, Place(country, geography)
