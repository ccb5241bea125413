"""Drafts a catalogue and a policy from any database that SQLAlchemy opens, without writing a personal value anywhere."""
