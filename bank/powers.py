"""What a Postgres role could do beyond reading what is catalogued, as the database's own catalogues say; and a role that cannot."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from bank.schema import Schema

_ATTRIBUTES = {
    "rolsuper": "is a superuser, whom no grant stops",
    "rolcreaterole": "may create roles",
    "rolcreatedb": "may create databases",
    "rolreplication": "may copy the whole server by replication",
    "rolbypassrls": "sees rows that row security hides",
}
_MEMBERSHIPS = {
    "pg_write_all_data": "may write every table",
    "pg_read_all_data": "may read every table",
    "pg_read_server_files": "may read files of the server",
    "pg_write_server_files": "may write files of the server",
    "pg_execute_server_program": "may run programs on the server",
}
_OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'"
_WRITABLE = f"""SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND (
    has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(c.oid, 'INSERT, UPDATE, REFERENCES')) ORDER BY 1, 2"""
_READABLE = f"""SELECT n.nspname = current_schema(), c.relname, a.attname FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND has_column_privilege(c.oid, a.attnum, 'SELECT')"""
_SCHEMAS = f"SELECT n.nspname FROM pg_namespace n WHERE {_OURS} AND has_schema_privilege(n.oid, 'CREATE') ORDER BY 1"
_FEW = 5


def excess(connection: Connection, schema: Schema) -> list[str]:
    """A sentence for each thing the role could do that it need not; none: it can only read what is catalogued."""
    return [*_writes(connection), *_reads(connection, schema)]


def _writes(connection: Connection) -> Iterator[str]:
    role = connection.execute(text("SELECT * FROM pg_roles WHERE rolname = current_user")).mappings().one()
    name = role["rolname"]
    yield from (f"{name} {says}." for attribute, says in _ATTRIBUTES.items() if role[attribute])
    for group, says in _MEMBERSHIPS.items():
        known = "EXISTS (SELECT 1 FROM pg_roles WHERE rolname = :group) AND pg_has_role(current_user, :group, 'MEMBER')"
        if not role["rolsuper"] and connection.execute(text(f"SELECT {known}"), {"group": group}).scalar():
            yield f"{name} is a member of {group}: it {says}."
    if writable := [f"{space}.{table}" for space, table in connection.execute(text(_WRITABLE))]:
        yield f"{name} may write {_listed(writable)}."
    if spaces := [space for (space,) in connection.execute(text(_SCHEMAS))]:
        yield f"{name} may create tables in the schema {_listed(spaces)}."
    if connection.execute(text("SELECT has_database_privilege(current_database(), 'CREATE')")).scalar():
        yield f"{name} may create schemas in this database."


def _reads(connection: Connection, schema: Schema) -> Iterator[str]:
    catalogued = {(table.live, live) for table in schema.tables.values() for _, live in table.columns.values()}
    more = sorted(
        f"{table}.{column}"
        for here, table, column in connection.execute(text(_READABLE))
        if not (here and (table, column) in catalogued)
    )
    if more:
        yield f"It may read {_listed(more)}, which the catalogue does not list."


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + rest


def reader(schema: Schema) -> str:
    """SQL that makes a role which can read what is catalogued and do nothing else."""
    grants = [
        f"GRANT SELECT ({', '.join(_quoted(live) for _, live in table.columns.values())}) ON {_quoted(table.live)} TO teller_reader;"
        for table in schema.tables.values()
    ]
    make = "CREATE ROLE teller_reader LOGIN PASSWORD '…' CONNECTION LIMIT 20;"
    older = "-- Databases older than 15 let everybody create tables: REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
    return "\n".join([make, *grants, older])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
