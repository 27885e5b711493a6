"""What the times of the engines come to: ratios, what they should be, and a table of both.

``distilbert_16_vs_X`` is our time over X's for a sentence of 16 tokens, so less is better;
``batch32_vs_X`` is our tokens a second over X's for 32 sentences, so more is better.
``floor`` is reading the weights once, ``multiply`` multiplying them by the tokens without reading
them from memory: no engine is faster than either. ``_one_thread`` is said of those on one thread.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.measuring.engines.cases import BATCHES, CASES, SINGLE, lengths_of
from assistant.measuring.engines.rounds import FLOORS, OURS, PEAK, RIVALS, Timings, threads_of

ONE = "_one_thread"
SLACK = 1.2
"""How much further from the target one thread may be."""

FLOORED = "distilbert_16_vs_ort_int8"
FLOOR_16 = "distilbert_16_vs_floor"


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio should be: at most, or at least, a limit."""

    limit: float
    more: bool = False

    def reached(self, ratio: float) -> bool:
        """Tell whether a ratio is as it should be."""
        return ratio >= self.limit if self.more else ratio <= self.limit

    def eased(self) -> Target:
        """Return the target for one thread."""
        return Target(self.limit / SLACK if self.more else self.limit * SLACK, self.more)

    def __str__(self) -> str:
        return f"{'≥' if self.more else '≤'} {self.limit:.3g}"


TARGETS = {
    FLOOR_16: Target(1.6),
    FLOORED: Target(0.35),
    **{f"distilbert_{tokens}_vs_ort_int8": Target(0.5) for tokens in ("8", "32", "64", "128")},
    "batch32_vs_ort_int8": Target(4, more=True),
    "squeezebert_16_vs_distilbert": Target(0.65),
    "both_16_vs_ort_int8": Target(0.6),
}


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Return the median over the rounds of ours by theirs; None where there are no rounds."""
    if not ours or len(ours) != len(theirs):
        return None
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def ratios_of(timings: Timings, suffix: str = "") -> dict[str, float]:
    """Return every ratio that was measured, by its name."""
    found: dict[str, float | None] = {}
    of = timings.of
    for rival in (*FLOORS, *RIVALS):
        for case in SINGLE:
            ours = of(OURS.name, case)
            found[f"distilbert_{case}_vs_{rival.name}"] = paired(ours, of(rival.name, case))
        for case in BATCHES:
            ours = of(OURS.name, case)
            found[f"{case}_vs_{rival.name}"] = paired(of(rival.name, case), ours)
        if rival not in FLOORS:
            found[f"both_16_vs_{rival.name}"] = paired(of("both", "16"), of(rival.name, "16"))
    for case in SINGLE:
        ours = of(OURS.name, case)
        found[f"squeezebert_{case}_vs_distilbert"] = paired(of("squeezebert", case), ours)
    return {f"{name}{suffix}": ratio for name, ratio in found.items() if ratio is not None}


def target_of(name: str) -> Target | None:
    """Return what a ratio should be, None where nothing is asked of it."""
    target = TARGETS.get(name.removesuffix(ONE))
    return target.eased() if target and name.endswith(ONE) else target


def verdict(name: str, ratios: Mapping[str, float]) -> str:
    """Return whether a ratio is reached; beside the floor, the floor's target may stand for it."""
    target = target_of(name)
    if target is None:
        return ""
    if target.reached(ratios[name]):
        return "reached"
    if _beyond_cpu(name, ratios):
        return "beyond this CPU"
    return "the floor's stands" if _below_floor(name, ratios) else "NOT REACHED"


def _beyond_cpu(name: str, ratios: Mapping[str, float]) -> bool:
    """Tell whether even the multiplications alone would miss a target on this machine."""
    suffix = ONE if name.endswith(ONE) else ""
    target = target_of(name)
    alone = ratios.get(f"{name.removesuffix(ONE).partition('_vs_')[0]}_vs_{PEAK.name}{suffix}")
    return target is not None and alone is not None and not target.reached(ratios[name] / alone)


def _below_floor(name: str, ratios: Mapping[str, float]) -> bool:
    """Tell whether a target would ask for less than the floor's target does."""
    suffix = ONE if name.endswith(ONE) else ""
    floor = FLOOR_16 + suffix
    target, least = target_of(name), target_of(floor)
    if name != FLOORED + suffix or floor not in ratios or target is None or least is None:
        return False
    return target.limit * ratios[floor] / ratios[name] < least.limit


def targets_of(ratios: Mapping[str, float]) -> dict[str, dict[str, object]]:
    """Return what should be and whether it is, of every ratio of which something is asked."""
    asked = [name for name in ratios if target_of(name)]
    return {
        name: {"target": str(target_of(name)), "verdict": verdict(name, ratios)} for name in asked
    }


def table(timings: Timings, ratios: Mapping[str, float], suffix: str = "") -> str:
    """Return our times with the ratios to every other, then what is asked, as text."""
    names = [row.name for row in (*FLOORS, *RIVALS) if timings.seconds.get(row.name)]
    head = f"{threads_of(timings.threads):22}{'ours':>10}"
    lines = [head + "".join(f"{f'vs {name}':>18}" for name in names)]
    lines += [_line(timings, ratios, case, names, suffix) for case in CASES]
    lines += [f"{row} was left out: {reason}" for row, reason in timings.skipped.items()]
    asked = [name for name in ratios if target_of(name) and name.endswith(ONE) == bool(suffix)]
    lines += [
        f"{name:42}{ratios[name]:6.2f}  {target_of(name)!s:8} {verdict(name, ratios)}"
        for name in asked
    ]
    return "\n".join(line for line in lines if line)


def _line(
    timings: Timings, ratios: Mapping[str, float], case: str, names: Sequence[str], suffix: str
) -> str:
    """Return the line of a case, empty where it was not measured."""
    seconds = timings.of(OURS.name, case)
    if not seconds:
        return ""
    middle = statistics.median(seconds)
    if case in BATCHES:
        begin = case
        told = f"{f'{case}, tokens/s':22}{sum(lengths_of(case)) / middle:10.0f}"
    else:
        begin = f"distilbert_{case}"
        told = f"{f'{case} tokens, ms':22}{middle * 1000:10.2f}"
    found = [ratios.get(f"{begin}_vs_{name}{suffix}") for name in names]
    return told + "".join(f"{'–' if each is None else f'{each:.2f}':>18}" for each in found)
