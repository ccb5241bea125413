"""A made-up commercial bank, the same every time, with its catalogue."""
