"""Publishing by two: proposing, approving, turning down, withdrawing."""

from datetime import timedelta

import pytest

from app import reference
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session, pinned, price_catalogue
from app.services import audit, price_keeping, prices, proposals, weights
from app.services.people import Person
from app.services.price_keeping import Choice
from app.services.proposals import PricesOfFile
from tests.builders import NOON, a_draft, a_person
from tests.services.test_price_keeping import brought, usd

SHIPPED = reference.load()
WHY = "Bills come first."
YES = "The board agreed."


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, "Bo", is_administrator=True)


def _propose(
    db: Session, by: Person, *, cost: float = 90, based_on: int = 1, reason: str = WHY
) -> int:
    number = proposals.publish_weights(
        db,
        weights.in_force(db, SHIPPED),
        by,
        a_draft(cost=cost),
        based_on=based_on,
        reason=reason,
        second_person=True,
        now=NOON,
    )
    assert number is not None
    return number


def _approve(db: Session, by: Person, number: int, reason: str = YES) -> None:
    proposals.approve(db, SHIPPED, by, number, reason, NOON)


def _in_force(db: Session) -> int:
    return weights.in_force(db, SHIPPED).weights.version


def _actions(db: Session, by: Person) -> list[str]:
    return [f"{line.by} {line.action} {line.subject}" for line in audit.newest(db, by)]


def test_without_the_setting_one_is_enough(db: Session, ada: Person) -> None:
    assert (
        proposals.publish_weights(
            db,
            SHIPPED,
            ada,
            a_draft(cost=90),
            based_on=1,
            reason=WHY,
            second_person=False,
            now=NOON,
        )
        is None
    )
    assert _in_force(db) == 2
    assert proposals.waiting_weights(db, SHIPPED, ada) == []


def test_what_one_proposes_counts_once_another_approves_it(
    db: Session, ada: Person, bo: Person
) -> None:
    number = _propose(db, ada, reason=f"  {WHY}\n")
    assert _in_force(db) == 1
    (waiting,) = proposals.waiting_weights(db, SHIPPED, bo)
    assert (waiting.id, waiting.reason, waiting.by.name) == (number, WHY, "Ada")
    _approve(db, bo, number)
    newest = weights.newest(db, SHIPPED, bo)
    assert (newest.number, newest.reason, newest.by) == (2, WHY, "Ada, approved by Bo")
    assert newest.weights.default_weights["cost"] == pytest.approx(90 / 170)
    assert proposals.waiting_weights(db, SHIPPED, bo) == []
    decision = proposals.find(db, SHIPPED, ada, number).decision
    assert decision is not None
    assert (decision.outcome, decision.by, decision.why) == ("approved", "Bo", YES)


def test_the_same_proposed_twice_waits_once_and_again_after_a_decision(
    db: Session, ada: Person, bo: Person
) -> None:
    """A double click; and what was withdrawn may be meant again on the same day."""
    first, second = _propose(db, ada), _propose(db, ada)
    assert first == second
    assert [one.id for one in proposals.waiting_weights(db, SHIPPED, ada)] == [first]
    assert _propose(db, bo) != first, "somebody else says so too"
    proposals.close(db, SHIPPED, ada, first, "A slip.", NOON)
    assert _propose(db, ada) != first


def test_every_step_is_a_line_of_the_audit_log(db: Session, ada: Person, bo: Person) -> None:
    first, second, third = (_propose(db, ada, cost=cost) for cost in (90, 91, 92))
    proposals.close(db, SHIPPED, bo, second, "Too much.", NOON)
    proposals.close(db, SHIPPED, ada, third, "A slip of the pen.", NOON)
    _approve(db, bo, first)
    signed, ada_signed = f"Bo (#{bo.id})", f"Ada (#{ada.id})"
    assert _actions(db, bo) == [
        f"{signed} published weight set 2",
        f"{signed} approved proposal {first} of {ada_signed}",
        f"{ada_signed} withdrew proposal {third} of {ada_signed}",
        f"{signed} turned down proposal {second} of {ada_signed}",
        *(
            f"{ada_signed} proposed a weight set, as proposal {number}"
            for number in (third, second, first)
        ),
    ]
    details = [line.detail for line in audit.newest(db, bo)]
    assert details[:4] == [f"{ada_signed}: {WHY}", YES, "A slip of the pen.", "Too much."]


def test_nobody_approves_their_own(db: Session, ada: Person) -> None:
    number = _propose(db, ada)
    renamed = Person(ada.id, "Somebody else", is_administrator=True)
    for by in (ada, renamed):
        with pytest.raises(NotAllowed, match="another administrator"):
            _approve(db, by, number)
    assert _in_force(db) == 1


