"""What may be known about the bank, and the one door to it."""
