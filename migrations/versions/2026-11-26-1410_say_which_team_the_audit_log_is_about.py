"""Say which team a line of the audit log is about; lines from before do not.

Revision ID: c41f7a20e9d6
Revises: 5b0c9e71d3a8
Create Date: 2026-11-26 14:10:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "c41f7a20e9d6"
down_revision = "5b0c9e71d3a8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("team_id", sa.Integer(), nullable=True))
    empty = sa.text("''")
    op.add_column("audit", sa.Column("team_name", sa.Text(), server_default=empty, nullable=False))


def downgrade() -> None:
    op.drop_column("audit", "team_name")
    op.drop_column("audit", "team_id")