def test_nobody_but_administrators_sees_proposes_or_decides(
    db: Session, ada: Person, bo: Person
) -> None:
    number = _propose(db, ada)
    eve = Person(bo.id, bo.name, is_administrator=False)
    for attempt in (
        lambda: _propose(db, eve),
        lambda: _approve(db, eve, number),
        lambda: proposals.close(db, SHIPPED, eve, number, YES, NOON),
        lambda: proposals.find(db, SHIPPED, eve, number),
        lambda: proposals.waiting_weights(db, SHIPPED, eve),
        lambda: proposals.waiting_prices(db, SHIPPED, eve),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(NotFound):
        _approve(db, ada, number + 1)


def test_what_could_not_be_published_cannot_be_proposed(db: Session, ada: Person) -> None:
    with pytest.raises(InvalidAnswers):
        _propose(db, ada, reason="")
    with pytest.raises(InvalidAnswers):
        _propose(db, ada, cost=-1)
    with pytest.raises(Conflict):
        _propose(db, ada, based_on=0)
    assert proposals.waiting_weights(db, SHIPPED, ada) == []


def test_a_decision_needs_a_reason_and_without_one_nothing_is_decided(
    db: Session, ada: Person, bo: Person
) -> None:
    number = _propose(db, ada)
    for decide in (proposals.approve, proposals.close):
        with pytest.raises(InvalidAnswers):
            decide(db, SHIPPED, bo, number, "  ", NOON)
    assert proposals.find(db, SHIPPED, bo, number).decision is None
    assert _in_force(db) == 1


def test_what_is_decided_stays_so(db: Session, ada: Person, bo: Person) -> None:
    number = _propose(db, ada)
    proposals.close(db, SHIPPED, bo, number, "No.", NOON)
    with pytest.raises(Conflict, match="decided already"):
        _approve(db, bo, number)
    with pytest.raises(Conflict, match="decided already"):
        proposals.close(db, SHIPPED, ada, number, "No.", NOON)
    assert _in_force(db) == 1


def test_what_was_overtaken_is_refused_with_a_sentence_and_can_be_turned_down(
    db: Session, ada: Person, bo: Person
) -> None:
    first, late = _propose(db, ada), _propose(db, bo, cost=30)
    _approve(db, bo, first)
    assert proposals.find(db, SHIPPED, ada, late).is_overtaken
    with pytest.raises(Conflict, match="Weight set 2 was published after this was proposed over 1"):
        _approve(db, ada, late)
    assert proposals.find(db, SHIPPED, ada, late).decision is None
    proposals.close(db, SHIPPED, ada, late, "Overtaken.", NOON)
    assert _in_force(db) == 2


def test_what_cannot_be_published_any_more_is_not_approved_either(
    db: Session, ada: Person, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _propose(db, ada)
    monkeypatch.setattr(weights, "LONGEST_REASON", 3)  # as a later Footing may want it
    with pytest.raises(Conflict, match="cannot be published as it was proposed: The reason has"):
        _approve(db, bo, number)
    assert pinned.newest_weights(db) == pinned.weights(db, 1)


# ---- prices --------------------------------------------------------------------------------------


def _propose_prices(db: Session, by: Person, draft: int, *, based_on: int = 1) -> int:
    strange = ("aws", "not-in-the-file" * 1_000)
    choice = Choice(taken=strange, looked_at=strange, based_on=based_on, reason=WHY)
    number = proposals.publish_prices(db, SHIPPED, by, draft, choice, second_person=True, now=NOON)
    assert number is not None
    return number


def test_prices_of_a_file_wait_too(db: Session, ada: Person, bo: Person) -> None:
    number = _propose_prices(db, ada, brought(db, ada))
    assert price_keeping.number_in_force(db) == 1
    (waiting,) = proposals.waiting_prices(db, SHIPPED, bo)
    assert isinstance(waiting.wanted, PricesOfFile)
    assert (waiting.wanted.taken, waiting.wanted.looked_at) == (("aws",), ("aws",))
    _approve(db, bo, number)
    assert usd(db, "p5.48xlarge") == [7.224]
    newest = price_keeping.listing(db, bo)[0]
    assert (newest.number, newest.by, newest.reason) == (2, "Ada, approved by Bo", WHY)


def test_a_file_is_kept_as_long_as_its_prices_wait(db: Session, ada: Person, bo: Person) -> None:
    waits, decided = brought(db, ada), brought(db, ada)
    number = _propose_prices(db, ada, waits)
    proposals.close(db, SHIPPED, bo, _propose_prices(db, ada, decided), "No.", NOON)
    price_catalogue.forget_drafts(db, NOON + timedelta(days=30))
    assert price_catalogue.draft(db, waits)
    assert price_catalogue.draft(db, decided) is None
    _approve(db, bo, number)
    assert price_keeping.number_in_force(db) == 2


def test_to_go_back_waits_too(db: Session, ada: Person, bo: Person) -> None:
    _approve(db, bo, _propose_prices(db, ada, brought(db, ada)))
    again = proposals.publish_prices_again(
        db, SHIPPED, bo, 1, based_on=2, reason="They were wrong.", second_person=True, now=NOON
    )
    assert again is not None
    assert price_keeping.number_in_force(db) == 2
    with pytest.raises(NotAllowed):
        _approve(db, bo, again)
    _approve(db, ada, again)
    assert price_keeping.number_in_force(db) == 3
    assert prices.in_force(db, SHIPPED).facts.offers == SHIPPED.facts.offers


def test_prices_that_were_overtaken_are_refused(db: Session, ada: Person, bo: Person) -> None:
    first, late = (_propose_prices(db, ada, brought(db, ada)) for _ in range(2))
    _approve(db, bo, first)
    with pytest.raises(Conflict, match="Price catalogue 2 was published after"):
        _approve(db, bo, late)
    assert price_keeping.number_in_force(db) == 2
