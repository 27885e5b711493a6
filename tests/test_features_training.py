"""Sentiment and entities are learnt together, distilled, and quantized beside the shared words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.engine.checkpoint import Config  # noqa: E402 - only where torch is
from assistant.errors import AssistantError, CheckpointError  # noqa: E402
from assistant.training import checkpoint, distill, expand, features, loop, retention  # noqa: E402
from assistant.training.distilbert import DistilBert  # noqa: E402
from assistant.training.quantize import quantize, quantize_sharing  # noqa: E402
from assistant.understanding.learning.features import Features  # noqa: E402

pytestmark = pytest.mark.train

RECIPE = """
name = "tiny"
task = "{task}"
architecture = "{architecture}"
seed = 5
epochs = 12
batch = 8
learning_rate = 2e-3
head_learning_rate = 2e-2
warmup = 0.1
weight_decay = 0.01
longest = 16
types = ["place", "person"]
teacher = "{teacher}"
masked = 0.1

[[sources]]
name = "moods"
kind = "sentiment"
file = "moods.jsonl"

[[sources]]
name = "names"
kind = "entities"
file = "names.jsonl"
"""
PLAIN = '\n[[sources]]\nname = "plain"\nfile = "plain.txt"\n'


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write rows as JSON lines."""
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two moods (no third) and the places people go to, in words of our own."""
    folder = tmp_path / "data"
    folder.mkdir()
    moods = [("what a lovely {}", "pos"), ("this {} is awful", "neg")]
    things = "day film meal song book cake tree house".split()
    write(
        folder / "moods.jsonl",
        [{"text": t.format(thing), "label": label} for t, label in moods for thing in things],
    )
    write(
        folder / "names.jsonl",
        [
            {"tokens": ["go", "to", town, "by", "train"], "tags": ["O", "O", "B-city", "O", "B-x"]}
            for town in "oslo paris rome berlin london madrid cairo lima".split()
        ],
    )
    (folder / "plain.txt").write_text("\n".join(f"the {t} is here again" for t in things))
    return folder


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that writes recipes; a small random encoder stands in MiniLM's place."""
    small = Config(architecture="distilbert", hidden=16, layers=1, heads=2, intermediate=32)
    torch.manual_seed(2)
    weights = dict(DistilBert(small).state_dict())
    weights["pooler.dense.weight"], weights["pooler.dense.bias"] = torch.eye(16), torch.zeros(16)
    types = torch.zeros(2, 16)
    weights["embeddings.token_type_embeddings.weight"] = types
    monkeypatch.setattr(expand, "minilm", lambda: (small, dict(weights)))
    monkeypatch.setattr(loop, "TELL_EVERY", 1)
    monkeypatch.setattr(loop, "SAVE_EVERY", 4)

    def make(task: str, architecture: str, teacher: str = "", more: str = "") -> Path:
        path = tmp_path / f"{task}-{architecture}.toml"
        text = RECIPE.format(task=task, architecture=architecture, teacher=teacher)
        path.write_text(text + more)
        return path

    return make


def read(folder: Path, tmp_path: Path, text: str):
    """Return what the int8 form of a float folder reads in a text."""
    words = tmp_path / "int8" / "words"
    if not words.exists():
        small = tmp_path / "float-words"
        config, wide = expand.to_distilbert(*expand.minilm(), seed=5)
        encoder = DistilBert(config)
        checkpoint.fill(encoder, wide, "")
        checkpoint.save(encoder, config, checkpoint.read_tokenizer(folder), small)
        quantize(small, words)
    out = quantize_sharing(folder, words, tmp_path / "int8" / folder.name)
    return Features.load(out).read([text])[0]


def test_features_training_learns_both_heads(recipe, data: Path, tmp_path: Path) -> None:
    """After training the int8 files tell the moods apart and find the places."""
    path = recipe("features", "squeezebert")

    out = features.train(path, tmp_path / "out", data, [].append)

    assert read(out, tmp_path, "what a lovely house").mood == "positive"
    found = read(out, tmp_path, "this film is awful")
    assert found.mood == "negative"
    assert found.sentiment[0] > 4 * found.sentiment[2]
    places = read(out, tmp_path, "go to rome by train").entities
    assert [(e.type, e.text) for e in places] == [("place", "rome")]


