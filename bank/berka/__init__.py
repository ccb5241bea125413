"""The Czech bank of the PKDD 1999 challenge: a loader, a catalogue and a policy; the data is not shipped."""

from pathlib import Path

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
POLICY = Path(__file__).with_name("policy.yaml")
