"""Fine-tuning an encoder as a whole on a user's rows, from the int8 folder that is shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant import paths  # noqa: E402 - only where torch is
from assistant.engine.checkpoint import words_of  # noqa: E402
from assistant.engine.encoder import Encoder  # noqa: E402
from assistant.training import probe, restore, tune  # noqa: E402
from assistant.training.checkpoint import load_encoder, read_tokenizer  # noqa: E402
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


@pytest.mark.parametrize("name", ["intent-distilbert", "features-squeezebert"])
def test_restore_of_the_bundled_folders_computes_what_the_engine_does(name: str) -> None:
    """Training can start from what is shipped, either architecture."""
    folder = paths.bundled() / "models" / name
    texts = ["wake me at seven", "what a dreadful film that was"]
    back = restore.opened(folder).eval()

    with torch.no_grad():
        near = probe.embed(back, read_tokenizer(words_of(folder)), texts).numpy()

    true = np.stack([each.mean for each in Encoder.load(folder).tokens(texts)])
    cosines = (near * true).sum(1) / np.linalg.norm(near, axis=1) / np.linalg.norm(true, axis=1)
    assert cosines.min() > 0.995


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
