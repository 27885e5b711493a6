"""What the times of the engines come to: ratios, what they should be, and a table of both.

``distilbert_16_vs_X`` is our time over X's for a sentence of 16 tokens, so less is better;
``batch32_vs_X`` is our tokens a second over X's for 32 sentences, so more is better; those of
SqueezeBERT are ``squeezebert_16_vs_X`` and ``squeezebert_batch32_vs_X``. ``floor`` is reading the
weights once, ``multiply`` multiplying them by the tokens without reading them from memory, with
``_kept`` those that a sparse encoder keeps: no engine is faster than either.
``_one_thread`` is said of those on one thread.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence

from assistant.measuring.engines.cases import BATCHES, CASES, SINGLE, lengths_of
from assistant.measuring.engines.rounds import (
    BESIDE,
    BOTH,
    FEATURES,
    KEPT,
    OURS,
    PEAK,
    RIVALS,
    Row,
    Timings,
    threads_of,
)
from assistant.measuring.goals import RATIOS, Goal

ONE = "_one_thread"


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Return the median over the rounds of ours by theirs; None where there are no rounds."""
    if not ours or len(ours) != len(theirs):
        return None
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def ratios_of(timings: Timings, suffix: str = "") -> dict[str, float]:
    """Return every ratio that was measured, by its name."""
    of = timings.of
    found = {
        name_of(ours, case, rival): _ratio(timings, ours, case, rival)
        for ours, rivals in BESIDE.items()
        for rival in rivals
        for case in CASES
    }
    for rival in RIVALS:
        found[f"both_16_vs_{rival.name}"] = paired(of(BOTH.name, "16"), of(rival.name, "16"))
    for case in SINGLE:
        ratio = paired(of(FEATURES.name, case), of(OURS.name, case))
        found[f"{FEATURES.name}_{case}_vs_{OURS.name}"] = ratio
    return {f"{name}{suffix}": ratio for name, ratio in found.items() if ratio is not None}


def name_of(ours: Row, case: str, rival: Row) -> str:
    """Return the name of the ratio of one of our encoders to another that computes the same."""
    begin = case if ours is OURS and case in BATCHES else f"{ours.name}_{case}"
    return f"{begin}_vs_{rival.engine}"


def _ratio(timings: Timings, ours: Row, case: str, rival: Row) -> float | None:
    mine, other = timings.of(ours.name, case), timings.of(rival.name, case)
    return paired(other, mine) if case in BATCHES else paired(mine, other)


def target_of(name: str) -> Goal | None:
    """Return what a ratio should be, None where nothing is asked of it."""
    return RATIOS.get(name.removesuffix(ONE))


def verdict(name: str, ratios: Mapping[str, float]) -> str:
    """Return whether a ratio is reached, and whether this machine could reach it."""
    target = target_of(name)
    if target is None:
        return ""
    if target.reached(ratios[name]):
        return "reached"
    return "beyond this CPU" if _beyond_cpu(name, ratios) else "NOT REACHED"


def _beyond_cpu(name: str, ratios: Mapping[str, float]) -> bool:
    """Tell whether even the multiplications alone would miss a target on this machine."""
    target, alone = target_of(name), _to_peak(name, ratios)
    return target is not None and alone is not None and not target.reached(ratios[name] / alone)


def _to_peak(name: str, ratios: Mapping[str, float]) -> float | None:
    """Return the ratio to the multiplications of what another ratio is of; of the kept if known."""
    suffix = ONE if name.endswith(ONE) else ""
    begin = name.removesuffix(ONE).partition("_vs_")[0]
    found = (ratios.get(f"{begin}_vs_{PEAK}{kept}{suffix}") for kept in (KEPT, ""))
    return next((each for each in found if each is not None), None)


def targets_of(ratios: Mapping[str, float]) -> dict[str, dict[str, object]]:
    """Return what should be and whether it is, of every ratio of which something is asked."""
    asked = [name for name in ratios if target_of(name)]
    return {
        name: {"target": str(target_of(name)), "verdict": verdict(name, ratios)} for name in asked
    }


def table(timings: Timings, ratios: Mapping[str, float], suffix: str = "") -> list[str]:
    """Return the lines of our times with the ratios to every other, then of what is asked."""
    lines = [line for ours in BESIDE for line in _lines(timings, ratios, ours, suffix)]
    lines += [f"{row} was left out: {reason}" for row, reason in timings.skipped.items()]
    asked = [name for name in ratios if target_of(name) and name.endswith(ONE) == bool(suffix)]
    lines += [
        f"{name:42}{ratios[name]:6.2f}  {target_of(name)!s:8} {verdict(name, ratios)}"
        for name in asked
    ]
    return lines


def _lines(timings: Timings, ratios: Mapping[str, float], ours: Row, suffix: str) -> Iterator[str]:
    """Give the lines of one of our encoders: its times, and the ratios to what is beside it."""
    measured = [case for case in CASES if timings.of(ours.name, case)]
    if not measured:
        return
    rivals = [row for row in BESIDE[ours] if any(timings.seconds.get(row.name, {}).values())]
    head = f"{ours.name}, {threads_of(timings.threads)}"
    yield f"{head:28}{'ours':>10}" + "".join(f"{f'vs {row.engine}':>18}" for row in rivals)
    for case in measured:
        found = [ratios.get(f"{name_of(ours, case, row)}{suffix}") for row in rivals]
        told = "".join(f"{'–' if each is None else f'{each:.2f}':>18}" for each in found)
        yield _time(case, statistics.median(timings.of(ours.name, case))) + told


def _time(case: str, seconds: float) -> str:
    """Return a case and how long it took: a sentence's milliseconds, a batch's tokens a second."""
    if case in BATCHES:
        return f"{f'{case}, tokens/s':28}{sum(lengths_of(case)) / seconds:10.0f}"
    return f"{f'{case} tokens, ms':28}{seconds * 1000:10.2f}"
