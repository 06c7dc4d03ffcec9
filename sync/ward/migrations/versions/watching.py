"""Findings about how figures came about: the votes they concern, what people wrote, how far it was looked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("findings", sa.Column("kiosk", sa.Integer(), nullable=True))
    for name, length in (("since", 10), ("until", 10), ("seen", 10)):
        op.add_column("findings", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.add_column("findings", sa.Column("said", sa.Text(), nullable=False, server_default=""))
    op.create_index("findings_by_kiosk", "findings", ["kiosk"], unique=False)
    op.create_table(
        "flags",
        sa.Column("log", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("finding", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("log", "seq", "finding"),
        sqlite_with_rowid=False,
    )
    op.create_index("flags_by_finding", "flags", ["finding"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notes_finding", "notes", ["finding"], unique=False)
    op.create_table(
        "watched",
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk"),
    )
    op.create_table(
        "watched_days",
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "day"),
        sqlite_with_rowid=False,
    )
    op.create_index("feed_by_day", "feed", ["log", "day"], unique=False)
