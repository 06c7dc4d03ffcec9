"""What the columns of several tables are, and the list that every table enters itself in."""

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData()
Position = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER key
LogId = String(32)
