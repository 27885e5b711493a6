"""Pruning: an encoder folded and laid out computes the same; blocks go where they cost least."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.engine import safetensors  # noqa: E402 - only where torch is
from assistant.engine.checkpoint import Config, read_int8  # noqa: E402
from assistant.errors import AssistantError, CheckpointError  # noqa: E402
from assistant.training import expand, loop, prune  # noqa: E402
from assistant.training.blocks import Blocks, densities, target  # noqa: E402
from assistant.training.checkpoint import fill, products, read_tokenizer, save  # noqa: E402
from assistant.training.fold import fold, is_doubled, lay_out  # noqa: E402
from assistant.training.heads import ENCODERS  # noqa: E402
from assistant.training.making import carry_out  # noqa: E402
from assistant.training.parts import mean_pool  # noqa: E402
from assistant.training.probe import pad, tokenize  # noqa: E402
from assistant.training.quantize import quantize  # noqa: E402
from assistant.training.recipe import read_recipe  # noqa: E402
from assistant.training.restore import restored  # noqa: E402

pytestmark = pytest.mark.train

TEXTS = ["wake me at half past six", "add milk and eggs to my shopping list", "ok", "lights off"]
SIZES = {"hidden": 64, "layers": 2, "heads": 2, "intermediate": 128, "positions": 64}
RECIPE = """
name = "small"
task = "prune"
architecture = "distilbert"
seed = 5
epochs = 6
batch = 4
learning_rate = 1e-3
head_learning_rate = 0.0
warmup = 0.1
weight_decay = 0.0
longest = 32
block = 8
share = 0.5
ramp = 0.5
keep = 5.0
alike = 5.0

[[sources]]
name = "texts"
file = {file}
"""


@pytest.fixture(scope="module")
def tokenizer():
    """MiniLM's tokenizer."""
    return read_tokenizer(expand.minilm_folder())


def vectors(encoder, batch):
    """Return the unit vectors of a batch."""
    with torch.no_grad():
        return mean_pool(encoder(*batch), batch[1])


@pytest.mark.parametrize("architecture", sorted(expand.EXPANSIONS))
def test_an_expanded_encoder_folds_back_and_lays_out_to_the_same_vectors(architecture, tokenizer):
    batch = pad(tokenize(tokenizer, TEXTS, 32))
    narrow_config, narrow = expand.minilm()
    config, wide = expand.EXPANSIONS[architecture](narrow_config, narrow)
    assert is_doubled(config, wide)

    folded_config, folded = fold(config, wide)
    small = ENCODERS["distilbert"](folded_config)
    fill(small, folded, "folded")
    large = ENCODERS[architecture](config)
    fill(large, lay_out(config, folded, wide), "laid out")
    before = ENCODERS[architecture](config)
    fill(before, wide, "expanded")

    wanted = vectors(before.eval(), batch)
    found = vectors(small.eval(), batch)
    assert folded_config.hidden == narrow_config.hidden
    torch.testing.assert_close(torch.cat([found, found], -1) / 2**0.5, wanted, atol=2e-5, rtol=0)
    torch.testing.assert_close(vectors(large.eval(), batch), wanted, atol=2e-5, rtol=0)


