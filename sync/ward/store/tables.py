"""What the ward keeps. Lines and signed headers are the truth; votes, anchors and tallies are projections of them.

Every key that concerns a vote starts with the log, so that an engine which distributes tables can distribute these.
Times are Unix milliseconds. Hashes are raw bytes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from sync.ward.store.columns import LogId, Position, metadata

# Who may send

kiosks = Table(
    "kiosks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("made", BigInteger, nullable=False),
    Column("unit", Integer, nullable=False, server_default="1"),
)

codes = Table(  # a one-time code; `selector` (its first two letters) says which code a wrong guess was aimed at
    "codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kiosk", ForeignKey("kiosks.id"), nullable=False),
    Column("selector", String(2), nullable=False, index=True),
    Column("proof", LargeBinary, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False, default=0),
    Column("log", LogId),  # who used it
)

attempts = Table(  # wrong guesses by address, for the limit
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("attempts_by_address", "address", "at"),
)

logs = Table(
    "logs",
    metadata,
    Column("id", LogId, primary_key=True),
    Column("kiosk", ForeignKey("kiosks.id"), nullable=False, index=True),
    Column("key", LargeBinary, nullable=False),
    Column("enrolled", BigInteger, nullable=False),
    Column("succeeds", LogId),
    Column("have", BigInteger, nullable=False, default=0),
    Column("head", LargeBinary, nullable=False),
    Column("tip_seq", BigInteger, nullable=False, default=0),  # the highest place the log has ever named
    Column("tip_hash", LargeBinary),
    Column("tip_boot", Text),
    Column("tip_mono", BigInteger),
    Column("seen", BigInteger),
    Column("health", Text),
    Column("start", BigInteger),  # seq of the newest `start` entry: it explains the votes after it
    Column("branch", Integer, nullable=False, server_default="0"),  # which one counts, where the log is forked
)

# The truth

entries = Table(
    "entries",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("line", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

arrivals = Table(  # by this ward's clock: what was there by then is no younger
    "arrivals",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("branch", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),  # the last entry that came with this batch
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

headers = Table(  # signed headers that prove something: a date (`echo`), or another branch (`fork`, `tip`)
    "headers",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("why", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("sig", Text, nullable=False),
    Column("received", BigInteger, nullable=False),
)

branches = Table(  # the lines of the other branches of a forked log; never deleted
    "branches",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("line", Text, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("branch", Integer, nullable=False),  # 1 for the first that differed from `entries`, 2 for the next
)

# Projections

votes = Table(
    "votes",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),  # vote | trial
    Column("visit", BigInteger, nullable=False),
    Column("question", Text, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("lang", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("mono", BigInteger, nullable=False),
    Column("wall", BigInteger, nullable=False),
    Column("clock", Text, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("at", BigInteger),  # true time, or null: nothing is known
    Column("error", BigInteger),  # true time is within this of `at`
    Column("source", Text),  # echo | clock | wall | rtc | bounds
    Column("day", String(10), nullable=False),  # local day, "" when uncertain
    Column("hour", Integer, nullable=False),  # local hour, -1 when uncertain
    Column("session", Text, nullable=False),  # "" when uncertain or no calendar is known, or "outside"
    Index("votes_by_boot", "boot", "log"),  # in this order it also tells in which other logs a boot stands
    sqlite_with_rowid=False,
)

anchors = Table(  # evidence that ties a boot's monotonic clock to true time
    "anchors",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("boot", Text, primary_key=True),
    Column("came", BigInteger, primary_key=True),
    Column("left", BigInteger, primary_key=True),
    Column("time", BigInteger, primary_key=True),
    Column("source", Text, primary_key=True),  # echo | clock
)

boots = Table(  # stretches of entries of one boot, in the order of the log; bounds are of the boot's beginning
    "boots",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("boot", Text, nullable=False),
    Column("first_mono", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("last_mono", BigInteger, nullable=False),
    Column("returned", Boolean, nullable=False),  # the boot had been there before: its evidence is not believed
    Column("known", Boolean, nullable=False),  # the ward's own word dates it
    Column("arrived", BigInteger, nullable=False),
    Column("earliest", BigInteger),  # null: nothing is known before it
    Column("latest", BigInteger, nullable=False),
    Index("boots_by_name", "log", "boot"),
    sqlite_with_rowid=False,
)

openings = Table(  # when the counter is open, as a `start` said it where it differs from the one before
    "openings",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("sessions", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)

spells = Table(  # when the terminal could take votes, as its log says; see `spells.py`
    "spells",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("boot", Text, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("wall", BigInteger, nullable=False),
    Column("clock", Text, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("began_at", BigInteger),  # true time, or null: nothing is known
    Column("ended_at", BigInteger),
    Column("error", BigInteger),  # both are within this
    sqlite_with_rowid=False,
)

tallies = Table(
    "tallies",
    metadata,
    Column("kiosk", Integer, primary_key=True),
    Column("day", String(10), primary_key=True),  # before the question: a page reads days of a kiosk
    Column("question", Text, primary_key=True),
    Column("session", Text, primary_key=True),
    Column("hour", Integer, primary_key=True),
    Column("rating", Integer, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Index("tallies_empty", "n", sqlite_where=text("n = 0")),
    sqlite_with_rowid=False,
)

# What has been made visible

waiting = Table(  # votes that changed since they were last released
    "waiting",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("shown_day", String(10)),  # where it will be counted, once that is decided; null: where it was pressed
    Column("shown_session", Text),
    Column("shown_hour", Integer),
    Column("due", Boolean, nullable=False, server_default=false()),
    Column("looked", BigInteger),  # when that was last thought about
    Index("waiting_by_since", "since"),
    sqlite_with_rowid=False,
)

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made", BigInteger, nullable=False),
)

feed = Table(  # every released state of every place; the newest revision is what holds there now
    "feed",
    metadata,
    Column("position", Position, primary_key=True),
    Column("log", LogId, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("release", ForeignKey("releases.id"), nullable=False),
    Column("kind", Text, nullable=False),  # what the vote said: where another branch came to count, another vote
    Column("visit", BigInteger, nullable=False),
    Column("question", Text, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("at", BigInteger),
    Column("error", BigInteger),
    Column("source", Text),
    Column("day", String(10), nullable=False),
    Column("hour", Integer, nullable=False),
    Column("session", Text, nullable=False),
    Column("shown_day", String(10), nullable=False),  # where it is counted for everybody, never fewer than 3 visits
    Column("shown_session", Text, nullable=False),
    Column("shown_hour", Integer, nullable=False),
    UniqueConstraint("log", "seq", "revision", name="feed_revision"),
    Index("feed_by_day", "log", "day"),
)
