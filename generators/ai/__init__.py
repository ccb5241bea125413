"""AI-Powered: one model through an OpenAI-compatible endpoint."""
