"""`assistant eval` on files: figures that can be worked out by hand, pages, and bad files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant import paths
from assistant.cli import commands
from assistant.engine.encoder import TokenVectors
from assistant.errors import AssistantError
from assistant.labelled import metrics
from assistant.labelled.rows import Row
from assistant.measuring import evaluation, report
from assistant.measuring import intents as evaluate
from assistant.measuring.intents import matched
from assistant.measuring.labels import spans_of
from assistant.measuring.results import Evaluation, worst
from assistant.understanding.learning import tagging
from assistant.understanding.learning.classifier import Labelled


def write(path: Path, *rows: object) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    """Run ``assistant eval``."""
    return CliRunner().invoke(commands, ["eval", *map(str, words)])


def test_metrics_by_label_and_spans() -> None:
    """Precision, recall and F1 count right answers, and spans only when they are exactly right."""
    scores = metrics.by_label(["a", "a", "b"], ["a", "b", "b"])
    assert scores == {
        "a": (1.0, 0.5, pytest.approx(2 / 3), 2),
        "b": (0.5, 1.0, pytest.approx(2 / 3), 1),
    }

    found = metrics.spans(
        [[(0, 4, "x"), (5, 7, "y")], []], [[(0, 4, "x"), (5, 8, "y")], [(0, 1, "x")]]
    )
    assert found[""] == (pytest.approx(1 / 3), 0.5, pytest.approx(0.4), 2)
    assert found["y"][2] == 0.0


def test_metrics_ranks_and_thresholds() -> None:
    """Spearman shares ranks among equals; AUROC and recall at 4 % are those of the definition."""
    assert metrics.spearman([1, 2, 3], [2, 4, 9]) == pytest.approx(1)
    assert metrics.spearman([1, 1, 2], [3, 2, 1]) == pytest.approx(-0.8660254)
    assert metrics.spearman([1, 1], [0, 5]) == 0
    assert metrics.auroc([0.9, 0.8], [0.1, 0.8]) == pytest.approx(0.875)
    inside = np.linspace(0.5, 1, 101).tolist()
    assert metrics.recall_at(inside, [0.1, 0.51, 0.6, 0.9]) == 0.5
    assert metrics.refusals([0.9, 0.8], [0.1])[-1] == (1.0, 1.0)
    assert metrics.calibration_error([True, False], [0.75, 0.75]) == pytest.approx(0.25)


def test_evaluate_names_without_a_dot_match_functions() -> None:
    """A bare name is that of a function; names that are none stay and count as wrong."""
    names = {"timer.start", "dice.roll"}
    asked = [("x", "start"), ("y", "dice.roll"), ("z", "brew")]

    assert matched(asked, names, Path("t")) == [
        ("x", "timer.start"),
        ("y", "dice.roll"),
        ("z", "brew"),
    ]
    with pytest.raises(AssistantError, match="no intent that was learnt"):
        matched([("z", "brew")], names, Path("t"))


def test_evaluate_a_bare_name_may_be_that_of_several_skills() -> None:
    """Where two skills have such a function, each of them is right and others are not."""
    names = {"timer.start", "stopwatch.start", "dice.roll"}
    asked = matched([("x", "start"), ("y", "start"), ("z", "start")], names, Path("t"))

    given = ["timer.start", "stopwatch.start", "dice.roll"]
    assert evaluate._meant(asked, given) == ["timer.start", "stopwatch.start", "start"]
    assert evaluate._unknown([*asked, ("w", "brew")], names) == (
        "Never learnt, so always wrong: brew.",
    )


def test_evaluate_draws_from_more_rows_than_can_be_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head learns from some rows of a file that is too large, the same ones every time."""
    monkeypatch.setattr(evaluate, "LEARNT", 3)
    known = [(str(i), "a") for i in range(10)]

    assert len(evaluate._some(known)) == 3
    assert evaluate._some(known) == evaluate._some(known)
    assert evaluate._some(known[:3]) == known[:3]


