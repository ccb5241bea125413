"""What Slack says and who hears it: thin functions that write to the ledger."""
