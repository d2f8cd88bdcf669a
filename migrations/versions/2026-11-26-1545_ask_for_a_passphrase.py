"""Keep, as a hash, the passphrase that a link asks for.

Revision ID: 8f5b2e6a9c10
Revises: 3d91c07e5b42
Create Date: 2026-11-26 15:45:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "8f5b2e6a9c10"
down_revision = "3d91c07e5b42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("share_link", sa.Column("passphrase_hash", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("share_link", "passphrase_hash")