def test_evaluate_spans_are_places_in_the_joined_text() -> None:
    """Tags become character places of the tokens joined by blanks."""
    row = Row("go to new york", tokens=("go", "to", "new", "york"), tags=("O", "O", "B-c", "I-c"))

    assert [(row.text[a:b], kind) for a, b, kind in spans_of(row)] == [("new york", "c")]


def look(words: dict[str, int]):
    """Return an encoder's stand-in: a word's vector is a 1 at its number."""

    def tokens(texts):
        made = []
        for text in texts:
            spots = [m.span() for m in re.finditer(r"\S+", text)]
            vectors = np.zeros((len(spots), 16), np.float32)
            for row, (a, b) in enumerate(spots):
                vectors[row, words.get(text[a:b], 15)] = 1
            made.append(TokenVectors(vectors, np.array(spots).reshape(-1, 2), vectors.sum(0)))
        return made

    return tokens


def test_tagging_learns_slots_from_their_surroundings() -> None:
    """A tagger that saw a few sentences finds slots in words it never saw."""
    tokens = look({word: i for i, word in enumerate("fly to from on".split())})
    train = [(f"fly from {a} to {b} on", "OOBOBO") for a, b in ("ab", "cd", "ef", "ga", "hb")]
    texts = [text for text, _ in train]
    tags = [["O", "O", "B-start", "O", "B-end", "O"] for _ in train]

    tagger = tagging.fit(texts, tags, tokens, epochs=60)

    text = "fly from oslo to rome on"
    assert [(text[a:b], k) for a, b, k in tagger.spans([text])[0]] == [
        ("oslo", "start"),
        ("rome", "end"),
    ]
    assert tagger.spans([""]) == [[]]


def test_report_is_whole_and_escaped() -> None:
    """The page holds its pictures, its figures and its mistakes, and no script of a data set."""
    expected, given = ("a", "a", "<b>"), ("a", "<b>", "<b>")
    found = Evaluation(
        "Intents of <x>",
        {"accuracy": 2 / 3},
        expected,
        given,
        (0.9, 0.8, 0.7),
        (0.1, 0.75),
        metrics.by_label(expected, given),
        ((1, 0.5, 0.1), (5, 0.9, 0.0)),
        worst(
            ["one", "<script>alert(1)</script>", "three"], [*expected], [*given], [0.9, 0.8, 0.7]
        ),
    )

    page = report.document(found)

    assert page.count("<svg") == 4
    assert "0.6667" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http://www.w3.org" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.S)


def test_report_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """A place that is none is told."""
    with pytest.raises(AssistantError, match="can't be written"):
        report.write(Evaluation("x", {"accuracy": 1.0}), tmp_path / "gone" / "page.html")


TEA = ["make me some tea", "brew a cup of tea", "put the kettle on for tea", "i would like a tea"]
LAMP = ["switch the lamp on", "turn on the light", "lights on please", "make it brighter in here"]


@pytest.mark.model
def test_evaluate_intents_on_files(tmp_path: Path, assistant_home: Path) -> None:
    """The flat figures are there, with means and deviations over draws, and a page."""
    train = write(
        tmp_path / "train.jsonl",
        *({"text": t, "intent": i} for i, texts in (("tea", TEA), ("lamp", LAMP)) for t in texts),
    )
    test = write(
        tmp_path / "test.jsonl",
        {"text": "a cup of tea please", "intent": "tea"},
        {"text": "please turn the lamp on", "intent": "lamp"},
    )
    oos = write(tmp_path / "oos.jsonl", {"text": "how do i cook rice"})

    done = run("intents", "--train", train, "--test", test, "--oos", oos, "--json")
    figures = json.loads(done.output)
    assert figures["accuracy"] == 1.0
    assert set(figures) >= {"macro_f1", "ece", "oos_auroc", "oos_recall_at_4"}

    done = run("intents", "--train", train, "--hold-out", 0.25, "--json")
    assert 0 <= json.loads(done.output)["accuracy"] <= 1
    assert "Say what to measure on" in run("intents", "--train", train).output
    page = tmp_path / "page.html"
    done = run(
        "intents", "--train", train, "--test", test, "--shots", 2, "--seeds", 3, "--report", page
    )
    assert re.search(r"accuracy_std +0\.\d{4}", done.output)
    assert "Learning curve" in page.read_text()


