"""Publishing by two: what one administrator wants in force waits until another one approves it.

Where Footing is set up so, nothing that administrators publish on a page counts before. What is
approved is what was proposed, and only over what was in force then. Whoever runs the command line
is not bound: they could change the setting, or the database.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

from app.domain.decision.drafts import Draft
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session
from app.persistence import people as people_rows
from app.persistence import proposals as rows
from app.persistence.tables import ProposalRow
from app.reference import Reference
from app.services import audit, once, price_keeping, texts, weights
from app.services.people import Person
from app.services.price_keeping import Choice

Outcome = Literal["approved", "turned_down", "withdrawn"]
_DID: Mapping[Outcome, str] = {
    "approved": "approved",
    "turned_down": "turned down",
    "withdrawn": "withdrew",
}
_EXAMPLE = "the board agreed to it on Tuesday"


@dataclass(frozen=True)
class PricesOfFile:
    """The prices of some providers of a file that was brought.

    Attributes:
        draft_id: of the file; None when it is kept no longer, after the decision.
    """

    draft_id: int | None
    taken: tuple[str, ...]
    looked_at: tuple[str, ...]


@dataclass(frozen=True)
class PricesAgain:
    """An earlier catalogue, once more."""

    number: int


Wanted: TypeAlias = Draft | PricesOfFile | PricesAgain


@dataclass(frozen=True)
class Decision:
    """What became of a proposal."""

    outcome: Outcome
    by: str
    why: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """What somebody wants in force.

    Attributes:
        based_on: number of the set, or catalogue, that was in force when it was proposed.
        in_force: of the one that is now.
        decision: None while it waits.
    """

    id: int
    wanted: Wanted
    based_on: int
    in_force: int
    reason: str
    by: Person
    at: datetime
    decision: Decision | None

    @property
    def is_of_weights(self) -> bool:
        """Whether it is a weight set, not prices."""
        return isinstance(self.wanted, Draft)

    @property
    def is_overtaken(self) -> bool:
        """Whether something else has been published since, so that it cannot be approved."""
        return self.based_on != self.in_force


# ---- publishing, or proposing --------------------------------------------------------------------


def publish_weights(  # noqa: PLR0913  # what it takes to publish
    db: Session,
    reference: Reference,
    by: Person,
    draft: Draft,
    *,
    based_on: int,
    reason: str,
    second_person: bool,
    now: datetime,
) -> int | None:
    """Publish the draft; where a second person is needed propose it, and return its number.

    Raises:
        NotAllowed, InvalidAnswers, Conflict: as `weights.publish`.
    """
    if not second_person:

        def publish() -> str:
            number = weights.publish(
                db, reference, by, draft, based_on=based_on, reason=reason, now=now
            )
            return str(number)

        same = once.named("weights", draft, based_on, " ".join(reason.split()))
        once.done(db, by, same, publish, now=now)
        return None
    _, reason = weights.checked(reference, by, draft, based_on=based_on, reason=reason)
    return _propose(db, by, draft, based_on, reason, now)


def publish_prices(
    db: Session,
    shipped: Reference,
    by: Person,
    draft_id: int,
    choice: Choice,
    *,
    second_person: bool,
    now: datetime,
) -> int | None:
    """The same for the prices of a file that was brought.

    Raises:
        NotAllowed, NotFound, InvalidAnswers, Conflict: as `price_keeping.publish`.
    """
    if not second_person:
        price_keeping.publish(db, shipped, by, draft_id, choice, now)
        return None
    kept = price_keeping.check(db, shipped, by, draft_id, choice, now)
    wanted = PricesOfFile(draft_id, tuple(kept.taken), tuple(kept.looked_at))
    return _propose(db, by, wanted, kept.based_on, kept.reason, now)


def publish_prices_again(  # noqa: PLR0913  # what it takes to publish
    db: Session,
    shipped: Reference,
    by: Person,
    number: int,
    *,
    based_on: int,
    reason: str,
    second_person: bool,
    now: datetime,
) -> int | None:
    """The same for an earlier catalogue.

    Raises:
        NotAllowed, NotFound, InvalidAnswers, Conflict: as `price_keeping.publish_again`.
    """
    if not second_person:
        price_keeping.publish_again(
            db, shipped, by, number, based_on=based_on, reason=reason, now=now
        )
        return None
    reason = price_keeping.check_again(db, by, number, based_on=based_on, reason=reason)
    return _propose(db, by, PricesAgain(number), based_on, reason, now)


def _propose(
    db: Session, by: Person, wanted: Wanted, based_on: int, reason: str, now: datetime
) -> int:
    """Keep the proposal, and return its number; that of the same one, if `by` has just made it.

    Once something was decided, the same may be meant anew.
    """
    kind, what = _named(wanted)

    def keep() -> str:
        content = asdict(wanted)
        row = ProposalRow(
            kind=kind,
            based_on=based_on,
            price_draft_id=content.pop("draft_id", None),
            content=content,
            reason=reason,
            by_id=by.id,
            by_name=by.name,
            at=now,
        )
        number = rows.add(db, row)
        audit.note(db, by, f"proposed {what}, as proposal", str(number), now=now, detail=reason)
        return str(number)

    same = once.named("proposal", wanted, based_on, reason, rows.count_decided(db))
    return int(once.done(db, by, same, keep, now=now))


def _named(wanted: Wanted) -> tuple[str, str]:
    """Its kind, and what it is in words."""
    if isinstance(wanted, Draft):
        return "weights", "a weight set"
    return ("prices_again" if isinstance(wanted, PricesAgain) else "prices"), "a price catalogue"


# ---- looking -------------------------------------------------------------------------------------


def waiting_weights(db: Session, shipped: Reference, by: Person) -> list[Proposal]:
    """The weight sets that wait for a decision, oldest first.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    return _waiting(db, shipped, by, "weights")


