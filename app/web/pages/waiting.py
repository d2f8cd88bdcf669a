"""What waits for a second administrator, on the pages of what it would change."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.words import day
from app.services.proposals import Proposal


@dataclass(frozen=True)
class WaitingRow:
    """One proposal that waits.

    Attributes:
        is_overtaken: something else was published since.
    """

    address: str
    title: str
    proposed: str
    reason: str
    is_overtaken: bool


def waiting_rows(waiting: Sequence[Proposal]) -> tuple[WaitingRow, ...]:
    """The proposals that wait, as rows."""
    return tuple(
        WaitingRow(
            address=proposal_address(proposal.id),
            title=f"Proposal {proposal.id}",
            proposed=f"{day(proposal.at)} by {proposal.by.name}",
            reason=proposal.reason,
            is_overtaken=proposal.is_overtaken,
        )
        for proposal in waiting
    )


def proposal_address(proposal_id: int) -> str:
    """Where a proposal is shown."""
    return f"/admin/proposals/{proposal_id}"


def after_publishing(published: str, proposed: int | None) -> str:
    """Where to go next: to the proposal that was made, or to what was published."""
    return published if proposed is None else proposal_address(proposed)
