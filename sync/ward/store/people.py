"""Who may look: units, accounts, logins, tokens; and the audit trail of what they did."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sync.ward.store.columns import metadata

units = Table(  # a tree; number 1 is the ward itself, whose name stands in ward.toml
    "units",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", ForeignKey("units.id")),  # null: the ward itself
    UniqueConstraint("parent", "name", name="one_name"),
)

accounts = Table(  # never deleted: the audit trail names them
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # what is typed to log in, in small letters
    Column("person", Text, nullable=False),
    Column("proof", Text, nullable=False),  # argon2id
    Column("temporary", Boolean, nullable=False),  # somebody else knows the password: it opens only its own change
    Column("role", Text, nullable=False),
    Column("unit", ForeignKey("units.id"), nullable=False),
    Column("language", String(2), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("closed", BigInteger),
)

logins = Table(  # who is logged in; the secret is only in the browser's cookie
    "logins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("proof", LargeBinary, nullable=False, unique=True),
    Column("account", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("made", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
)

tries = Table(  # wrong passwords since the last right one: the pause until the next try grows with them
    "tries",
    metadata,
    Column("whose", Text, primary_key=True),  # "account NAME" or "address ADDRESS"
    Column("wrong", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("proof", LargeBinary, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("unit", Integer, nullable=False, server_default="1"),
    Column("used", BigInteger),  # when last, to the minute
    Column("revoked", BigInteger),
)

audit = Table(  # triggers refuse every change of a row; numbers have no gap, and each row hashes the one before
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