def test_features_training_unknown_labels_teach_nothing(recipe, data: Path, tmp_path: Path) -> None:
    """A sentiment or a type that no source names is left as it was, not learnt to be absent."""
    path = recipe("features", "distilbert")
    chosen = features.read_recipe(path)
    model, _, tokenizer = features.start(chosen, features.tags_of(chosen.types))
    moods, names = features.read_all(chosen, data, tokenizer, model.tags, [].append)

    assert moods.known == (True, False, True)
    assert names.known == (True, True, True, False, False)
    assert isinstance(names.answers, list)
    assert names.answers[0][1:6] == [0, 0, 1, 0, features.IGNORED]

    batch = features.make_batch([moods], features.Step(0, [0, 1, 2]))
    sentiment, tags, _ = model(batch.ids, batch.mask)
    part = features.supervised(sentiment, tags, batch, 0.0)["sentiment"]
    part.backward()
    assert model.sentiment.bias.grad is not None
    assert model.sentiment.bias.grad[1] == 0
    assert model.sentiment.bias.grad[0] != 0


def test_features_training_starts_from_heads_that_fit(recipe, data: Path, tmp_path: Path) -> None:
    """A run that starts from a folder takes its encoder and the heads whose labels are the same."""
    path = recipe("features", "squeezebert")
    out = features.train(path, tmp_path / "out", data, [].append)
    path.write_text(f'start = "{out}"\n' + path.read_text())
    known, _, _ = features.load(out)

    same, _, _ = features.start(features.read_recipe(path), known.tags)
    other, _, _ = features.start(features.read_recipe(path), features.tags_of(["place"]))

    torch.testing.assert_close(same.state_dict(), known.state_dict())
    torch.testing.assert_close(other.sentiment.weight, known.sentiment.weight)
    assert other.entities.weight.shape == (3, 32)


def test_features_training_goes_on_where_it_stopped(recipe, data: Path, tmp_path: Path) -> None:
    """A run broken off and started again ends with the very weights of an unbroken one."""
    path = recipe("features", "squeezebert")
    path.write_text(path.read_text().replace("epochs = 12", "epochs = 4"))

    def stop(line: str) -> None:
        if line.startswith("step 6/"):
            raise KeyboardInterrupt

    whole = features.train(path, tmp_path / "whole", data, [].append)
    with pytest.raises(KeyboardInterrupt):
        features.train(path, tmp_path / "broken", data, stop)
    broken = features.train(path, tmp_path / "broken", data, [].append)

    for name in ("model", "head-sentiment", "head-entities"):
        one, two = ((f / f"{name}.safetensors").read_bytes() for f in (whole, broken))
        assert one == two


def test_distill_student_comes_near_its_teacher(recipe, data: Path, tmp_path: Path) -> None:
    """Plain text and softened targets alone lead the student to the teacher's answers."""
    teacher = features.train(
        recipe("features", "distilbert"), tmp_path / "teacher", data, [].append
    )
    told: list[str] = []
    path = recipe("distill", "squeezebert", str(teacher), PLAIN)

    out = distill.train(path, tmp_path / "student", data, told.append)

    steps = [line for line in told if line.startswith("step")]
    assert any("masked" in line for line in steps)
    soft = [float(line.split("soft ")[1].split()[0]) for line in steps]
    assert sum(soft[-5:]) < 0.5 * sum(soft[:5])
    assert read(out, tmp_path, "go to lima by train").entities[0].text == "lima"


def test_distill_refuses_a_teacher_of_other_labels(recipe, data: Path, tmp_path: Path) -> None:
    """A teacher whose tags differ, or that is missing, is told before anything is trained."""
    teacher = features.train(
        recipe("features", "distilbert"), tmp_path / "teacher", data, [].append
    )
    path = recipe("distill", "squeezebert", str(teacher))
    path.write_text(path.read_text().replace('["place", "person"]', '["place"]'))
    with pytest.raises(CheckpointError, match="knows other tags"):
        distill.train(path, tmp_path / "out", data, [].append)

    with pytest.raises(CheckpointError, match="names no teacher"):
        distill.train(recipe("distill", "squeezebert"), tmp_path / "out", data, [].append)


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("moods.jsonl", {"text": "x", "label": "so-so"}, r"moods.jsonl:1 .*so-so"),
        ("moods.jsonl", {"text": "x", "label": "pos"}, "one sentiment only"),
        ("names.jsonl", {"tokens": ["x"], "tags": ["B-cuisine"]}, "names no type we learn"),
        ("names.jsonl", {"tokens": ["x"], "tags": ["city"]}, r"names.jsonl:1 .*not BIO"),
    ],
)
def test_features_training_bad_rows_are_a_sentence(
    recipe, data: Path, tmp_path: Path, file: str, row: dict[str, object], told: str
) -> None:
    """Unknown labels, one class and broken rows are told with their file."""
    write(data / file, [row])

    with pytest.raises(AssistantError, match=told):
        features.train(recipe("features", "distilbert"), tmp_path / "out", data, [].append)


