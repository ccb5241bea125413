"""What the bot says: pure functions from values to Block Kit."""
