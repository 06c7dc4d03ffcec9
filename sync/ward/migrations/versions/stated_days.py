"""What reports stand on: when kiosks could take votes, files handled, silences; and where a released vote is counted.

What was released before is counted where it was pressed. `ward rebuild` fills `spells`, and from them the coverage of
the days before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SHOWN = (("shown_day", sa.String(length=10), ""), ("shown_session", sa.Text(), ""), ("shown_hour", sa.Integer(), "-1"))


def upgrade() -> None:
    for name, kind, default in SHOWN:
        op.add_column("feed", sa.Column(name, kind, nullable=False, server_default=default))
        op.add_column("waiting", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE feed SET shown_day = day, shown_session = session, shown_hour = hour")
    op.add_column("waiting", sa.Column("due", sa.Boolean(), nullable=False, server_default=sa.false()))
    _make_spells()
    _make_coverage()
    _make_transactions()
    op.create_table(
        "silences",
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "since"),
        sqlite_with_rowid=False,
    )


def _make_spells() -> None:
    op.create_table(
        "spells",
        sa.Column("log", sa.String(length=32), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("wall", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("log", "first"),
        sqlite_with_rowid=False,
    )


def _make_coverage() -> None:
    op.create_table(
        "coverage",
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("able", sa.Integer(), nullable=False),
        sa.Column("perhaps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "day", "release"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "covered",
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("kiosk"),
    )
    op.create_index("ix_covered_day", "covered", ["day"], unique=False)


def _make_transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("transactions_by_day", "transactions", ["kiosk", "day", "channel"], unique=False)
