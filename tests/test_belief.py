"""The judge of readings: what it learns, what it is told, and what it lets through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import paths
from assistant.errors import CheckpointError
from assistant.understanding.learning.belief import FIGURES, Belief


def told(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return figures that are right where the first two agree in sign, and which those are."""
    chance = np.random.default_rng(5)
    figures = chance.standard_normal((rows, len(FIGURES))).astype(np.float32)
    return figures, (figures[:, 0] * figures[:, 1] > 0).astype(np.float32)


def test_belief_learns_what_only_two_figures_together_tell() -> None:
    """Neither figure alone says anything; their product does."""
    figures, right = told(3000)
    judge = Belief.fit(figures[:2000], right[:2000])
    chances = judge.chances(figures[2000:])
    assert ((chances > 0.5) == (right[2000:] > 0)).mean() > 0.8


def test_belief_is_the_same_after_it_was_written(tmp_path: Path) -> None:
    """What is read is what was saved, to five digits."""
    figures, right = told(400)
    judge = Belief.fit(figures, right)
    judge.save(tmp_path / "judge.json")
    again = Belief.load(tmp_path / "judge.json")
    assert np.abs(again.chances(figures) - judge.chances(figures)).max() < 1e-2


@pytest.mark.parametrize("content", ["", "{", '{"figures": ["logit"]}', "[]"])
def test_belief_says_that_a_file_is_no_judge(tmp_path: Path, content: str) -> None:
    """A damaged file, or one of other figures, is told in one sentence."""
    path = tmp_path / "judge.json"
    path.write_text(content)
    with pytest.raises(CheckpointError, match="install it again"):
        Belief.load(path)


def test_belief_bundled_can_be_read() -> None:
    """The shipped judge is of today's figures."""
    assert len(Belief.load(paths.judge()).middles) == len(FIGURES)
