"""Fine-tuning learns, leaves the embeddings alone, and goes on where it was stopped."""

from __future__ import annotations

import json
import lzma
import re
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.engine.checkpoint import Config  # noqa: E402 - only where torch is
from assistant.errors import CheckpointError  # noqa: E402
from assistant.training import checkpoint, expand, finetune, loop  # noqa: E402
from assistant.training.distilbert import DistilBert  # noqa: E402
from assistant.training.recipe import read_recipe, read_rows  # noqa: E402

pytestmark = pytest.mark.train

RECIPE = """
name = "tiny"
architecture = "distilbert"
seed = 5
epochs = 6
batch = 8
learning_rate = 1e-3
head_learning_rate = 1e-2
warmup = 0.1
weight_decay = 0.01
label_smoothing = 0.0
scale = 20.0
keep = 1.0
blend = 1.0
longest = 12

[[sources]]
name = "clinc150"
file = "clinc150/train.jsonl.xz"
licence = "CC BY 3.0"

[[sources]]
name = "plain"
file = "corpus/plain.txt.xz"
licence = "CC0 1.0"
rows = 8
"""
SENTENCES = {
    "alarm": "wake me at {} please",
    "timer": "set a timer for {} minutes",
    "weather": "will it rain in {} days",
    "dice": "roll {} dice",
}


def write(path, rows):
    """Write rows as .jsonl or .jsonl.xz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_bytes(lzma.compress(text.encode()) if path.suffix == ".xz" else text.encode())


@pytest.fixture
def data(tmp_path):
    """A data folder of four intents, laid out as the public sets are."""
    folder = tmp_path / "datasets"
    files = ("clinc150/train.jsonl.xz", "clinc150/val.jsonl", "banking77/train.jsonl.xz")
    for first, name in enumerate(files):
        rows = [
            {"text": text.format(100 * first + number), "intent": intent}
            for intent, text in SENTENCES.items()
            for number in range(14)
        ]
        write(folder / name, rows)
    write(folder / "clinc150/oos_val.jsonl", [{"text": "why is the sky blue", "intent": "oos"}] * 4)
    write(folder / "corpus/plain.txt.xz", [f"the {n} ships sailed" for n in range(20)])
    return folder


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """A recipe's path, with a small random encoder in MiniLM's place."""
    small = Config(architecture="distilbert", hidden=16, layers=1, heads=2, intermediate=32)
    torch.manual_seed(2)
    weights = DistilBert(small).state_dict()
    monkeypatch.setattr(expand, "minilm", lambda: (small, dict(weights)))
    monkeypatch.setattr(loop, "TELL_EVERY", 1)
    monkeypatch.setattr(loop, "SAVE_EVERY", 1)
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


def test_finetune_learns_and_keeps_embeddings(recipe, data, tmp_path):
    """The intent loss falls; the word vectors stay what they were, twice over."""
    told = []

    out = finetune.train(recipe, tmp_path / "out", data, told.append)

    losses = [
        float(line.split("intents ")[1].split()[0])
        for line in told
        if "intents " in line and line.startswith("step")
    ]
    losses = [loss for loss in losses if loss]
    assert sum(losses[-4:]) < 0.5 * sum(losses[:4])
    words = checkpoint.load_encoder(out).embeddings.word_embeddings.weight
    first = expand.minilm()[1]["embeddings.word_embeddings.weight"]
    assert torch.equal(words, torch.cat([first, first], dim=1))


def test_finetune_goes_on_where_it_stopped(recipe, data, tmp_path):
    """A run broken off and started again ends with the very weights of an unbroken one."""

    def stop(line):
        if line.startswith("step 9/"):
            raise KeyboardInterrupt

    whole = finetune.train(recipe, tmp_path / "whole", data, [].append)
    with pytest.raises(KeyboardInterrupt):
        finetune.train(recipe, tmp_path / "broken", data, stop)
    told = []
    broken = finetune.train(recipe, tmp_path / "broken", data, told.append)

    assert "Going on from step 8." in told
    one, two = checkpoint.read_weights(whole), checkpoint.read_weights(broken)
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_finetune_refuses_a_damaged_state(recipe, data, tmp_path):
    """A state file that cannot be read is one sentence that says what to do."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / loop.RESUME).write_bytes(b"not a state")

    with pytest.raises(CheckpointError, match="delete it"):
        finetune.train(recipe, tmp_path / "out", data, [].append)


def test_finetune_blend_of_nothing_is_the_expansion(recipe, data, tmp_path):
    """With a blend of 0 the result is the untrained encoder."""
    recipe.write_text(
        RECIPE.replace("blend = 1.0", "blend = 0.0").replace("epochs = 6", "epochs = 1")
    )

    out = finetune.train(recipe, tmp_path / "out", data, [].append)

    _, expected = expand.to_distilbert(*expand.minilm(), seed=5)
    found = checkpoint.read_weights(out)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_finetune_pace():
    """The learning rate climbs, reaches its height once, and ends near nothing."""
    paces = [loop.pace(step, 100, 0.1) for step in range(100)]

    assert paces[:2] == [0.1, 0.2]
    assert max(paces) == 1.0
    assert paces[10:] == sorted(paces[10:], reverse=True)
    assert paces[-1] < 0.02


