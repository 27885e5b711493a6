"""Fine-tuning an encoder as a whole on a user's rows, from the int8 folder that is shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.training import restore, tune  # noqa: E402 - only where torch is
from assistant.training.checkpoint import load_encoder  # noqa: E402
from assistant.training.quantize import quantize  # noqa: E402
from tests import checkpoints  # noqa: E402

pytestmark = pytest.mark.train


def test_restore_is_near_the_float_parent(tmp_path: Path) -> None:
    """The encoder that comes back computes what its float parent does, but for the rounding."""
    parent = checkpoints.write(tmp_path / "float", checkpoints.config("distilbert"))
    quantize(parent, tmp_path / "int8")

    back = restore.restored(tmp_path / "int8").eval()

    ids = torch.tensor([[2, 4, 5, 6, 3]])
    with torch.no_grad():
        near = back(ids, torch.ones_like(ids).bool())
        true = load_encoder(parent).eval()(ids, torch.ones_like(ids).bool())
    assert torch.nn.functional.cosine_similarity(near, true, dim=-1).min() > 0.99


def test_tune_learns_rows_and_refuses_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Intents come back in order, with chances that add up to at most one."""
    parent = checkpoints.write(tmp_path / "float", checkpoints.config("distilbert"))
    quantize(parent, tmp_path / "int8")
    monkeypatch.setattr(tune, "RATE", 1e-3)
    known = [("set a timer", "timer"), ("a timer for ten", "timer"), ("timer set", "timer")]
    known += [("minutes minutes", "time"), ("for ten minutes", "time"), ("ten minutes", "time")]
    told: list[str] = []

    names, inside, outside = tune.finetune_and_predict(
        known, ["set a timer", "for minutes"], [], 0, tmp_path / "int8", told.append
    )

    assert names == ("time", "timer")
    assert inside.shape == (2, 2)
    assert outside.shape == (0, 2)
    assert np.all(inside.sum(axis=1) <= 1 + 1e-6)
    assert list(inside.argmax(axis=1)) == [1, 0]
