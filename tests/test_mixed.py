"""`assistant train mixed`: chains by hand, and a run of a tiny encoder on made-up rows."""

from __future__ import annotations

import json
import lzma
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.cli import commands  # noqa: E402 - only where torch is
from assistant.errors import CheckpointError  # noqa: E402
from assistant.labelled import joining  # noqa: E402
from assistant.labelled.joining import Joined, MixedSet  # noqa: E402
from assistant.training import mixed  # noqa: E402
from assistant.training.chain import RULED_OUT, Chain, bio, likeliest, segments  # noqa: E402
from tests import checkpoints  # noqa: E402

pytestmark = pytest.mark.train

TAGS = ("O", "B-x", "I-x", "B-y", "I-y")


@pytest.fixture
def chain() -> Chain:
    """A chain of BIO tags with scores of pairs that matter."""
    torch.manual_seed(0)
    made = Chain(*bio(TAGS))
    torch.nn.init.normal_(made.follows)
    torch.nn.init.normal_(made.starts)
    return made


def score(chain: Chain, scores: torch.Tensor, path: tuple[int, ...]) -> float:
    """A path's score, added up word by word."""
    total = scores[0, path[0]] + chain.starts[path[0]] + chain.firsts[path[0]]
    for word in range(1, len(path)):
        pair = path[word - 1], path[word]
        total = total + scores[word, path[word]] + chain.follows[pair] + chain.pairs[pair]
    return float(total.detach())


def test_likelihood_and_best_path_are_those_of_all_paths(chain: Chain) -> None:
    """Sums and maxima over paths, against going through every one of them."""
    scores = 2 * torch.randn(2, 4, len(TAGS))
    labels = torch.tensor([[0, 1, 2, 0], [3, 4, 0, 0]])
    mask = torch.tensor([[True] * 4, [True, True, False, False]])

    wanted = 0.0
    for one, own, words in zip(scores, labels.tolist(), (4, 2), strict=True):
        paths = list(product(range(len(TAGS)), repeat=words))
        every = torch.tensor([score(chain, one, path) for path in paths])
        wanted += float(every.logsumexp(0)) - score(chain, one, tuple(own[:words]))
        assert chain.best(one[:words]) == list(paths[int(every.argmax())])

    assert float(chain.loss(scores, labels, mask).detach()) == pytest.approx(wanted / 6, rel=1e-4)


def test_no_path_breaks_bio(chain: Chain) -> None:
    """However much the words speak for it, nothing goes on that was not begun."""
    scores = torch.zeros(3, len(TAGS))
    scores[:, 4] = 50.0

    assert [TAGS[i] for i in chain.best(scores)] in (
        [before, "B-y", "I-y"] if first else ["B-y", "I-y", "I-y"]
        for first, before in ((1, "O"), (1, "B-x"), (0, ""))
    )
    loss = chain.loss(scores[None], torch.tensor([[3, 4, 4]]), torch.ones(1, 3, dtype=torch.bool))
    loss.backward()
    assert all(bool(p.grad.isfinite().all()) for p in chain.parameters())


def test_parts_are_parted_only_by_what_joins() -> None:
    """One word that looks like another part does not make one; what joins is never first."""
    pairs, firsts = (RULED_OUT * (~each).float() for each in segments(3))
    scores = torch.tensor([[5.0, 3, 0], [0, 4, 0], [-1, 0, 2], [0, 4, 0], [6, 0, 0], [0, 0, 4]])

    assert likeliest(scores, pairs, firsts) == [1, 1, 1, 1, 0, 2]


def test_figures_by_hand() -> None:
    """A sentence is right with its intents and its slots; a slot with its place and its type."""
    one = Joined(("a", "and", "b"), ("B-x", "O", "B-y"), ("one", "", "two"))
    both = frozenset({"one", "two"})
    given = [
        (both, ("B-x", "O", "B-y")),
        (both, ("B-x", "O", "O")),
        (frozenset({"one"}), ("B-x", "O", "B-y")),
        (frozenset({"one"}), ("O", "O", "B-x")),
    ]

    found = mixed.figures([one] * 4, given)

    assert found == {"overall": 0.25, "intents": 0.5, "slots_f1": pytest.approx(2 * 5 / (8 + 6))}