def test_loop_stops_at_a_loss_that_is_no_number(recipe, data: Path, tmp_path: Path) -> None:
    """A diverging run stops with the step and what to do, and leaves no checkpoint."""
    path = recipe("features", "distilbert")
    path.write_text(path.read_text().replace("2e-3", "1e30").replace("2e-2", "1e30"))

    with pytest.raises(CheckpointError, match=r"tiny: the loss is .* at step \d+"):
        features.train(path, tmp_path / "out", data, [].append)
    assert not (tmp_path / "out" / "model.safetensors").exists()


def test_loop_full_disk_keeps_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state that can't be written is told, and the one before it stays whole."""
    model = torch.nn.Linear(2, 2)
    run = loop.Run({"model": model}, loop.adamw([(list(model.parameters()), 1e-3)], 0.0))
    run.save(tmp_path / "state.pt")
    before = (tmp_path / "state.pt").read_bytes()

    def full(*args: object) -> None:
        raise RuntimeError("PytorchStreamWriter failed writing file: no space left on device")

    monkeypatch.setattr(torch, "save", full)
    run.step = 7
    with pytest.raises(CheckpointError, match="make room"):
        run.save(tmp_path / "state.pt")
    assert (tmp_path / "state.pt").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_quantize_sharing_refuses_other_words(recipe, data: Path, tmp_path: Path) -> None:
    """Heads on an encoder with other word vectors are not put beside these."""
    out = features.train(recipe("features", "squeezebert"), tmp_path / "out", data, [].append)
    read(out, tmp_path, "x")
    model, config, tokenizer = features.load(out)
    with torch.no_grad():
        model.encoder.get_parameter("embeddings.word_embeddings.weight")[7, 3] += 1
    features.write(model, config, tokenizer, tmp_path / "other", "tiny")

    with pytest.raises(CheckpointError, match="other word vectors"):
        quantize_sharing(tmp_path / "other", tmp_path / "int8" / "words", tmp_path / "no")


def test_retention_compares_a_parent_with_its_int8_form(recipe, data: Path, tmp_path: Path) -> None:
    """Float and int8 are measured alike, and both know what was trained."""
    out = features.train(recipe("features", "squeezebert"), tmp_path / "out", data, [].append)
    read(out, tmp_path, "x")
    files = [("sentiment", data / "moods.jsonl"), ("entities", data / "names.jsonl")]

    told = retention.compare(out, tmp_path / "int8" / out.name, files)

    assert [name for name, _, _ in told] == ["moods.jsonl", "names.jsonl"]
    assert min(min(whole, rounded) for _, whole, rounded in told) > 0.85
    assert all(abs(whole - rounded) < 0.1 for _, whole, rounded in told)
    with pytest.raises(CheckpointError, match="has no heads"):
        retention.float_features(tmp_path / "float-words")


def test_retention_reads_with_the_vectors_of_training(recipe, data: Path, tmp_path: Path) -> None:
    """The float reader's mean is the one the sentiment head was trained on."""
    out = features.train(recipe("features", "squeezebert"), tmp_path / "out", data, [].append)
    model, _, tokenizer = features.load(out)
    text = "what a lovely, lovely day"
    ids = torch.tensor([tokenizer.encode(text).ids])

    with torch.no_grad():
        wanted = model(ids, torch.ones_like(ids, dtype=torch.bool))[0].softmax(-1)[0]

    given = retention.float_features(out).read([text])[0].sentiment
    assert given == pytest.approx(wanted.tolist(), abs=0.02)
