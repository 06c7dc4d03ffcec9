"""Units, accounts, logins; tokens have a unit and can be revoked; the audit trail is a chain that cannot be altered."""

import sqlalchemy as sa
from alembic import op

from sync.ward.audit import BEGINNING, link_audit

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A later migration that makes `audit` again (batch_alter_table on SQLite does) must make these again too.
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever appended to'); END"
SQLITE = (
    f"CREATE TRIGGER audit_keeps_update BEFORE UPDATE ON audit {REFUSE}",
    f"CREATE TRIGGER audit_keeps_delete BEFORE DELETE ON audit {REFUSE}",
    # INSERT OR REPLACE deletes what was there and asks no trigger about it
    f"""CREATE TRIGGER audit_keeps_order BEFORE INSERT ON audit
    WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM audit) {REFUSE}""",  # noqa: S608  a sentence of ours
)
POSTGRESQL = (
    """CREATE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is only ever appended to'; END $$""",
    """CREATE TRIGGER audit_keeps_rows BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_keeps()""",
    """CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps()""",
)


def upgrade() -> None:
    _people()
    op.add_column("kiosks", sa.Column("unit", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("tokens", sa.Column("unit", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("tokens", sa.Column("used", sa.BigInteger()))
    op.add_column("tokens", sa.Column("revoked", sa.BigInteger()))
    _chain()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _people() -> None:
    units = op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Integer()),
        sa.ForeignKeyConstraint(["parent"], ["units.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("parent", "name", name="one_name"),
    )
    op.bulk_insert(units, [{"name": "", "parent": None}])  # number 1
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger()),
        sa.ForeignKeyConstraint(["unit"], ["units.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "logins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("proof"),
    )
    op.create_index("ix_logins_account", "logins", ["account"])
    op.create_table(
        "tries",
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("whose"),
    )


def _chain() -> None:
    """The rows so far are numbered anew, in their order, and linked."""
    audit = op.create_table(
        "audit_chained",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    link = BEGINNING
    rows = op.get_bind().execute(sa.text("SELECT at, who, what, detail FROM audit ORDER BY id")).all()
    for number, row in enumerate(rows, 1):
        at, who, what, detail = row
        link = link_audit(link, (number, at, who, what, detail))
        op.bulk_insert(audit, [{"id": number, "at": at, "who": who, "what": what, "detail": detail, "hash": link}])
    op.drop_table("audit")
    op.rename_table("audit_chained", "audit")
