"""Why there is no ledger to write to."""


class NoLedger(Exception):
    """The ledger cannot be opened. Check TELLER_LEDGER."""


class UnknownLedger(NoLedger):
    """The ledger cannot be used by this version of Teller."""
