"""The audit's tables, and the triggers by which the database itself keeps records from being changed or removed."""

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

metadata = MetaData()

# `hash` is of the record and of the one before, so that none can be changed or left out without all that follow.
records = Table(
    "audit_records",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),  # microseconds since 1970
    Column("body", Text, nullable=False),  # JSON, keys sorted
    Column("hash", String(64), nullable=False),
)
# One row: the end of the chain, so that records missing at the end are noticed too; whoever appends takes it first.
head = Table(
    "audit_head",
    metadata,
    Column("one", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
# A sealed period ends with that record; only what is sealed may be removed, and only up to a seal.
seals = Table(
    "audit_seals",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),  # the period's end, microseconds since 1970
    Column("removed", BigInteger, nullable=False, default=0),  # when its records were removed; 0: they are here
)

_REFUSAL = "records of the audit are never changed, and removed only up to a seal"
_SEALED = "OLD.number > (SELECT coalesce(max(number), 0) FROM audit_seals)"
_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS audit_unchanged BEFORE UPDATE ON audit_records BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER IF NOT EXISTS audit_kept BEFORE DELETE ON audit_records WHEN {_SEALED}"
    f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)
_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF TG_OP <> 'DELETE' OR {_SEALED} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN OLD; END $$""",
    """CREATE OR REPLACE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit_records
      FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
)


def make(connection: Connection) -> None:
    """Makes what is missing; replicas may start together."""
    metadata.create_all(connection)
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(statement)
    if connection.execute(select(head.c.one)).first() is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(head).values(one=1, number=0, hash=""))
        except IntegrityError:
            return  # another replica was quicker