def test_laid_out_no_weight_of_distilbert_reads_a_second_copy():
    config, wide = expand.EXPANSIONS["distilbert"](*expand.minilm())
    laid_out = lay_out(config, fold(config, wide)[1], wide)
    at = "transformer.layer.3."
    assert not laid_out[at + "ffn.lin1.weight"][:, config.hidden // 2 :].any()
    assert not laid_out[at + "ffn.lin1.weight"][config.intermediate // 2 :].any()
    assert not laid_out[at + "ffn.lin2.weight"][:, config.intermediate // 2 :].any()
    heads = laid_out[at + "attention.q_lin.weight"].view(config.heads, 2, -1)
    assert not heads[:, 1].any()
    assert heads[:, 0].any()


def test_what_never_was_doubled_is_not_folded():
    config = Config("distilbert", **SIZES)
    encoder = ENCODERS["distilbert"](config)
    assert not is_doubled(config, encoder.state_dict())
    assert prune.folded(encoder) is None


def test_what_costs_more_keeps_more_and_the_share_is_met():
    sizes = {"cheap": 1000, "dear": 1000, "large": 4000}
    found = densities({"cheap": 0.001, "dear": 1.0, "large": 0.1}, sizes, 0.6)
    assert found["cheap"] < found["large"] < found["dear"] <= 1
    assert sum(found[n] * sizes[n] for n in sizes) == pytest.approx(0.4 * 6000, rel=1e-3)


def test_pruning_is_done_where_the_ramp_ends():
    assert target(0, 100, 0.5) == 0
    assert 0 < target(10, 100, 0.5) < target(30, 100, 0.5) < 1
    assert target(50, 100, 0.5) == target(99, 100, 0.5) == 1


@pytest.mark.parametrize("architecture", ["distilbert", "squeezebert"])
def test_whole_blocks_go_the_least_first_and_get_no_gradient(architecture):
    torch.manual_seed(1)
    config = Config(architecture, **SIZES)
    encoder = ENCODERS[architecture](config)
    layers = products(encoder)
    blocks = Blocks(layers, 8, 0.5)
    name, layer = next(iter(layers.items()))
    with torch.no_grad():
        layer.weight.view(8, 8, -1)[:, :, 4:8] *= 10  # the second quad of inputs weighs most
    ids = torch.randint(1000, 2000, (3, 7))
    encoder.train()(ids, torch.ones_like(ids, dtype=torch.bool))
    for each in layers:
        blocks.of("density", each).fill_(0.25)
    blocks.let_go(1.0)
    blocks.apply_to_weights()

    kept = blocks.of("kept", name)
    assert kept[:, 1].all()
    assert all(share == pytest.approx(0.75, abs=0.02) for share in blocks.shares().values())
    zero = layer.weight.detach().reshape(8, 8, -1, 4).abs().amax((1, 3)) == 0
    assert torch.equal(zero, ~kept)
    encoder(ids, torch.ones_like(ids, dtype=torch.bool)).square().sum().backward()
    lost = layer.weight.grad.reshape(8, 8, -1, 4).abs().amax((1, 3))
    assert not lost[~kept].any()
    assert lost[kept].any()


@pytest.fixture
def small(tmp_path, tokenizer):
    """A small dense checkpoint, int8, and a recipe that prunes it."""
    torch.manual_seed(3)
    config = Config("distilbert", **SIZES)
    encoder = ENCODERS["distilbert"](config).eval()
    with torch.no_grad():
        for parameter in encoder.parameters():
            if parameter.ndim > 1:
                parameter.mul_(3)
    save(encoder, config, tokenizer, tmp_path / "float")
    dense = quantize(tmp_path / "float", tmp_path / "dense")
    words = "milk eggs lights timer alarm door music rain snow".split()
    texts = [
        f"{a} and {b} number {i}" for i, (a, b) in enumerate(zip(words, words[3:], strict=False))
    ]
    (tmp_path / "texts.txt").write_text("\n".join(texts * 3) + "\n")
    recipe = tmp_path / "small.toml"
    recipe.write_text(RECIPE.format(file=json.dumps(str(tmp_path / "texts.txt"))))
    return dense, recipe


def test_a_pruned_encoder_has_its_share_of_zero_blocks_and_is_stored_without_them(small, tmp_path):
    dense, recipe = small
    lines: list[str] = []
    folder = prune.train(recipe, tmp_path / "run", tmp_path, lines.append, start=dense)
    made = quantize(folder, tmp_path / "sparse", rows=8)

    assert any("of its blocks are zero" in line for line in lines)
    stored = read_int8(made).encoder
    kept = sum(len(stored[n]) for n in stored if n.endswith(".places"))
    whole = sum(w.numel() // 32 for w in _products_of(restored(dense)))
    assert kept == pytest.approx(whole * 0.5, rel=0.05)
    assert (made / "encoder.safetensors").stat().st_size < 0.8 * (
        dense / "encoder.safetensors"
    ).stat().st_size
    found, wanted = safetensors.read(folder / "model.safetensors"), restored(made).state_dict()
    for name, array in found.items():
        if array.ndim == 2 and "layer" in name:
            assert np.abs(array - wanted[name].numpy()).max() <= np.abs(array).max() / 127


def _products_of(encoder):
    return [v for n, v in encoder.state_dict().items() if "layer." in n and v.ndim == 2]


def test_a_stopped_run_goes_on_to_the_same_weights(small, tmp_path, monkeypatch):
    dense, recipe = small
    chosen = read_recipe(recipe)
    whole = prune.train(recipe, tmp_path / "whole", tmp_path, lambda _: None, start=dense)

    class StoppedError(Exception):
        pass

    take = loop._take
    monkeypatch.setattr(loop, "SAVE_EVERY", 20)
    steps = len(prune.steps_of(prune.read(chosen, dense, tmp_path), chosen, chosen.epochs))
    assert steps > 21

    def stopping(run, *others):
        if run.step == 21:
            raise StoppedError
        return take(run, *others)

    monkeypatch.setattr(loop, "_take", stopping)
    with pytest.raises(StoppedError):
        prune.train(recipe, tmp_path / "halved", tmp_path, lambda _: None, start=dense)
    monkeypatch.setattr(loop, "_take", take)
    told: list[str] = []
    halved = prune.train(recipe, tmp_path / "halved", tmp_path, told.append, start=dense)

    assert "Going on from step 20." in told
    one, other = (safetensors.read(f / "model.safetensors") for f in (whole, halved))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_blocks_that_count_the_same_do_not_all_go_at_once():
    layer = torch.nn.Linear(64, 64)
    torch.nn.init.ones_(layer.weight)
    blocks = Blocks({"one": layer}, 8, 0.5)

    blocks.choose("one", 0.25)
    assert blocks.shares() == {"one": 0.25}


def test_a_run_does_not_go_on_to_another_share(small, tmp_path):
    dense, recipe = small
    prune.train(recipe, tmp_path / "run", tmp_path, lambda _: None, start=dense)
    recipe.write_text(recipe.read_text().replace("share = 0.5", "share = 0.6"))

    with pytest.raises(CheckpointError, match=r"Cannot go on from .*resume.pt"):
        prune.train(recipe, tmp_path / "run", tmp_path, lambda _: None, start=dense)


@pytest.mark.parametrize("part", ["blocks", "places", "scale"])
def test_what_is_damaged_is_not_trained_on(small, tmp_path, part):
    dense, recipe = small
    made = quantize(
        prune.train(recipe, tmp_path / "run", tmp_path, lambda _: None, start=dense),
        tmp_path / "sparse",
        rows=8,
    )
    arrays = dict(safetensors.read(made / "encoder.safetensors"))
    del arrays[next(name for name in arrays if name.endswith(f".{part}"))]
    safetensors.write(made / "encoder.safetensors", arrays)

    with pytest.raises(CheckpointError, match=r"is missing|has no"):
        restored(made)


@pytest.mark.parametrize(("block", "share"), [(3, 0.5), (8, 0.0), (8, 1.0), (8, 0.95), (0, 0.5)])
def test_blocks_and_shares_that_cant_be_are_told(small, tmp_path, block, share):
    dense, recipe = small
    text = recipe.read_text().replace("block = 8", f"block = {block}")
    recipe.write_text(text.replace("share = 0.5", f"share = {share}"))
    with pytest.raises(CheckpointError, match="give a block of 4 or 8"):
        prune.train(recipe, tmp_path / "run", tmp_path, lambda _: None, start=dense)


def test_a_checkpoint_that_is_not_there_is_told(small, tmp_path):
    _, recipe = small
    with pytest.raises(AssistantError, match="no checkpoint “nowhere” to prune"):
        carry_out("prune", recipe, tmp_path, tmp_path / "o", None, lambda _: None, "nowhere")


def test_a_recipe_of_another_task_is_told(tmp_path):
    recipe = Path("models/recipes/intent-distilbert.toml")
    with pytest.raises(AssistantError, match="is a recipe for intents"):
        carry_out("prune", recipe, tmp_path, None, None, lambda _: None, "intent-distilbert")
