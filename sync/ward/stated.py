"""What is stated of days: each row holds from its release on, until the release in which another took its place."""

from sqlalchemy import ColumnElement, FromClause, and_, or_


def holds(table: FromClause, release: int | None) -> ColumnElement[bool]:
    """As of a release; None: now."""
    until = table.c.until
    if release is None:
        return until.is_(None)
    return and_(table.c.release <= release, or_(until.is_(None), until > release))
