"""`assistant train glue`: the measures by hand, and runs of tiny encoders on made-up tasks."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs torch: run `make test-all`")

from assistant.cli import commands  # noqa: E402 - only where torch is
from assistant.commands.train import GLUE  # noqa: E402
from assistant.errors import AssistantError  # noqa: E402
from assistant.training import glue  # noqa: E402
from assistant.training.quantize import quantize  # noqa: E402
from tests import checkpoints  # noqa: E402

pytestmark = pytest.mark.train

COLA = [("set a timer", "acceptable"), ("timer a set", "unacceptable")]
STSB = [("set a timer", "set a timer", 5.0), ("ten minutes", "set a timer", 0.5)]
HOW = glue.Settings(epochs=2, rate=1e-3)


def write(data: Path, stem: str, rows: list[dict[str, object]]) -> None:
    """Write a task's train and dev file."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (data / stem).parent.mkdir(parents=True, exist_ok=True)
    (data / f"{stem}train.jsonl.xz").write_bytes(lzma.compress(text.encode()))
    (data / f"{stem}dev.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two tasks of a few rows."""
    folder = tmp_path / "datasets"
    write(folder, "glue/cola_", [{"text": t, "label": name} for t, name in COLA * 20])
    write(folder, "glue/stsb_", [{"a": a, "b": b, "label": score} for a, b, score in STSB * 20])
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """A float folder of one architecture and an int8 folder of the other."""
    one = checkpoints.write(tmp_path / "one", checkpoints.config("distilbert"))
    parent = checkpoints.write(tmp_path / "parent", checkpoints.config("squeezebert", 2))
    return [one, quantize(parent, tmp_path / "two")]


def test_glue_measures_by_hand() -> None:
    """Counts small enough to reckon: 3 right yes, 1 missed, 2 right no, 1 made up."""
    expected = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    given = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]

    assert glue.accuracy(expected, given) == pytest.approx(5 / 7)
    assert glue.f1(expected, given) == pytest.approx(6 / 8)
    assert glue.matthews(expected, given) == pytest.approx((3 * 2 - 1) / (4 * 4 * 3 * 3) ** 0.5)
    assert glue.matthews(expected, [1.0] * 7) == 0.0
    assert glue.f1([1.0], [0.0]) == 0.0
    spearman = glue.TASKS["stsb"].measures["stsb"]
    assert spearman([0.0, 2.5, 5.0], [0.1, 0.3, 0.2]) == pytest.approx(0.5)


def test_glue_retention_is_a_share_of_the_teacher() -> None:
    """Without a teacher, or with one no better than chance, there is none."""
    assert glue.retentions({"teacher": 0.5, "mine": 0.4}) == {"retention mine": 0.8}
    assert glue.retentions({"teacher": 0.0, "mine": 0.4}) == {}
    assert glue.retentions({"mine": 0.4}) == {}


def test_glue_pairs_are_cut_to_the_longest(folders: list[Path]) -> None:
    """A pair is one row of ids, and its longer part is cut."""
    _, tokenizer = glue.open_encoder(folders[0])

    rows = glue.encode(tokenizer, [("set",), ("set a", "timer"), ("set " * 500, "ten minutes")])

    assert rows[0] == [2, 4, 3]
    assert rows[1] == [4, 5, 6]  # the tiny tokenizer puts no marks around pairs
    assert len(rows[2]) == glue.LONGEST
    assert rows[2][-2:] == [8, 9]


def test_glue_learns_and_tells_both_and_their_retention(
    data: Path, folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Classes and scores are learnt by either architecture; the embeddings stay."""
    tiny = glue.open_encoder(folders[0])
    before = tiny[0].embeddings.word_embeddings.weight.clone()
    monkeypatch.setattr(glue, "teacher", lambda: tiny)
    monkeypatch.setattr(glue, "BATCH", 4)
    told: list[str] = []
    how = glue.Settings(epochs=6, rate=2e-3)

    found = glue.measure(
        ["cola", "stsb"], [Path("teacher"), folders[1]], how, data, None, told.append
    )

    assert list(found) == ["cola", "stsb"]
    assert set(found["stsb"]) == {"teacher", "two", "retention two"}
    assert found["stsb"]["teacher"] > 0.8
    assert found["stsb"]["two"] > 0.8
    assert torch.equal(tiny[0].embeddings.word_embeddings.weight, before)
    assert any(line.startswith("step ") for line in told)


def test_glue_goes_on_after_the_last_finished_run(
    data: Path, folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished runs are skipped, unless the settings or the weights are others."""
    out = tmp_path / "runs" / "glue.jsonl"
    first: list[str] = []
    glue.measure(["cola"], folders[:1], HOW, data, out, first.append)
    second: list[str] = []
    both = glue.measure(["cola"], folders, HOW, data, out, second.append)
    monkeypatch.setattr(glue, "finetune", None)

    again = glue.measure(["cola"], folders, HOW, data, out)

    assert [line for line in first if "training rows" in line] == [
        "cola: one, 40 of 40 training rows"
    ]
    assert [line for line in second if "training rows" in line] == [
        "cola: two, 40 of 40 training rows"
    ]
    assert again == both
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    checkpoints.write(folders[0], checkpoints.config("distilbert"), seed=1)
    with pytest.raises(TypeError):
        glue.measure(["cola"], folders, HOW, data, out, second.append)


def test_glue_command_tells_json_and_what_was_reduced(data: Path, folders: list[Path]) -> None:
    """The figures are flat; a cap on rows is told in both forms."""
    words = ["train", "glue", "cola", "--data", str(data), "--rows", "8", "--epochs", "1"]
    words += ["--checkpoint", str(folders[0])]

    plain = CliRunner().invoke(commands, words)
    flat = CliRunner().invoke(commands, [*words, "--json"])

    assert plain.stdout.startswith("cola dev (reduced to 8 training rows): one ")
    assert set(json.loads(flat.stdout)["cola"]) == {"one", "reduced to"}


def test_glue_command_knows_every_task() -> None:
    """The names stand twice, since the command may not import torch."""
    assert tuple(glue.TASKS) == GLUE


def test_glue_errors_are_sentences(data: Path, folders: list[Path], tmp_path: Path) -> None:
    """Missing and broken files are told before any training."""
    with pytest.raises(AssistantError, match=r"rte are not at .*rte_train.*--data"):
        glue.measure(["cola", "rte"], folders, HOW, data)
    with pytest.raises(AssistantError, match="config"):
        glue.measure(["cola"], [tmp_path / "nowhere"], HOW, data)
    with pytest.raises(AssistantError, match="Two checkpoints are called one"):
        glue.measure(["cola"], [folders[0], folders[0]], HOW, data)
    out = tmp_path / "notes.txt"
    out.write_text("milk\n", encoding="utf-8")
    with pytest.raises(AssistantError, match=r"notes\.txt:1 is no result"):
        glue.measure(["cola"], folders, HOW, data, out)
    (data / "glue/cola_dev.jsonl").write_text('{"text": "a", "label": "odd"}\n', encoding="utf-8")
    with pytest.raises(AssistantError, match=r"cola_dev\.jsonl:1 is no row of cola"):
        glue.measure(["cola"], folders, HOW, data)
