"""Add revisions of the cases.

Revision ID: b4e07d1f6a92
Revises: 3f2a91c07d54
Create Date: 2026-11-25 22:47:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "b4e07d1f6a92"
down_revision = "3f2a91c07d54"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_revision",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_revision")),
    )


def downgrade() -> None:
    op.drop_table("case_revision")
