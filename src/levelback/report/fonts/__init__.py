"""The typefaces that the picture and the PDF use: Inter (SIL Open Font License), for Latin text."""

from __future__ import annotations

from pathlib import Path

REGULAR = Path(__file__).with_name("Inter-Regular.ttf")
SEMIBOLD = Path(__file__).with_name("Inter-SemiBold.ttf")
