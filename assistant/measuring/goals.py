"""What the figures of `assistant bench` should be, by the names of their rows: the one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be: at most, or at least, a limit."""

    limit: float
    more: bool = False

    def reached(self, figure: float) -> bool:
        """Tell whether a figure is as it should be."""
        return figure >= self.limit if self.more else figure <= self.limit

    def eased(self, slack: float) -> Goal:
        """Return the goal for a machine that is worse by so much."""
        return Goal(self.limit / slack if self.more else self.limit * slack, self.more)

    def __str__(self) -> str:
        return f"{'≥' if self.more else '≤'} {self.limit:.3g}"


FIGURES = {
    "say_cold_vs_imports": Goal(1.5),
    "first_paint_vs_bare_app": Goal(1.5),
    "chat_memory": Goal(170),
    "new_skill_live": Goal(2),
    "values_in_20_words": Goal(1),
    "free_turn": Goal(500),
    "fit_1000_intents": Goal(10),
    "500_intents_vs_20": Goal(1.1),
    "turn_p95_vs_encoders": Goal(3),
    "turn_p95_vs_ort_int8": Goal(1),
}
"""Of the groups product and turn, each in its figure's unit."""

FLOORED = "distilbert_16_vs_ort_int8"
FLOOR_16 = "distilbert_16_vs_floor"

RATIOS = {
    FLOOR_16: Goal(1.6),
    FLOORED: Goal(0.35),
    **{f"distilbert_{tokens}_vs_ort_int8": Goal(0.5) for tokens in ("8", "32", "64", "128")},
    "batch32_vs_ort_int8": Goal(4, more=True),
    "squeezebert_16_vs_distilbert": Goal(0.65),
    "both_16_vs_ort_int8": Goal(0.6),
}
"""Of the engines on all cores."""

SLACK = 1.2
"""How much further from the goal one thread may be."""
