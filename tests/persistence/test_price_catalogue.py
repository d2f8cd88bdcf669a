import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.domain.facts import Offer
from app.persistence import price_catalogue
from app.persistence.tables import PriceSnapshotRow
from tests.builders import NOON
from tests.domain.prices.builders import FACTS, an_offer

PROVIDERS = FACTS.providers


def a_snapshot_of(db: Session, offers: list[Offer], number: int = 2) -> int:
    row = PriceSnapshotRow(
        number=number,
        rows_of=number,
        sha256="",
        file="prices.csv",
        form="a table of offers",
        providers="aws",
        reason="A test.",
        by_id=None,
        by_name="Ada",
        at=NOON,
    )
    assert price_catalogue.add(db, row)
    price_catalogue.add_offers(db, number, offers, offers[:1])
    return number


def test_offers_come_back_in_order_and_to_the_last_figure(db: Session) -> None:
    offers = [an_offer(usd_per_hour=1 / 3), an_offer(provider="lambda", usd_per_hour=None)]
    offers[1] = an_offer(
        provider="lambda", provider_name="Lambda", kind="specialist", reserved_1y_usd_per_hour=0.1
    )
    number = a_snapshot_of(db, offers)
    assert price_catalogue.offers(db, number, PROVIDERS) == tuple(offers)
    assert price_catalogue.offers(db, number, PROVIDERS, contenders=True) == (offers[0],)


def test_of_two_with_one_number_one_is_published(db: Session) -> None:
    a_snapshot_of(db, [an_offer()])
    row = PriceSnapshotRow(
        number=2, rows_of=2, sha256="", file="", form="", providers="", reason="", by_id=None,
        by_name="Bo", at=NOON,
    )  # fmt: skip
    assert not price_catalogue.add(db, row)
    newest = price_catalogue.newest(db)
    assert newest is not None
    assert newest.by_name == "Ada"


@pytest.mark.parametrize("table", ["price_snapshot", "price_offer"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET source = ''"])
def test_what_is_published_never_changes(db: Session, table: str, change: str) -> None:
    a_snapshot_of(db, [an_offer()])
    statement = change.format(table).replace("source", "file" if "snapshot" in table else "source")
    with pytest.raises(DBAPIError, match="never changes"), db.begin_nested():
        db.execute(text(statement))


def test_the_cheapest_fit_is_the_cheapest_machine_that_is_large_enough(db: Session) -> None:
    small = an_offer(instance="p5.4xlarge", unit=1.0, per_machine=1.0, usd_per_hour=5.0)
    large = an_offer(usd_per_hour=6.0)
    abroad = an_offer(region="eu-north-1", country="SE", geography="eu", usd_per_hour=5.5)
    other = an_offer(accelerator="L4", usd_per_hour=0.8)
    unpriced = an_offer(instance="x", usd_per_hour=None)
    number = a_snapshot_of(db, [unpriced, other, large, abroad, small])

    def cheapest(at_least: float, country: str = "") -> Offer | None:
        return price_catalogue.cheapest(
            db, number, PROVIDERS, accelerator="H100", at_least=at_least, country=country
        )

    assert cheapest(1) == small
    assert cheapest(2) == abroad
    assert cheapest(2, "US") == large
    assert cheapest(9) is None
    assert cheapest(1, "JP") is None


def many_offers(regions: int, rows: int) -> list[Offer]:
    """So many offers in as many regions, of different prices and in no order."""
    keys = [key for key, a in FACTS.accelerators.items() if not a.reference_only]
    return [
        an_offer(
            region=f"region-{n % regions}",
            country=("US", "DE", "JP", "SE")[n % regions % 4],
            accelerator=keys[n % len(keys)],
            instance=f"machine-{n}",
            unit=float(2 ** (n % 4)),
            per_machine=float(2 ** (n % 4)),
            usd_per_hour=1.0 + (n * 7919 % rows) / rows,
        )
        for n in range(rows)
    ]


@pytest.mark.parametrize("country", ["", "DE"])
def test_the_cheapest_fit_is_looked_up_in_an_index(db: Session, country: str) -> None:
    """Neither database reads the table or sorts: 4,000 rows here, 100,000 in `make bench`."""
    number = a_snapshot_of(db, many_offers(100, 4_000))
    query = price_catalogue.cheapest_query(number, "H100", 8, country)
    named_by = "country_accelerator" if country else "snapshot_accelerator"
    bind = db.get_bind()
    statement = query.compile(bind, compile_kwargs={"literal_binds": True})
    if bind.dialect.name == "sqlite":
        steps = [row[3] for row in db.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
        assert len(steps) == 1  # no second step that sorts
        assert steps[0].startswith("SEARCH price_offer USING INDEX ix_price_offer_")
        assert named_by in steps[0]
        return
    db.execute(text("ANALYZE price_offer"))
    plan = json.dumps(db.execute(text(f"EXPLAIN (FORMAT JSON) {statement}")).scalar())
    assert '"Index Scan"' in plan
    assert named_by in plan
    assert '"Sort"' not in plan
    assert '"Seq Scan"' not in plan


def test_a_file_that_is_looked_at_is_kept_for_a_while(db: Session) -> None:
    stated = ("aws", "https://example.org", "2026-11-20")
    kept = price_catalogue.add_draft(db, content=b"a,b", file="a.csv", stated=stated, at=NOON)
    found = price_catalogue.draft(db, kept)
    assert found is not None
    assert found[1] == b"a,b"
    price_catalogue.forget_drafts(db, NOON + timedelta(seconds=1))
    db.expire_all()
    assert price_catalogue.draft(db, kept) is None
