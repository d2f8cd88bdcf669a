"""The tables: columns and what refers to what. No behaviour, but that assessments never change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column

JSONValue: TypeAlias = (
    Mapping[str, "JSONValue"] | Sequence["JSONValue"] | str | int | float | bool | None
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone, which would be stored as some other moment."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; Footing stores moments in UTC.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        del dialect
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Row(DeclarativeBase):
    """What every table has: names for its constraints, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, str: Text}  # noqa: RUF012  # SQLAlchemy's own form


# An old link to an erased project must not lead to a newer one.
_NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class PersonRow(Row):
    """Somebody with an account. Closed accounts stay, so that what they did keeps its author."""

    __tablename__ = "person"
    __table_args__ = _NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)  # in lower case
    password_hash: Mapped[str | None]
    is_administrator: Mapped[bool]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SignInLinkRow(Row):
    """A one-use way in. Without a person it creates the first administrator."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Row):
    """A signed-in browser; deleting the row signs it out at once."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # when it was last proved who sits there
    user_agent: Mapped[str]


class IdentityRow(Row):
    """Who a person is at an OpenID provider: issuer and subject together, never the address."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]


class OpenIdFlowRow(Row):
    """A browser on its way to the provider and back; taken once, and for ten minutes.

    With a person it links an identity to them; with an invitation it enters a team.
    """

    __tablename__ = "openid_flow"

    state_sha256: Mapped[str] = mapped_column(primary_key=True)
    browser_sha256: Mapped[str]  # of a cookie that only this browser has
    nonce: Mapped[str]
    verifier: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    invitation_sha256: Mapped[str]
    leads_to: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiTokenRow(Row):
    """A key with which a program does what its maker may; deleting the row ends it at once."""

    __tablename__ = "api_token"
    __table_args__ = _NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    label: Mapped[str]
    may_write: Mapped[bool]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class TeamRow(Row):
    """People who share projects."""

    __tablename__ = "team"
    __table_args__ = _NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


_KNOWN_ROLE = "role IN ('viewer', 'editor', 'owner')"


class MembershipRow(Row):
    """What somebody may do in a team."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint(_KNOWN_ROLE, name="role"),)

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str]
    since: Mapped[datetime]


class InvitationRow(Row):
    """A one-use way into a team."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(_KNOWN_ROLE, name="role"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    for_whom: Mapped[str]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    taken_addresses: Mapped[int] = mapped_column(server_default="0")  # tried with it


class AttemptRow(Row):
    """A guess at a secret, counted so that there cannot be many; the key is a hash."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class ProjectRow(Row):
    """One decision to make. A sample has a key and no team."""

    __tablename__ = "project"
    __table_args__ = _NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    purpose: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="RESTRICT"), index=True
    )
    sample_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class AnswerRow(Row):
    """What was typed for one question, as typed; null when it was taken back."""

    __tablename__ = "answer"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    revision: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(server_default=text("''"))  # some have no account
    window: Mapped[str] = mapped_column(server_default=text("''"))  # of the browser it was typed in
    at: Mapped[datetime]


