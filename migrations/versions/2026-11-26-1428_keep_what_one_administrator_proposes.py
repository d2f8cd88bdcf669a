"""Keep weights and prices that one administrator proposes until another one decides.

Revision ID: 7be20d94a1c5
Revises: c41f7a20e9d6
Create Date: 2026-11-26 14:28:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "7be20d94a1c5"
down_revision = "c41f7a20e9d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("price_draft_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('weights', 'prices', 'prices_again')", name=op.f("ck_proposal_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('approved', 'turned_down', 'withdrawn')",
            name=op.f("ck_proposal_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by_name IS NULL)"
            " AND (outcome IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_proposal_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["price_draft_id"],
            ["price_draft.id"],
            name=op.f("fk_proposal_price_draft_id_price_draft"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposal_price_draft_id"), "proposal", ["price_draft_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_proposal_price_draft_id"), table_name="proposal")
    op.drop_table("proposal")
