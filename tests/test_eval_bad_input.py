"""Files that are broken are told in one sentence, with file and line, by the command itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from assistant import cli

GOOD = {"text": "brew some tea", "intent": "tea"}
LAMP = {"text": "lights on", "intent": "lamp"}


def told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object
) -> str:
    """Run the command line and return what it says about a failure, which is one sentence."""
    monkeypatch.setattr(sys, "argv", ["assistant", "eval", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert "went wrong" not in said.err
    return said.err


def lines(path: Path, *rows: object) -> Path:
    """Write rows, those that are bytes as they are."""
    parts = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in rows]
    path.write_bytes(b"".join(part + b"\n" for part in parts))
    return path


BROKEN: list[tuple[tuple[object, ...], str]] = [
    ((GOOD, b'{"text": "lights'), "x.jsonl:2 is no JSON"),
    ((GOOD, b"lights on\tlamp"), "x.jsonl:2 is no JSON"),
    ((GOOD, {"text": "lights on"}), "x.jsonl:2 has no label under “intent”"),
    ((GOOD, {"intent": "lamp"}), "x.jsonl:2 has no text under “text”"),
    ((GOOD, '{"text": "café"}'.encode("latin-1")), "x.jsonl:2 is not UTF-8"),
    ((GOOD, "\ufeff".encode("utf-16-le") + '{"a": 1}'.encode("utf-16-le")), "x.jsonl:2"),
    ((b'{"text": "x \\ud83d y", "intent": "tea"}',), "x.jsonl:1 has half of a letter"),
    ((GOOD, GOOD), "has one intent only (tea)"),
    ((), "x.jsonl holds no rows"),
    ((b"", b"  "), "x.jsonl holds no rows"),
]


def asks(asked: str, sentence: str) -> bool:
    """Tell whether a file asked for so can be wrong so: only some must have intents, or two."""
    if asked == "--oos":
        return "intent" not in sentence
    return asked == "--train" or "one intent only" not in sentence


@pytest.mark.parametrize(
    ("asked", "rows", "sentence"),
    [
        (asked, rows, sentence)
        for asked in ("--train", "--test", "--oos")
        for rows, sentence in BROKEN
        if asks(asked, sentence)
    ],
)
def test_eval_intents_tells_what_is_wrong_with_a_file(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    rows: tuple[object, ...],
    sentence: str,
) -> None:
    """Whichever of the files is broken, its name and line are told before anything is learnt."""
    good = lines(tmp_path / "good.jsonl", GOOD, LAMP)
    files = {"--train": good, "--test": good, "--oos": good}
    files[asked] = lines(tmp_path / "x.jsonl", *rows)

    said = told(capsys, monkeypatch, "intents", *(word for pair in files.items() for word in pair))

    assert sentence in said


def test_eval_intents_of_other_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test of which no intent was learnt is told; it would measure nothing."""
    train = lines(tmp_path / "train.jsonl", GOOD, LAMP)
    test = lines(tmp_path / "test.jsonl", {"text": "fly me to the moon", "intent": "flight"})

    said = told(capsys, monkeypatch, "intents", "--train", train, "--test", test)

    assert "test.jsonl has no intent that was learnt (flight" in said


@pytest.mark.parametrize(
    ("command", "row", "sentence"),
    [
        ("sentiment", {"text": "x", "label": "meh"}, "x.jsonl:1 has the sentiment “meh”"),
        ("sentiment", {"text": "x", "label": "neg"}, "one sentiment only (negative)"),
        ("entities", {"tokens": ["a"], "tags": ["B-cuisine"]}, "--map"),
        ("entities", {"tokens": ["a"], "tags": ["O"]}, "--map"),
        ("entities", {"tokens": ["a", "b"], "tags": ["O"]}, "x.jsonl:1 has 2 tokens but 1 tags"),
        ("entities", {"tokens": ["a"], "tags": ["I-PER"]}, "x.jsonl:1 has “I-PER” after “O”"),
        ("similarity", {"a": "x", "b": "y", "label": "much"}, "x.jsonl:1 has no number"),
        ("similarity", {"a": "x", "label": 1}, "x.jsonl:1 has no text under “b”"),
    ],
)
def test_eval_labels_tell_what_is_wrong_with_a_file(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    row: object,
    sentence: str,
) -> None:
    """Labels nobody knows, one class, and tags that are none are told with file and line."""
    said = told(capsys, monkeypatch, command, "--test", lines(tmp_path / "x.jsonl", row))

    assert sentence in said
    assert "x.jsonl" in said


def test_eval_slots_without_slots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows without a slot teach none: told before anything is encoded."""
    file = lines(tmp_path / "x.jsonl", {"tokens": ["a"], "tags": ["O"], "intent": "i"})

    assert "x.jsonl has no slots" in told(
        capsys, monkeypatch, "slots", "--train", file, "--test", file
    )


def test_eval_map_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that can't be read, or leads nowhere, is told."""
    test = lines(tmp_path / "x.jsonl", {"text": "x", "label": "pos"}, {"text": "y", "label": "neg"})
    table = tmp_path / "map.toml"
    table.write_text("positive = [")
    ask = ("sentiment", "--test", test, "--map", table)
    assert "map.toml can't be read" in told(capsys, monkeypatch, *ask)

    table.write_text('cheerful = "pos"\nnegative = "neg"')
    assert "x.jsonl:1 has the sentiment “pos”" in told(capsys, monkeypatch, *ask)
