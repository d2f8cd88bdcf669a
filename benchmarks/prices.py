"""The cheapest fit among 100,000 offers in 100 regions, over the bare indexed lookup.

`python -m benchmarks.prices` prints a line for each database. Both sides send one statement over a
pooled connection, in turn, in one run. Timed above: what the page does, the statement built, sent,
and its row made an offer. Timed below: the same statement as text, over the driver alone. Beside
it stands what a scan of the same offers in Python takes.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from app import reference
from app.domain.facts import Facts, Offer, Source
from app.persistence import price_catalogue
from app.persistence.engine import Database, connect, migrate
from app.persistence.tables import PriceSnapshotRow
from app.reference import Reference
from benchmarks.databases import new_databases
from benchmarks.measuring import Line, in_turns, seconds

REGIONS, ROWS = 100, 100_000
ROUNDS, TIMES = 15, 50
NUMBER = 1_000_000  # no published catalogue has it


def lines() -> Iterator[Line]:
    """One line per engine."""
    shipped = reference.load()
    offers = synthetic(shipped.facts, ROWS)
    for name, url in new_databases():
        migrate(url)
        database = connect(url)
        store(database, offers)
        yield _line(name, database, shipped, offers)
        database.close()


def synthetic(facts: Facts, rows: int) -> list[Offer]:
    """So many offers in `REGIONS` regions, every kind of accelerator in each, of mixed prices."""
    keys, provider = facts.on_offer, next(iter(facts.providers.values()))
    countries = tuple(facts.countries)
    source = Source("https://example.org", "2026-11-26", "low")
    return [
        Offer(
            provider=provider.key,
            provider_name=provider.name,
            kind=provider.kind,
            region=f"region-{n % REGIONS}",
            country=countries[n % REGIONS % len(countries)],
            geography="us",
            accelerator=keys[n // REGIONS % len(keys)],
            instance=f"machine-{n}",
            unit=float(2 ** (n % 4)),
            per_machine=float(2 ** (n % 4)),
            usd_per_hour=1.0 + n * 7_919 % rows / rows,
            reserved_1y_usd_per_hour=None,
            reserved_3y_usd_per_hour=None,
            source=source,
        )
        for n in range(rows)
    ]


def store(database: Database, offers: list[Offer]) -> None:
    """Publish the offers as catalogue `NUMBER`."""
    with database.alone() as session:
        row = PriceSnapshotRow(
            number=NUMBER, rows_of=NUMBER, sha256="", file="", form="", providers="", reason="",
            by_id=None, by_name="bench", at=datetime(2026, 11, 26, tzinfo=UTC),
        )  # fmt: skip
        price_catalogue.add(session, row)
        price_catalogue.add_offers(session, NUMBER, offers, offers[:1])
    if database.dialect == "postgresql":
        with database.alone() as session:
            session.execute(text("ANALYZE price_offer"))


def _line(name: str, database: Database, shipped: Reference, offers: list[Offer]) -> Line:
    providers = shipped.facts.providers
    engine = database.engine
    if not isinstance(engine, Engine):
        raise TypeError(engine)
    query = price_catalogue.cheapest_query(NUMBER, "H100", 8)
    statement = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    pooled = engine.raw_connection()
    cursor = pooled.cursor()

    with database.reading() as session:

        def ours() -> Offer | None:
            return price_catalogue.cheapest(
                session, NUMBER, providers, accelerator="H100", at_least=8
            )

        def bare() -> object:
            cursor.execute(statement)
            return cursor.fetchone()

        def scan() -> Offer:
            fitting = (o for o in offers if o.accelerator == "H100" and o.per_machine >= 8)
            return min(fitting, key=lambda offer: offer.usd_per_hour or 0.0)

        if ours() != scan():
            raise ValueError("The two sides do not find the same offer.")
        spent: dict[str, float] = {}

        def fastest(key: str, work: Callable[[], object]) -> float:
            spent[key] = min(seconds(work) for _ in range(TIMES))
            return spent[key]

        ratio = in_turns(lambda: fastest("ours", ours), lambda: fastest("bare", bare), ROUNDS)
        scanned = seconds(scan)
    pooled.close()
    detail = (
        f"{spent['ours'] * 1e3:.2f} ms against {spent['bare'] * 1e3:.2f} ms; "
        f"a scan in Python {scanned * 1e3:.0f} ms"
    )
    what = f"cheapest fit of {len(offers):,} offers / the bare indexed lookup, {name}"
    return Line(what, ratio, "x time", detail)


if __name__ == "__main__":
    for line in lines():
        print(f"{line.name}: {line.figure:.1f} {line.unit}; {line.detail}")
