"""The Czech bank of the PKDD 1999 challenge: a loader and a catalogue; the data is not shipped."""

from pathlib import Path

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
