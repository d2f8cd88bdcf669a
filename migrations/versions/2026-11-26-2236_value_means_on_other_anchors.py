"""Keep what the mean values of a version are made of, so that other anchors can be tried on them.

What was saved before has mean values on the anchors that shipped, and nothing to revalue them from.

Revision ID: 5c0e8d7b1a42
Revises: 8f5b2e6a9c10
Create Date: 2026-11-26 22:36:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "5c0e8d7b1a42"
down_revision = "8f5b2e6a9c10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mean_values", sa.Column("anchors", sa.Text(), nullable=True))
    op.add_column("mean_values", sa.Column("ranked", sa.Text(), nullable=True))
    op.add_column("mean_values", sa.Column("slices", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("mean_values", "slices")
    op.drop_column("mean_values", "ranked")
    op.drop_column("mean_values", "anchors")
