"""What a driver said of a query that failed, without the bank's values: databases quote cells in their errors."""

import re

_VALUES = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|`[^`]*`|\d[\d.,:-]*")


def without_values(cause: str, sql: str) -> str:
    """The first line; what is quoted in it and every number stay only if the query itself holds them.

    Postgres: invalid input syntax for type integer: "Ann". DuckDB: Overflow in multiplication of INT32 (100000 * 100000)!
    """
    first_line = cause.strip().partition("\n")[0]
    return _VALUES.sub(lambda found: found[0] if found[0].strip("'\"“”`.,:") in sql else "“…”", first_line)
