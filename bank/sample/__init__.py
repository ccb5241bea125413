"""A made-up commercial bank, the same every time, with its catalogue and policy."""

from pathlib import Path

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
POLICY = Path(__file__).with_name("policy.yaml")
