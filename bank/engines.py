"""Which engine opens which database, and sqlglot's name for its dialect. Drivers are loaded when they are needed."""

from importlib import import_module

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bank.engine import ReadOnlyEngine
from bank.errors import Unreachable

# Engines with walls of their own, by SQLAlchemy's name of the backend.
_OWN = {
    "sqlite": ("bank.sqlite", "SQLiteEngine"),
    "postgresql": ("bank.postgres", "PostgresEngine"),
    "duckdb": ("bank.duckdb", "DuckDBEngine"),
}
_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}  # where sqlglot's name is another
# The extras of pyproject.toml that bring a driver.
EXTRAS = {
    "postgresql": "postgres",
    "mariadb": "mysql",
    **{name: name for name in ("duckdb", "mysql", "snowflake", "bigquery", "trino", "databricks")},
}


def open_engine(url: str, time_limit: float, mask_key: str = "") -> tuple[ReadOnlyEngine, str]:
    """The read-only engine of a database, and its dialect. `url` is an SQLAlchemy URL or a path to an SQLite file.

    `mask_key` is the secret behind pseudonyms. Raises `Unreachable`, also where the driver is not installed.
    """
    address = _address(url)
    backend = address.get_backend_name()
    try:
        module, name = _OWN.get(backend, ("bank.engine", "ReadOnlyEngine"))
        engine: ReadOnlyEngine = getattr(import_module(module), name)(address, time_limit, mask_key)
    except (ImportError, ArgumentError, NoSuchModuleError) as error:
        raise Unreachable(_no_driver(backend), cause=str(error)) from None
    return engine, _DIALECTS.get(backend, backend)


def _no_driver(backend: str) -> str:
    if backend in EXTRAS:
        return f'No driver for {backend} databases is installed. Install it: pip install "teller[{EXTRAS[backend]}]"'
    return f"No driver for {backend} databases is installed. Install one that SQLAlchemy knows."


def _address(url: str) -> URL:
    """A path without a scheme is an SQLite file."""
    try:
        return make_url(url) if "://" in url else URL.create("sqlite", database=url)
    except ArgumentError:
        raise Unreachable(
            "That is no database URL. Write it as sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from None
