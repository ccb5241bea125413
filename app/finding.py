"""What a check of `teller doctor` found."""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["good", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found, in a sentence. `cure` is what to do about it."""

    grade: Grade
    sentence: str
    cure: str = ""