class AnswerChangeRow(Row):
    """One answer as it was from one revision to the next: rows are added, never changed."""

    __tablename__ = "answer_change"
    __table_args__ = (
        UniqueConstraint("project_id", "question", "revision"),
        Index(None, "project_id", "id"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    question: Mapped[str]
    revision: Mapped[int]
    value: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    by_name: Mapped[str]
    window: Mapped[str]
    at: Mapped[datetime]


class StatedWeightsRow(Row):
    """What one person says that each criterion is worth to them, for one project."""

    __tablename__ = "stated_weights"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    content: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    at: Mapped[datetime]


class LinkWeightsRow(Row):
    """What somebody without an account says that each criterion is worth, by a link."""

    __tablename__ = "link_weights"

    link_id: Mapped[int] = mapped_column(
        ForeignKey("share_link.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    at: Mapped[datetime]


class NoteRow(Row):
    """What somebody said about a question, until it is resolved."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "project_id", "question"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    question: Mapped[str]
    text: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]


class AssignmentRow(Row):
    """Who is asked to answer a section of a project."""

    __tablename__ = "assignment"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    section: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))


class ActivityRow(Row):
    """What somebody did in a project, answering apart, in words; never an answer."""

    __tablename__ = "activity"
    __table_args__ = (Index(None, "project_id", "id"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_name: Mapped[str]
    did: Mapped[str]


class FactsRow(Row):
    """One snapshot of the reference data; triggers refuse to change or delete it.

    `content` is the snapshot's text, compressed; its SHA-256 before that is the name.
    """

    __tablename__ = "facts_snapshot"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    at: Mapped[datetime]


class WeightSetRow(Row):
    """One published set of weights; triggers refuse to change or delete it.

    The name is kept with the set, and the person is not a foreign key: a set outlives both. A
    set that came with an imported version has a number below 0, and in `known_as` the number
    that it was published under elsewhere.
    """

    __tablename__ = "weight_set"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    known_as: Mapped[int | None]


class PriceSnapshotRow(Row):
    """One published price catalogue; triggers refuse to change or delete it.

    `rows_of` is the snapshot whose offers it has: its own number, or that of the earlier one
    which it publishes again. `by_id` is null for one that came with Footing.
    """

    __tablename__ = "price_snapshot"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows_of: Mapped[int]
    sha256: Mapped[str]
    file: Mapped[str]
    form: Mapped[str]
    providers: Mapped[str]  # keys of those whose prices it changed, with commas between
    reason: Mapped[str]
    by_id: Mapped[int | None]
    by_name: Mapped[str]
    at: Mapped[datetime]


class PriceOfferRow(Row):
    """One offer of a published catalogue; triggers refuse to change or delete it.

    The two indexes answer "the cheapest of this accelerator, in a machine of so many", anywhere
    and in one country, in the order of the price, so that the first row that fits is the answer.
    """

    __tablename__ = "price_offer"
    __table_args__ = (
        Index(None, "snapshot", "accelerator", "usd_per_hour", "per_machine"),
        Index(None, "snapshot", "country", "accelerator", "usd_per_hour", "per_machine"),
    )

    snapshot: Mapped[int] = mapped_column(ForeignKey("price_snapshot.number"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_contender: Mapped[bool]
    provider: Mapped[str]
    region: Mapped[str]
    country: Mapped[str]
    geography: Mapped[str]
    accelerator: Mapped[str]
    instance: Mapped[str]
    unit: Mapped[float]
    per_machine: Mapped[float]
    usd_per_hour: Mapped[float | None]
    reserved_1y_usd_per_hour: Mapped[float | None]
    reserved_3y_usd_per_hour: Mapped[float | None]
    source: Mapped[str]
    as_of: Mapped[str]
    confidence: Mapped[str]


class PriceDraftRow(Row):
    """A price file that somebody looks at before its prices are published."""

    __tablename__ = "price_draft"
    __table_args__ = _NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    file: Mapped[str]
    provider: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class ProposalRow(Row):
    """Weights or prices that one administrator wants in force, until another one decides.

    `content` is what is wanted, as JSON. Names are kept, and people are not foreign keys: what
    was decided outlives them.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("kind IN ('weights', 'prices', 'prices_again')", name="kind"),
        CheckConstraint("outcome IN ('approved', 'turned_down', 'withdrawn')", name="outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (decided_by_name IS NULL)"
            " AND (outcome IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    based_on: Mapped[int]  # number of what was in force
    content: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    price_draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("price_draft.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str]
    by_id: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str | None]
    decided_by_name: Mapped[str | None]
    decided_why: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class AssessmentRow(Row):
    """A saved, numbered version of a project: answers, result and everything it was made from.

    `result` holds the bytes exactly as computed, so that the hash can be checked for ever.
    """

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    answers: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    result: Mapped[str]
    result_sha256: Mapped[str]
    question_set: Mapped[int]
    weight_set: Mapped[int] = mapped_column(ForeignKey("weight_set.number"))
    facts_sha256: Mapped[str] = mapped_column(ForeignKey("facts_snapshot.sha256"))
    price_snapshot: Mapped[int | None]  # for the page to say; the prices are in the facts
    engine_version: Mapped[str]
    seed: Mapped[int]
    worlds: Mapped[int]


class MilestoneRow(Row):
    """A name for a saved version, given later: the version itself never changes."""

    __tablename__ = "milestone"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "number"],
            ["assessment.project_id", "assessment.number"],
            ondelete="CASCADE",
        ),
    )

    project_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class KeptDraftRow(Row):
    """All answers of a project as they were before others took their place."""

    __tablename__ = "kept_draft"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    answers: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    by_name: Mapped[str]
    at: Mapped[datetime]


class DoneOnceRow(Row):
    """Something that a form asked for and that is done once, however often it is sent."""

    __tablename__ = "done_once"

    key: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class ScorecardRow(Row):
    """What an assessment found before anything was weighed.

    Apart, because only a draft of other weights reads it, and it is larger than the result.
    """

    __tablename__ = "scorecard"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[bytes]


class MeanValuesRow(Row):
    """What the newest version of a project found, as means over the worlds: one short row each.

    Apart from the scorecards, because a draft of weights is held against all of them at once.
    `content` is (contenders, criteria) in 64-bit floats, and `slices` what it takes to value them
    on other anchors, (contenders, criteria, slices) in 32-bit floats. It stands last: it is long,
    and only drafts of other anchors read it. These three are null for a version that was saved
    before there were other anchors than those that shipped.
    """

    __tablename__ = "mean_values"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), index=True
    )
    criteria: Mapped[str]  # keys, between spaces
    contenders: Mapped[str]  # option:family, between spaces
    profile: Mapped[str]
    ranks_itself: Mapped[bool]
    content: Mapped[bytes]
    anchors: Mapped[str | None]  # worst:best, between spaces
    ranked: Mapped[str | None]  # criteria, between spaces
    slices: Mapped[bytes | None]


