"""The page on which a second administrator decides about what a first one proposed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.domain.decision.scorecard import SCORED_WORLDS
from app.reports.words import day
from app.services.proposals import Decision, PricesAgain, PricesOfFile, Proposal, overtaken
from app.services.weights import Preview, Published
from app.web.pages.base import NO_FAULTS, Faults, Page
from app.web.pages.waiting import proposal_address
from app.web.pages.weights import Effect, effect_of

_OUTCOMES = {"approved": "Approved", "turned_down": "Turned down", "withdrawn": "Withdrawn"}


@dataclass(frozen=True)
class ProposalPage(Page):
    """What is proposed, what it would change, and the form that decides.

    Attributes:
        what: "a weight set" or "prices".
        wants: what it wants, in words, where `effect` does not say so.
        file: where the file's changes are shown; empty where it is not about a file.
        back: address and name of the page it belongs to.
        again: where the proposed weights are a draft again; empty for prices.
        overtaken: why it cannot be approved any more; empty if it can.
        decided: what became of it; empty while it waits.
        is_own: whoever looks proposed it, and can only withdraw it.
        is_alone: nobody else is an administrator, so that nobody can approve it.
        effect: what a weight set would change, while that can still be approved.
        worlds: over how many worlds that is looked at.
    """

    template: ClassVar[str] = "admin/proposal.html"

    number: int
    address: str
    what: str
    based_on: int
    proposed: str
    reason: str
    wants: tuple[str, ...]
    file: str
    back: tuple[str, str]
    again: str
    overtaken: str
    decided: str
    decided_why: str
    is_own: bool
    is_alone: bool
    effect: Effect | None
    worlds: int
    typed: str
    faults: Faults


def proposal_page(
    proposal: Proposal,
    *,
    is_own: bool,
    is_alone: bool,
    compared: tuple[Published, Preview] | None,
    typed: str = "",
    wrong: Faults = NO_FAULTS,
) -> ProposalPage:
    """The page of a proposal; `compared` is the set in force and what the proposed one changes."""
    is_of_weights = proposal.is_of_weights
    wanted, decision = proposal.wanted, proposal.decision
    is_kept = isinstance(wanted, PricesOfFile) and wanted.draft_id is not None
    return ProposalPage(
        number=proposal.id,
        address=proposal_address(proposal.id),
        what="a weight set" if is_of_weights else "prices",
        based_on=proposal.based_on,
        proposed=f"{day(proposal.at)} by {proposal.by.name}",
        reason=proposal.reason,
        wants=tuple(_wants(proposal)),
        file=f"/admin/prices/files/{wanted.draft_id}" if is_kept else "",  # type: ignore[union-attr]  # of a file
        back=("/admin/weights", "Weights") if is_of_weights else ("/admin/prices", "Prices"),
        again=f"/admin/weights/new?proposal={proposal.id}" if is_of_weights else "",
        overtaken=overtaken(proposal) if proposal.is_overtaken and decision is None else "",
        decided=_decided(decision) if decision else "",
        decided_why=decision.why if decision else "",
        is_own=is_own,
        is_alone=is_alone,
        effect=effect_of(*compared) if compared else None,
        worlds=SCORED_WORLDS,
        typed=typed,
        faults=wrong,
    )


def _wants(proposal: Proposal) -> Iterator[str]:
    wanted = proposal.wanted
    if isinstance(wanted, PricesAgain):
        yield f"The prices of catalogue {wanted.number} are published once more."
    elif isinstance(wanted, PricesOfFile):
        yield f"The prices of a file are taken for: {', '.join(wanted.taken)}."
        if wanted.looked_at:
            names = ", ".join(wanted.looked_at)
            yield f"Its cautions were looked at, and called right, for: {names}."


def _decided(decision: Decision) -> str:
    return f"{_OUTCOMES[decision.outcome]} by {decision.by} on {day(decision.at)}"
