"""How far a reading is trusted, and how often that may be wrong."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from assistant.language.records import dataclass

if TYPE_CHECKING:
    from assistant.understanding.learning.regression import Floats

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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for reading a sentence as an intent: figures (k,); ``firm`` is against it."""

    intent: str
    figures: Floats
    firm: bool