class UsesRow(Row):
    """What an assessment made use of, in short, to be counted without reading results.

    Each is keys with blanks between: the must-haves that rule an option out, those that leave
    one open and rule none out, and the answers that a default stood in for.
    """

    __tablename__ = "uses"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    excludes: Mapped[str]
    leaves_open: Mapped[str]
    defaults: Mapped[str]


class AuditRow(Row):
    """Who did what, in words; triggers refuse to change or delete a line.

    The name is kept with the line, and the person is not a foreign key: a line outlives both.
    """

    __tablename__ = "audit"
    __table_args__ = _NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    by_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    team_id: Mapped[int | None]  # of the team that it was about, whose name is kept too
    team_name: Mapped[str] = mapped_column(server_default=text("''"))


class ShareLinkRow(Row):
    """A way in without an account: to read one version, or to answer some sections.

    Deleting the version, or the project, deletes it; also where it follows the newest one.
    """

    __tablename__ = "share_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "number"],
            ["assessment.project_id", "assessment.number"],
            ondelete="CASCADE",
        ),
        CheckConstraint("(number IS NULL) <> (sections IS NULL)", name="reads_or_answers"),
        Index(None, "project_id", "number"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    sections: Mapped[JSONValue] = mapped_column(JSON(none_as_null=True))
    follows_newest: Mapped[bool] = mapped_column(server_default=false())
    hides: Mapped[str] = mapped_column(server_default=text("''"))  # keys with blanks between
    passphrase_hash: Mapped[str | None]
    label: Mapped[str]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_count: Mapped[int]
    last_opened_at: Mapped[datetime | None]


class ImmutableError(Exception):
    """Somebody wrote code that would change a saved assessment."""


@event.listens_for(AssessmentRow, "before_update")
def _refuse_change(*_: object) -> None:
    raise ImmutableError("A saved assessment never changes; save a new version instead.")


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_change(statement: ORMExecuteState) -> None:
    mapper = statement.bind_mapper
    if statement.is_update and mapper is not None and mapper.class_ is AssessmentRow:
        _refuse_change()


class AskingRow(Row):
    """What is worth asking about a project, as it was last computed; the next one replaces it."""

    __tablename__ = "asking"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[JSONValue] = mapped_column(JSON, nullable=False)
    at: Mapped[datetime]


class CaseRevisionRow(Row):
    """One change to the library of cases: the case as it is from then on, or null once retired."""

    __tablename__ = "case_revision"

    case_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[JSONValue] = mapped_column(JSON(none_as_null=True))
    by_name: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class BacktestRow(Row):
    """One back-test of the published cases, with what it was computed with."""

    __tablename__ = "backtest"
    __table_args__ = (UniqueConstraint("facts_sha256", "weight_set", "engine_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    facts_sha256: Mapped[str]
    weight_set: Mapped[int]
    engine_version: Mapped[str]
    content: Mapped[str]
    at: Mapped[datetime]
