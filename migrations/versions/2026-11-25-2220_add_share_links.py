"""Add share links.

Revision ID: 3f0c9a5be271
Revises: 8c41d2e7a053
Create Date: 2026-11-25 22:20:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "3f0c9a5be271"
down_revision = "8c41d2e7a053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_count", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["person.id"],
            name=op.f("fk_share_link_created_by_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "number"],
            ["assessment.project_id", "assessment.number"],
            name=op.f("fk_share_link_project_id_number_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_share_link_token_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_share_link_project_id_number"), "share_link", ["project_id", "number"])


def downgrade() -> None:
    op.drop_table("share_link")
