"""The training loop every task shares: batches by length, pace, progress, resume, and when to stop.

The encoder computes in bfloat16 where that is safe, on the processor or on CUDA.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from time import monotonic
from typing import NamedTuple

import torch
from torch import Tensor, nn

from assistant.errors import CheckpointError

TELL_EVERY = 20  # steps
SAVE_EVERY = 100  # steps, a multiple of the other
RESUME = "resume.pt"
BAR = 20  # cells of the progress bar
Tell = Callable[[str], None]


class Step(NamedTuple):
    """The rows of one source that one step looks at."""

    source: int
    rows: list[int]


@dataclass(frozen=True)
class Pace:
    """How far and how fast: ``warmup`` is a share of all steps, ``clip`` a length of gradients."""

    name: str
    seed: int
    warmup: float
    clip: float = 1.0


@dataclass
class Run:
    """What changes while training, saved together so that a run can go on where it stopped."""

    parts: Mapping[str, nn.Module]
    optimizer: torch.optim.AdamW
    step: int = 0

    def save(self, path: Path) -> None:
        """Write the state beside its place and move it there: a stop leaves no half file."""
        state = {
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }
        part = path.with_suffix(".part")
        try:
            torch.save(state, part)
            part.replace(path)
        except (OSError, RuntimeError) as error:  # torch tells of a full disk by RuntimeError
            part.unlink(missing_ok=True)
            raise CheckpointError(
                f"The state of the run can't be written to {path} ({error!s:.80}): make room "
                "there and start again; it goes on from the last state."
            ) from error

    def load(self, path: Path) -> None:
        """Read a state back; CheckpointError if it is damaged or of another recipe."""
        try:
            state = torch.load(path, weights_only=True)
            for name, part in self.parts.items():
                part.load_state_dict(state["parts"][name])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = int(state["step"])
        except (UnpicklingError, RuntimeError, LookupError, ValueError, OSError, EOFError) as error:
            raise CheckpointError(
                f"Cannot go on from {path}: delete it to start afresh."
            ) from error


def device() -> torch.device:
    """Return where to compute: CUDA where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half(where: torch.device) -> AbstractContextManager[object]:
    """Return a context that computes in bfloat16."""
    return torch.autocast(where.type, dtype=torch.bfloat16)


def adamw(
    groups: Sequence[tuple[Sequence[nn.Parameter], float]], decay: float
) -> torch.optim.AdamW:
    """Return an optimizer over (parameters, highest learning rate) groups."""
    told = [{"params": list(parameters), "top": top} for parameters, top in groups]
    return torch.optim.AdamW(told, lr=1e-3, weight_decay=decay)


def pace(step: int, total: int, warmup: float) -> float:
    """Return the share of the full learning rate: up over the warm-up, then down to nothing."""
    up = max(1, round(total * warmup))
    return (step + 1) / up if step < up else (total - step) / max(1, total - up)


def plan(lengths: Sequence[Sequence[int]], size: int, epochs: int, seed: int) -> list[Step]:
    """Return every step of a run over sources, whose rows have lengths: sources take turns."""
    steps: list[Step] = []
    for epoch in range(epochs):
        chance = random.Random(seed * 1000 + epoch)
        mine = [
            Step(source, rows)
            for source, each in enumerate(lengths)
            for rows in buckets(each, size, chance)
        ]
        chance.shuffle(mine)
        steps += mine
    return steps


def buckets(lengths: Sequence[int], size: int, chance: random.Random) -> list[list[int]]:
    """Cut a source into batches of similar length, in other company every epoch."""
    noisy = [length + 2 * chance.random() for length in lengths]  # two tokens of noise
    order = sorted(range(len(noisy)), key=noisy.__getitem__)
    return [order[i : i + size] for i in range(0, len(order), size)]


def walk(
    run: Run, steps: Sequence[Step], losses: Callable[[Step], dict[str, Tensor]], how: Pace
) -> Iterator[str]:
    """Take every step that is left; yields a line of progress now and then.

    ``losses`` returns the parts of a step's loss by name, their sum being what is made less.
    """
    began, first = monotonic(), run.step
    recent: list[dict[str, float]] = []
    for step in steps[run.step :]:
        recent.append(_take(run, step, losses, how, len(steps)))
        if run.step % TELL_EVERY == 0 or run.step == len(steps):
            seconds = (monotonic() - began) / (run.step - first)
            yield progress(run.step, len(steps), recent, seconds)
            recent = []


def train(
    run: Run,
    steps: Sequence[Step],
    losses: Callable[[Step], dict[str, Tensor]],
    how: Pace,
    out: Path,
    tell: Tell,
) -> None:
    """Walk to the end, saving the state now and then, from the state in ``out`` if there is one."""
    state = out / RESUME
    if state.exists():
        run.load(state)
        tell(f"Going on from step {run.step}.")
    for line in walk(run, steps, losses, how):
        tell(line)
        if run.step % SAVE_EVERY == 0:
            run.save(state)
    run.save(state)


def _take(
    run: Run, step: Step, losses: Callable[[Step], dict[str, Tensor]], how: Pace, total: int
) -> dict[str, float]:
    """Take one step; returns the parts of its loss."""
    torch.manual_seed(how.seed + run.step)  # dropout as in an uninterrupted run
    for group in run.optimizer.param_groups:
        group["lr"] = group["top"] * pace(run.step, total, how.warmup)
    for part in run.parts.values():
        part.train()
    parts = losses(step)
    whole = torch.stack(list(parts.values())).sum()
    told = {name: value.item() for name, value in parts.items()}
    if not math.isfinite(whole.item()):
        raise CheckpointError(
            f"{how.name}: the loss is {whole.item()} at step {run.step + 1} ({told}): lower the "
            "learning rates in the recipe, or look for empty texts in the data."
        )
    run.optimizer.zero_grad()
    if whole.requires_grad:
        whole.backward()  # type: ignore[no-untyped-call]
    for part in run.parts.values():
        if parameters := list(part.parameters()):
            nn.utils.clip_grad_norm_(parameters, how.clip)
    run.optimizer.step()
    run.step += 1
    return told


def progress(done: int, total: int, recent: Sequence[Mapping[str, float]], seconds: float) -> str:
    """Say how far a run is, its recent losses, and the time left at ``seconds`` a step."""
    names = list(dict.fromkeys(name for each in recent for name in each))
    means = []
    for name in names:
        values = [each[name] for each in recent if name in each]
        means.append(f"{name} {sum(values) / len(values):.4f}")
    left, full = seconds * (total - done), done * BAR // total
    bar = "█" * full + "░" * (BAR - full)
    told = "  ".join(means)
    return f"step {done}/{total} {bar} {told}  {seconds:.2f} s/step  {left:.0f} s left"
