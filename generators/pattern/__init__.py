"""Pattern Match: words to intent to SQL over a catalogue, deterministic, no model."""
