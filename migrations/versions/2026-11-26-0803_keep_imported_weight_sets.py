"""Keep weight sets that came with imported versions.

Rules: one change; old code still running must survive it (add first, remove a release later);
data changes apart from changes of tables; reversible, or say here why not.

Revision ID: 8d27f0b3c5e1
Revises: d4f77f39c77c
Create Date: 2026-11-26 08:03:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "8d27f0b3c5e1"
down_revision = "d4f77f39c77c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that makes the table anew, without the triggers that keep it unchanged.
    op.add_column("weight_set", sa.Column("known_as", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("weight_set", "known_as")
