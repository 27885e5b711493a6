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

    def __str__(self) -> str:
        return f"{'≥' if self.more else '≤'} {self.limit:.3g}"


FIGURES = {
    "say_cold_vs_imports": Goal(1.5),
    "first_paint_vs_bare_app": Goal(1.5),
    "chat_memory": Goal(170),
    "models_size": Goal(45),
    "new_skill_live": Goal(2),
    "values_in_20_words": Goal(1),
    "free_turn": Goal(500),
    "fit_1000_intents": Goal(10),
    "500_intents_vs_20": Goal(1.1),
    "turn_p95_vs_ort_int8": Goal(1),
}
"""Of the groups product and turn, each in its figure's unit."""

RATIOS = {
    "distilbert_8_vs_ort_int8": Goal(0.35),
    "distilbert_16_vs_ort_int8": Goal(0.3),
    "distilbert_32_vs_ort_int8": Goal(0.4),
    "distilbert_64_vs_ort_int8": Goal(0.4),
    "distilbert_128_vs_ort_int8": Goal(0.5),
    "batch32_vs_ort_int8": Goal(4, more=True),
    "both_16_vs_ort_int8": Goal(0.5),
}
"""Of the engines, on all cores and on one thread."""