def test_finetune_unknown_key_in_recipe(recipe):
    """A misspelt setting is refused by name instead of ignored."""
    recipe.write_text(RECIPE.replace("epochs", "epocs"))

    with pytest.raises(CheckpointError, match="epocs"):
        read_recipe(recipe)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("epochs = 6", "epochs = 0", "epochs is 0: give 1 or more"),
        ("epochs = 6", 'epochs = "six"', "epochs is 'six': give a whole number"),
        ("epochs = 6", "epochs = 6.5", "epochs is 6.5: give a whole number"),
        ("epochs = 6", "epochs = 6\nbatch_ = 1", "unknown keys batch_"),
        ("epochs = 6", "epochs = true", "epochs is True: give a whole number"),
        ("epochs = 6", 'epochs = 6\nteacher = ["a"]', r"teacher is .* give a text"),
        ("[[sources]]", "[[files]]", "unknown keys files|names no files"),
        ("[[sources]]", "[sources]", "names no files|Cannot read"),
        ("[[sources]]", '[[sources]]\nkind = "zoo"', "of the kind zoo; there are intents"),
        ("[[sources]]", "[[sources]]\ndrop = [3]", "give a list of texts"),
        ("[[sources]]", '[[sources]]\ntimes = "all"', "times is 'all': give a whole number"),
        ("[[sources]]", "[[sources]]\nlabels = {a = 1}", "give a table of texts"),
    ],
)
def test_finetune_recipe_that_cant_be_is_told(recipe, was, now, told):
    """What is wrong in a recipe is named before anything is read."""
    recipe.write_text(RECIPE.replace(was, now))

    with pytest.raises(CheckpointError, match=told):
        read_recipe(recipe)


@pytest.mark.parametrize(("key", "value"), [("batch", 0), ("longest", 1), ("longest", 1000)])
def test_finetune_recipe_of_sizes_that_cant_be_is_told(recipe, key, value):
    """Batches without texts, and texts that the encoder has no positions for."""
    recipe.write_text(re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", RECIPE))

    with pytest.raises(CheckpointError, match=f"{key}.* {value}"):
        read_recipe(recipe)


def test_finetune_missing_data(recipe, tmp_path):
    """A data folder that is not there is told before anything is loaded."""
    with pytest.raises(CheckpointError, match="No training data"):
        finetune.train(recipe, tmp_path / "out", tmp_path / "nowhere", [].append)


def test_finetune_rows_without_text_are_joined(tmp_path):
    """A set that has only tokens is read as their sentence."""
    write(tmp_path / "a.jsonl", [{"tokens": ["roll", "dice"], "intent": "dice"}])

    assert read_rows(tmp_path / "a.jsonl") == [("roll dice", "dice")]


def test_finetune_bundled_recipe_has_allowed_licences():
    """The bundled recipe reads, trains on free sets alone, and never on its yardstick."""
    folder = Path(__file__).parent.parent / "models" / "recipes"
    recipe = read_recipe(folder / "intent-distilbert.toml")

    allowed = ("CC0", "CC BY 2.0", "CC BY 3", "CC BY 4", "MIT", "BSD", "Apache")
    assert all(source.licence.startswith(allowed) for source in recipe.sources)
    assert not [source for source in recipe.sources if "banking77" in source.file]


def test_finetune_starts_narrow(recipe, data, tmp_path):
    """Epochs at the small width come first; what they learn is expanded, not lost."""
    recipe.write_text(
        RECIPE.replace("epochs = 6", "epochs = 0\nnarrow_epochs = 6\nnarrow_learning_rate = 1e-3")
    )

    out = finetune.train(recipe, tmp_path / "out", data, [].append)

    found = checkpoint.load_encoder(out)
    _, before = expand.to_distilbert(*expand.minilm(), seed=5)
    name = "transformer.layer.0.ffn.lin1.bias"
    learnt = found.state_dict()[name]
    first, second = learnt.chunk(2)
    assert torch.equal(first, second)
    assert not torch.allclose(learnt, before[name], atol=1e-4)


def test_finetune_drops_rows_kept_for_measuring(recipe, data, tmp_path):
    """A training row that stands in a dev file is not trained on, whatever its case and marks."""
    write(data / "clinc150/val.jsonl", [{"text": "Roll 3 dice!", "intent": "dice"}])
    told = []

    finetune.train(recipe, tmp_path / "out", data, told.append)

    assert "clinc150: 55 texts, 4 intents" in told


def test_finetune_prototypes_draw_an_intent_together():
    """The loss is low where sentences of an intent lie together, high where they are mixed."""
    apart = torch.eye(8)[[0, 0, 1, 1]]
    labels = torch.tensor([4, 4, 9, 9])

    near = finetune.prototype_loss(apart, labels)
    mixed = finetune.prototype_loss(apart, torch.tensor([4, 9, 4, 9]))

    assert near < 0.01 < 1 < mixed
    assert finetune.prototype_loss(apart, torch.arange(4)) == 0


def test_finetune_batches_hold_rows_of_an_intent_together(recipe, data):
    """Every row comes once an epoch, in groups of one intent."""
    labels = [i // 10 for i in range(60)]
    one = finetune.Examples("made up", [[1] * (3 + i % 5) for i in range(60)], labels, 6)
    recipe.write_text(RECIPE.replace("batch = 8", "batch = 8\neach = 2"))

    steps = finetune.steps_of([one], read_recipe(recipe), 1)

    assert sorted(row for step in steps for row in step.rows) == list(range(60))
    pairs = [step.rows[i : i + 2] for step in steps for i in range(0, len(step.rows), 2)]
    assert all(labels[a] == labels[b] for a, b in pairs)
