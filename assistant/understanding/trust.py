"""How far a reading is trusted, and how often that may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SURE = 0.9
"""Chance from which one acts whatever is unexplained, where the budget allows."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """Shares of unrelated sentences that may be acted upon, and that may be asked about.

    What may be acted upon may be asked about too, unless nothing may.
    """

    acting: float
    asking: float


class Trust(Enum):
    """How far a reading is trusted."""

    NO = "not even asked about"
    ASK = "asked about"
    SURE = "acted upon where every word is explained"
    JUDGED = "acted upon, for all there is together outweighs a word that is not"
