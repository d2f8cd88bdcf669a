"""Keep what somebody without an account says that criteria are worth to them.

Revision ID: 3d91c07e5b42
Revises: 0e6d3f5b18a4
Create Date: 2026-11-26 15:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "3d91c07e5b42"
down_revision = "0e6d3f5b18a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_weights",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["share_link.id"],
            name=op.f("fk_link_weights_link_id_share_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("link_id", "name", name=op.f("pk_link_weights")),
    )


def downgrade() -> None:
    op.drop_table("link_weights")
