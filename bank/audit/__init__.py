"""The record of every look at the bank: who, as what, which tables and columns, shown to whom; chained, append-only."""

from bank.audit.audit import Audit, Record
from bank.audit.verify import Verified, verify

__all__ = ["Audit", "Record", "Verified", "verify"]