def waiting_prices(db: Session, shipped: Reference, by: Person) -> list[Proposal]:
    """The same for prices."""
    return _waiting(db, shipped, by, "prices", "prices_again")


def _waiting(db: Session, shipped: Reference, by: Person, *kinds: str) -> list[Proposal]:
    _require_administrator(by)
    return [_proposal(db, shipped, row) for row in rows.waiting(db, kinds)]


def find(db: Session, shipped: Reference, by: Person, proposal_id: int) -> Proposal:
    """One proposal, decided or not.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such proposal.
    """
    _require_administrator(by)
    row = rows.by_id(db, proposal_id)
    if row is None:
        raise NotFound(f"There is no proposal {proposal_id}.")
    return _proposal(db, shipped, row)


def somebody_can_approve(db: Session, proposal: Proposal) -> bool:
    """Whether there is an administrator who did not propose it."""
    return people_rows.has_administrator_besides(db, proposal.by.id)


# ---- deciding ------------------------------------------------------------------------------------


def approve(
    db: Session, shipped: Reference, by: Person, proposal_id: int, reason: str, now: datetime
) -> None:
    """Put in force what somebody else proposed.

    Raises:
        NotAllowed: `by` is not an administrator, or proposed it.
        NotFound: there is no such proposal.
        InvalidAnswers: there is no reason.
        Conflict: it is decided already, or something else was published since. Of two at once,
            one decides.
    """
    proposal = find(db, shipped, by, proposal_id)
    if proposal.by.id == by.id:
        raise NotAllowed("You proposed it yourself: another administrator has to approve it.")
    if proposal.is_overtaken:
        raise Conflict(overtaken(proposal))
    _decide(db, by, proposal, "approved", texts.reason(reason, _EXAMPLE), now)
    try:
        _publish(db, shipped, by, proposal, now)
    except InvalidAnswers as invalid:  # nothing that whoever approves could type would mend it
        said = " ".join(problem.message for problem in invalid.problems)
        raise Conflict(f"It cannot be published as it was proposed: {said}") from invalid


