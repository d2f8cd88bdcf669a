"""Keep, in short, which must-haves and defaults an assessment made use of.

The next start fills it for the versions that are there.

Revision ID: 0e6d3f5b18a4
Revises: 7be20d94a1c5
Create Date: 2026-11-26 14:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0e6d3f5b18a4"
down_revision = "7be20d94a1c5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uses",
        sa.Column("assessment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("excludes", sa.Text(), nullable=False),
        sa.Column("leaves_open", sa.Text(), nullable=False),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_uses_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_uses")),
    )


def downgrade() -> None:
    op.drop_table("uses")