def test_evaluation_curve_rises_with_examples_and_ends_where_there_are_no_more() -> None:
    """Folds are asked of heads that saw so many other examples of each intent."""
    chance = np.random.default_rng(0)
    centres = np.repeat(np.eye(8, dtype=np.float32)[:4], 10, axis=0)
    vectors = centres + 0.45 * chance.standard_normal((40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    examples = Labelled(vectors, np.repeat(np.arange(4), 10), np.arange(40))

    points = evaluation.curve(["a", "b", "c", "d"], examples, (1, 4, 8, 20, 50))

    assert [count for count, _, _ in points] == [1, 4, 8]
    assert points[0][1] < points[-1][1] <= 1
    assert all(spread >= 0 for _, _, spread in points)


FEW = ("clock", "dice", "stopwatch")


@pytest.mark.slow
@pytest.mark.model
def test_evaluate_skills_reports_the_budget(tmp_path: Path, assistant_home: Path) -> None:
    """The cost of the false-accept budget in missed commands is told; of a few skills, for time."""
    others = [p.stem for p in (paths.bundled() / "skills").glob("*.py") if p.stem not in FEW]
    assistant_home.mkdir()
    (assistant_home / "settings.toml").write_text(f"disabled = {json.dumps(others)}")
    page = tmp_path / "skills.html"
    done = run("skills", "--report", page)

    assert re.search(r"missed +0\.\d{4}", done.output)
    assert "of unrelated sentences may act" in done.output
    assert "The worst mistakes" in page.read_text()
    assert "Learning curve" in page.read_text()

    test = write(
        tmp_path / "t.jsonl",
        {"text": "roll two dice", "intent": "roll"},
        {"text": "flip a coin for me", "intent": "brew"},
    )
    oos = write(tmp_path / "oos.jsonl", {"text": "how do i cook rice"})
    done = run("skills", "--test", test, "--oos", oos)
    assert re.search(r"^accuracy +0\.5000", done.output, re.M)
    assert re.search(r"oos_accepted +0\.0000", done.output)
    assert "always wrong: brew" in done.output
    assert "--oos goes with --test" in run("skills", "--oos", oos).output


@pytest.mark.parametrize(
    ("command", "rows", "told"),
    [
        ("sentiment", [{"text": "x", "label": "so-so"}], r"t.jsonl:1 .*so-so"),
        ("sentiment", [{"text": "x", "label": "pos"}], "one sentiment only"),
        ("entities", [{"tokens": ["x"], "tags": ["B-cuisine"]}], "names no type we know"),
        ("entities", [{"tokens": ["x"], "tags": ["oops"]}], r"t.jsonl:1 .*not BIO"),
        ("similarity", [{"a": "x", "b": "y"}], r"t.jsonl:1 has no number"),
        ("sentiment", [], "holds no rows"),
    ],
)
def test_evaluate_bad_files_are_sentences(
    tmp_path: Path, assistant_home: Path, command: str, rows: list[object], told: str
) -> None:
    """Each mistake in a file is one sentence with the file and, where there is one, the line."""
    error = run(command, "--test", write(tmp_path / "t.jsonl", *rows)).exception
    assert isinstance(error, AssistantError)
    assert re.search(told, str(error))


def test_evaluate_one_intent_is_a_sentence(tmp_path: Path, assistant_home: Path) -> None:
    """One class is nothing to tell apart."""
    one = write(tmp_path / "one.jsonl", {"text": "x", "intent": "a"})

    assert "one intent only" in str(run("intents", "--train", one, "--test", one).exception)
    assert paths.home() == assistant_home