def overtaken(proposal: Proposal) -> str:
    """Why a proposal over what is no longer in force cannot be approved."""
    what, again = (
        ("Weight set", "draft it again from that set")
        if proposal.is_of_weights
        else ("Price catalogue", "propose it again over that one")
    )
    return (
        f"{what} {proposal.in_force} was published after this was proposed over "
        f"{proposal.based_on}, so it cannot be approved any more: {again}."
    )


def _publish(
    db: Session, shipped: Reference, by: Person, proposal: Proposal, now: datetime
) -> None:
    wanted, based_on, reason = proposal.wanted, proposal.based_on, proposal.reason
    if isinstance(wanted, Draft):
        weights.publish(
            db,
            weights.in_force(db, shipped),
            by,
            wanted,
            based_on=based_on,
            reason=reason,
            now=now,
            proposed_by=proposal.by,
        )
    elif isinstance(wanted, PricesAgain):
        price_keeping.publish_again(
            db,
            shipped,
            by,
            wanted.number,
            based_on=based_on,
            reason=reason,
            now=now,
            proposed_by=proposal.by,
        )
    else:
        choice = Choice(wanted.taken, wanted.looked_at, based_on, reason)
        price_keeping.publish(
            db, shipped, by, wanted.draft_id or 0, choice, now, proposed_by=proposal.by
        )


def close(
    db: Session, shipped: Reference, by: Person, proposal_id: int, reason: str, now: datetime
) -> None:
    """Turn down what somebody else proposed, or withdraw one's own.

    Raises:
        NotAllowed, NotFound, InvalidAnswers: as `approve`; one's own may be withdrawn.
        Conflict: it is decided already.
    """
    proposal = find(db, shipped, by, proposal_id)
    why = texts.reason(reason, "the weight of cost was a slip of the pen")
    outcome: Outcome = "withdrawn" if proposal.by.id == by.id else "turned_down"
    _decide(db, by, proposal, outcome, why, now)


def _decide(
    db: Session, by: Person, proposal: Proposal, outcome: Outcome, why: str, now: datetime
) -> None:
    if not rows.decide(db, proposal.id, outcome, by_name=by.name, why=why, at=now):
        raise Conflict("This proposal is decided already: look at what became of it.")
    did = f"{_DID[outcome]} proposal"
    whose = f"{proposal.id} of {proposal.by.name} (#{proposal.by.id})"
    audit.note(db, by, did, whose, now=now, detail=why)


# ---- rows ----------------------------------------------------------------------------------------


def _proposal(db: Session, shipped: Reference, row: ProposalRow) -> Proposal:
    is_of_weights = row.kind == "weights"
    return Proposal(
        id=row.id,
        wanted=_wanted(row),
        based_on=row.based_on,
        in_force=weights.in_force(db, shipped).weights.version
        if is_of_weights
        else price_keeping.number_in_force(db),
        reason=row.reason,
        by=Person(row.by_id, row.by_name, is_administrator=True),
        at=row.at,
        decision=_decision(row),
    )


def _wanted(row: ProposalRow) -> Wanted:
    content = cast("Mapping[str, Any]", row.content)
    if row.kind == "weights":
        profiles = {key: tuple(ranked) for key, ranked in content["profiles"].items()}
        anchors = {key: (ends[0], ends[1]) for key, ends in content.get("anchors", {}).items()}
        return Draft(content["points"], profiles, anchors)
    if row.kind == "prices_again":
        return PricesAgain(content["number"])
    return PricesOfFile(row.price_draft_id, tuple(content["taken"]), tuple(content["looked_at"]))


def _decision(row: ProposalRow) -> Decision | None:
    if row.outcome is None or row.decided_at is None:
        return None
    outcome = cast("Outcome", row.outcome)
    return Decision(outcome, row.decided_by_name or "", row.decided_why or "", row.decided_at)


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may look at proposals and decide about them.")
