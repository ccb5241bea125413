"""Every step the ledger's tables have taken, oldest first. A step that was released is never changed."""
