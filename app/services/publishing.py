"""Who puts weights or prices in force: one administrator, or one who approves another's."""

from dataclasses import dataclass

from app.services.people import Person


@dataclass(frozen=True)
class Publisher:
    """Who publishes.

    Attributes:
        by: whoever does it now.
        proposed_by: who wanted it, where `by` approves that.
    """

    by: Person
    proposed_by: Person | None = None

    @property
    def id(self) -> int:
        """Of the person whose idea it was."""
        return (self.proposed_by or self.by).id

    @property
    def name(self) -> str:
        """Both names, where there are two people."""
        if self.proposed_by is None:
            return self.by.name
        return f"{self.proposed_by.name}, approved by {self.by.name}"

    def said(self, reason: str) -> str:
        """The reason, with whoever gave it where that is somebody else than `by`."""
        if self.proposed_by is None:
            return reason
        return f"{self.proposed_by.name} (#{self.proposed_by.id}): {reason}"
