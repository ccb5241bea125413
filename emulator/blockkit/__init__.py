"""Block Kit as Slack checks it: known types, their fields, and their limits."""
