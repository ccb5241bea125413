"""What is remembered: the ledger, and its copy in MLflow."""