ROWS = [
    ("start", ["set", "a", "timer", "for", "ten", "minutes"], "OOOOBI"),
    ("start", ["set", "ten", "minutes"], "OBI"),
    ("ask", ["timer", "for", "ten"], "OOB"),
    ("ask", ["a", "timer"], "OO"),
    ("stop", ["timer", "timer"], "OO"),
    ("stop", ["minutes", "for", "a", "timer"], "OOOO"),
]
TYPES = {"start": "length", "ask": "name"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a tiny set."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    rows = [
        {"tokens": words, "intent": name}
        | {"tags": [tag if tag == "O" else f"{tag}-{TYPES[name]}" for tag in tags]}
        for name, words, tags in ROWS
    ]
    text = "".join(json.dumps(each) + "\n" for each in rows).encode()
    (folder / "train.jsonl.xz").write_bytes(lzma.compress(text))
    (folder / "test.jsonl").write_bytes(text)
    files = ("train.jsonl.xz", "test.jsonl", "test.jsonl")
    monkeypatch.setitem(joining.SETS, "atis", MixedSet(files, (300, 20, 20)))
    return folder


def test_learns_goes_on_and_is_asked_again(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is learnt of what is easy; a stopped run goes on to the same, a finished one is asked."""
    folder = checkpoints.write(tmp_path / "one", checkpoints.config("distilbert"))
    how = mixed.Settings(epochs=12, rate=5e-3)
    monkeypatch.setattr(mixed, "HEAD_RATE", 5e-2)
    monkeypatch.setattr("assistant.training.loop.SAVE_EVERY", 20)
    out = tmp_path / "runs" / "tiny"
    lines: list[str] = []

    def stop(line: str) -> None:
        lines.append(line)
        if line.startswith("step 60/"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mixed.measure("atis", how, data, folder, out, stop)
    lines.clear()
    found = mixed.measure("atis", how, data, folder, out, lines.append)

    assert "Going on from step 40." in lines
    assert found["test_overall"] > 0.8
    assert found["test_intents"] > 0.9
    assert found["trained_on"] == found["of"]
    lines.clear()
    assert mixed.measure("atis", how, data, folder, out, lines.append) == found
    assert not [line for line in lines if line.startswith("step ")]
    with pytest.raises(CheckpointError, match="another run"):
        mixed.measure("atis", mixed.Settings(epochs=1), data, folder, out, lines.append)


def test_grown_model_answers_alike(data: Path, tmp_path: Path) -> None:
    """Twice the width gives the logits there were before, so that learning goes on from there."""
    known, *_ = joining.read_sets("atis", data, 0)
    labels = mixed.Labels.of(known)
    folder = checkpoints.write(tmp_path / "one", checkpoints.config("distilbert"))
    encoder, tokenizer = mixed.open_encoder(folder)
    model = mixed.Model(encoder, labels).eval()
    torch.nn.init.normal_(model.chain.follows)
    words = mixed.encode(tokenizer, known[:4])

    wide = mixed.grown(model, labels, seed=1).eval()

    assert wide.encoder.config.hidden == 2 * encoder.config.hidden
    assert torch.equal(wide.chain.follows, model.chain.follows)
    with torch.no_grad():
        for mine, theirs in zip(wide(words), model(words), strict=True):
            assert torch.allclose(mine, theirs, atol=0.03)  # in bfloat16


def test_narrow_rows_come_first_and_go_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MiniLM learns, is grown and learns more; no other checkpoint can be grown."""
    folder = checkpoints.write(tmp_path / "one", checkpoints.config("distilbert"))
    tiny = mixed.open_encoder(folder)
    monkeypatch.setattr("assistant.training.glue.teacher", lambda: tiny)
    how = mixed.Settings(rows=32, narrow=48, alone=2, vary=True)
    lines: list[str] = []

    found = mixed.measure("atis", how, data, None, tmp_path / "runs", lines.append)
    again = mixed.measure("atis", how, data, None, tmp_path / "runs", lines.append)

    assert [line.split()[1] for line in lines if "joined sentences" in line] == ["48", "32"] * 2
    assert "Going on from step 3." in lines  # of 48 in batches of 16
    assert [line.split()[1] for line in lines if line.startswith("step")] == [
        "3/3",
        "3/3",
    ]  # 32 + 12
    assert again == found
    with pytest.raises(CheckpointError, match="can't be grown"):
        mixed.measure("atis", how, data, folder, tmp_path / "other", lines.append)


def test_command_tells_figures_and_what_was_reduced(data: Path, tmp_path: Path) -> None:
    """The figures are flat in both forms."""
    folder = checkpoints.write(tmp_path / "one", checkpoints.config("distilbert"))
    words = ["train", "mixed", "atis", "--data", str(data), "--rows", "16"]
    words += ["--checkpoint", str(folder), "--out", str(tmp_path / "runs")]

    plain = CliRunner().invoke(commands, words)
    flat = CliRunner().invoke(commands, [*words, "--json"])

    assert plain.stdout.startswith("trained_on")
    told = json.loads(flat.stdout)
    assert told["trained_on"] == 16
    assert {f"{part}_{n}" for part in ("valid", "test") for n in ("overall", "slots_f1")} < set(
        told
    )
