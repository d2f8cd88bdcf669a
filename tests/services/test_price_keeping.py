"""Bringing a price file, publishing it, and going back."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app import reference
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from app.domain.prices.reading import Stated
from app.persistence import Session, pinned, price_catalogue
from app.persistence.engine import Database, connect, migrate
from app.services import (
    assessments,
    audit,
    price_keeping,
    prices,
    projects,
    replaying,
    samples,
    weights,
)
from app.services.people import Person
from app.services.price_keeping import Choice, Upload
from tests.builders import NOON, a_person
from tests.domain.prices.builders import SKYPILOT, STATED

SHIPPED = reference.load()
TABLE = next(
    (p for p in Path(__file__).resolve().parents[3].glob("*/facts/cloud_gpu_prices.csv")), None
)
REASON = "Prices of November."


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


def a_file(*lines: str) -> Upload:
    return Upload("vms.csv", "\n".join((SKYPILOT, *lines)).encode())


# p5.48xlarge moves by +5 %, the other shipped machines of AWS are dropped but one that stays.
NEARER = a_file(
    "p5.48xlarge,H100,8,57.792,,us-east-1,",
    "p5en.48xlarge,H200,8,63.296,,us-east-1,",
    "g6.xlarge,L4,1,0.8048,,us-east-1,",
    "g5.xlarge,A10G,1,1.006,,us-east-1,",
)


def brought(db: Session, by: Person, upload: Upload = NEARER, stated: Stated = STATED) -> int:
    return price_keeping.bring(db, SHIPPED, by, upload, stated, NOON)


def publish(db: Session, by: Person, draft: int, **changes: object) -> int:
    choice = Choice(taken=("aws",), looked_at=("aws",), based_on=1, reason=REASON)
    return price_keeping.publish(db, SHIPPED, by, draft, replace(choice, **changes), NOON)  # type: ignore[arg-type]  # fields of a choice


def usd(db: Session, instance: str) -> list[float | None]:
    return [
        o.usd_per_hour
        for o in prices.all_offers(db, SHIPPED)
        if (o.provider, o.instance, o.region) == ("aws", instance, "us-east-1")
    ]


def test_looking_stores_nothing(db: Session, ada: Person) -> None:
    plan = price_keeping.plan(db, SHIPPED, ada, brought(db, ada), NOON)
    (aws,) = plan.changes
    assert plan.based_on == 1
    assert [round(change.share, 4) for change in aws.changed] == [0.05]
    assert [row.reason for row in aws.refused] == ["accelerator"]
    assert aws.dropped
    assert aws.cautions
    assert len(price_catalogue.every(db)) == 1
    assert prices.in_force(db, SHIPPED).facts is SHIPPED.facts


def test_publishing_changes_the_providers_that_are_taken_and_no_other(
    db: Session, ada: Person
) -> None:
    assert publish(db, ada, brought(db, ada)) == 2
    assert usd(db, "p5.48xlarge") == [7.224]
    after = [o for o in prices.all_offers(db, SHIPPED) if o.provider != "aws"]
    assert after == [o for o in SHIPPED.facts.offers if o.provider != "aws"]
    found = prices.in_force(db, SHIPPED)
    assert found.price_snapshot == 2
    assert found.facts.sha256 != SHIPPED.facts.sha256
    assert {o.provider for o in found.facts.offers} == {o.provider for o in SHIPPED.facts.offers}
    assert pinned.has_facts(db, found.facts.sha256)


def test_publishing_is_written_down_without_a_price(db: Session, ada: Person) -> None:
    publish(db, ada, brought(db, ada))
    (line, *_) = audit.newest(db, ada)
    assert (line.action, line.subject, line.detail) == ("published price catalogue", "2", REASON)


def test_a_caution_needs_somebody_who_looked_at_it(db: Session, ada: Person) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        publish(db, ada, brought(db, ada), looked_at=())
    assert [problem.path for problem in caught.value.problems] == ["looked_at.aws"]
    assert len(price_catalogue.every(db)) == 1


def test_a_jump_needs_a_look_for_each_provider(db: Session, ada: Person) -> None:
    jump = brought(db, ada, a_file("p5.48xlarge,H100,8,80,,us-east-1,"))
    with pytest.raises(InvalidAnswers, match="more than 30%"):
        publish(db, ada, jump, looked_at=("azure",))
    assert publish(db, ada, jump) == 2


def test_everything_wrong_with_a_choice_is_said_at_once(db: Session, ada: Person) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        publish(db, ada, brought(db, ada), taken=("azure",), reason=" ")
    assert [problem.path for problem in caught.value.problems] == ["taken", "reason"]


def test_a_provider_of_which_no_row_is_believed_cannot_be_taken(db: Session, ada: Person) -> None:
    with pytest.raises(InvalidAnswers, match="nothing to take"):
        publish(db, ada, brought(db, ada, a_file("p5.48xlarge,H100,8,0,,us-east-1,")))


def test_a_catalogue_published_meanwhile_is_a_conflict(db: Session, ada: Person) -> None:
    draft = brought(db, ada)
    publish(db, ada, draft)
    with pytest.raises(Conflict, match="Nothing was stored"):
        publish(db, ada, draft)
    assert len(price_catalogue.every(db)) == 2


def test_to_go_back_is_to_publish_an_earlier_one_again(db: Session, ada: Person) -> None:
    publish(db, ada, brought(db, ada))
    again = price_keeping.publish_again(
        db, SHIPPED, ada, 1, based_on=2, reason="Wrong month.", now=NOON
    )
    assert again == 3
    found = prices.in_force(db, SHIPPED)
    assert found.facts is SHIPPED.facts
    assert found.price_snapshot == 3
    assert [p.rows_of for p in price_keeping.listing(db, ada)] == [1, 2, 1]
    back = price_keeping.publish_again(db, SHIPPED, ada, 2, based_on=3, reason="No.", now=NOON)
    assert usd(db, "p5.48xlarge") == [7.224]
    assert back == 4


def test_what_is_in_force_is_not_published_again(db: Session, ada: Person) -> None:
    with pytest.raises(InvalidAnswers, match="in force already"):
        price_keeping.publish_again(db, SHIPPED, ada, 1, based_on=1, reason="Why.", now=NOON)
    with pytest.raises(NotFound):
        price_keeping.publish_again(db, SHIPPED, ada, 7, based_on=1, reason="Why.", now=NOON)


def test_a_file_is_kept_for_a_week(db: Session, ada: Person) -> None:
    draft = brought(db, ada)
    later = NOON + price_keeping.DRAFT_KEPT_FOR + timedelta(seconds=1)
    price_keeping.bring(db, SHIPPED, ada, NEARER, STATED, later)
    db.expire_all()
    with pytest.raises(NotFound, match="bring it again"):
        price_keeping.plan(db, SHIPPED, ada, draft, later)


def test_only_administrators_keep_prices(db: Session, ada: Person) -> None:
    bo, draft = a_person(db, "Bo"), brought(db, ada)
    for act in (
        lambda: price_keeping.listing(db, bo),
        lambda: brought(db, bo),
        lambda: price_keeping.plan(db, SHIPPED, bo, draft, NOON),
        lambda: publish(db, bo, draft),
        lambda: price_keeping.publish_again(
            db, SHIPPED, bo, 1, based_on=1, reason=REASON, now=NOON
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_saved_version_keeps_its_prices_and_a_new_one_has_the_new(
    db: Session, ada: Person
) -> None:
    before = weights.with_library_in_force(db, SHIPPED)
    samples.ensure(db, before, worlds=100, now=NOON)
    project = projects.sample(db, "video_startup")
    old = assessments.latest(db, project)
    assert old is not None
    dearer = [
        f"{o.instance},{o.accelerator},{o.unit},{o.unit * (o.usd_per_hour or 0) * 1.2},,{o.region},"
        for o in SHIPPED.facts.offers
        if o.provider == "aws" and o.usd_per_hour
    ]
    publish(db, ada, brought(db, ada, a_file(*dearer)))
    again = weights.with_library_in_force(db, SHIPPED)
    number = assessments.keep(db, again, project, by=None, title="", worlds=100, now=NOON)
    new = assessments.numbered(db, project, number)
    assert (old.price_snapshot, new.price_snapshot) == (1, 2)
    assert old.facts_sha256 == SHIPPED.facts.sha256 != new.facts_sha256
    for saved in (old, new):
        assert replaying.replay(db, project.id, saved.number).outcome == "equal"
    assert json.dumps(old.result) != json.dumps(new.result)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'footing.db'}"
    migrate(url)
    database = connect(url)
    yield database
    database.close()


def test_of_many_who_publish_at_once_one_does_and_nothing_is_half_there(shared: Database) -> None:
    with shared.alone() as session:
        prices.ensure(session, SHIPPED, NOON)
        weights.ensure(session, SHIPPED, NOON)
        ada = a_person(session, "Ada", is_administrator=True)
        draft = brought(session, ada)

    def attempt(_: int) -> str:
        try:
            with shared.alone() as session:
                publish(session, ada, draft)
        except Conflict:
            return "refused"
        return "published"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(attempt, range(4)))
    assert outcomes == ["published", "refused", "refused", "refused"]
    with shared.reading() as session:
        newest = price_catalogue.newest(session)
        assert newest is not None
        assert newest.number == 2
        assert prices.named(prices.all_offers(session, SHIPPED)) == newest.sha256


@pytest.mark.skipif(TABLE is None, reason="the full price list is not on this machine")
def test_the_real_table_of_2311_rows_is_judged_row_by_row_and_published(
    db: Session, ada: Person
) -> None:
    assert TABLE is not None
    draft = brought(db, ada, Upload(TABLE.name, TABLE.read_bytes()), Stated())
    plan = price_keeping.plan(db, SHIPPED, ada, draft, NOON)
    taken = sum(len(changed.offers) for changed in plan.changes)
    refused = sum(len(changed.refused) for changed in plan.changes)
    assert taken + refused + plan.repeated == 2_311
    assert taken > 900
    names = {c.key for c in plan.changes if not c.may_be_taken}
    assert names == {"oci", "runpod", "vast", "spheron"}  # of unknown home: reported, not dropped
    unknown = {r.sentence for c in plan.changes for r in c.refused if r.reason == "accelerator"}
    for name in ("A10", "MI300X", "H100-NVL", "B300", "TPU-v6e"):
        assert any(f"'{name}'" in s for s in unknown) or name == "TPU-v6e"
    keys = tuple(c.key for c in plan.changes if c.may_be_taken)
    assert publish(db, ada, draft, taken=keys, looked_at=keys) == 2
    found = prices.in_force(db, SHIPPED).facts
    assert {o.region for o in found.offers if o.provider == "azure"} - {
        o.region for o in SHIPPED.facts.offers
    }
    assert len(found.offers) < len(prices.all_offers(db, SHIPPED))
