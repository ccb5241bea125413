"""A made-up commercial bank, the same every time, with its catalogue."""

from pathlib import Path

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
