"""Labelled sentences are read from files, and every mistake is told with its line."""

from __future__ import annotations

import json
import lzma
import tracemalloc
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.labelled import labels, rows


def write(path: Path, *lines: str | dict[str, object]) -> Path:
    """Write lines, objects as JSON."""
    path.write_text(
        "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in lines),
        encoding="utf-8",
    )
    return path


def test_rows_of_every_kind(tmp_path: Path) -> None:
    """Each kind of row keeps what it is for, and packed files read the same."""
    path = write(tmp_path / "a.jsonl", {"text": "brew tea", "intent": "tea"}, "")
    assert rows.read(path, "intents") == [rows.Row("brew tea", "tea", line=1)]

    path = write(tmp_path / "b.jsonl", {"tokens": ["to", "oslo"], "tags": ["O", "B-city"]})
    packed = tmp_path / "b.jsonl.xz"
    packed.write_bytes(lzma.compress(path.read_bytes()))
    assert rows.read(packed, "entities") == rows.read(path, "entities")
    assert rows.read(path, "entities")[0].text == "to oslo"
    assert rows.read(path, "text")[0].text == "to oslo"

    path = write(tmp_path / "c.jsonl", {"a": "one", "b": "two", "label": 2.5})
    assert rows.read(path, "pairs")[0].score == 2.5
    assert rows.read(write(tmp_path / "d.txt", "one", " ", "two"), "text")[1].line == 3


@pytest.mark.parametrize(
    ("kind", "line", "told"),
    [
        ("intents", "{", ":2 is no JSON"),
        ("intents", "[]", ":2 is no JSON object"),
        ("intents", '{"text": "x"}', "no label under “intent”"),
        ("intents", '{"text": "", "intent": "a"}', "no text under “text”"),
        ("sentiment", '{"text": "x", "label": null}', "no label"),
        ("entities", '{"tokens": ["a"], "tags": []}', "1 tokens but 0 tags"),
        ("entities", '{"tokens": ["a"], "tags": ["X"]}', "not BIO"),
        ("entities", '{"tokens": ["a", "b"], "tags": ["O", "I-x"]}', "not strict BIO"),
        ("entities", '{"text": "x"}', "no lists"),
        ("pairs", '{"a": "x", "b": "y", "label": "much"}', "no number"),
    ],
)
def test_rows_mistakes_name_file_and_line(
    tmp_path: Path, kind: rows.Kind, line: str, told: str
) -> None:
    """A broken line is told by file, line and what is wrong, in one sentence."""
    path = write(tmp_path / "x.jsonl", "", line)

    with pytest.raises(AssistantError, match=told) as caught:
        rows.read(path, kind)
    assert "x.jsonl:2" in str(caught.value)


def test_rows_wrong_encoding_and_no_rows(tmp_path: Path) -> None:
    """Latin-1, an empty file, a missing one, a damaged archive and plain text are told."""
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"text": "café", "intent": "a"}\n'.encode("latin-1"))
    with pytest.raises(AssistantError, match=r"latin.jsonl:1 is not UTF-8"):
        rows.read(latin, "intents")
    with pytest.raises(AssistantError, match="holds no rows"):
        rows.read(write(tmp_path / "empty.jsonl"), "intents")
    with pytest.raises(AssistantError, match="No such file"):
        rows.read(tmp_path / "gone.jsonl", "intents")
    (tmp_path / "bad.jsonl.xz").write_bytes(b"nothing packed")
    with pytest.raises(AssistantError, match="can't be read"):
        rows.read(tmp_path / "bad.jsonl.xz", "intents")
    with pytest.raises(AssistantError, match="plain text"):
        rows.read(write(tmp_path / "t.txt", "a"), "intents")


def test_rows_stream_keeps_rows_out_of_memory(tmp_path: Path) -> None:
    """Three megabytes of rows pass through a few hundred kilobytes."""
    path = tmp_path / "many.jsonl"
    path.write_text('{"text": "a", "intent": "b"}\n' * 100_000)

    tracemalloc.start()
    try:
        assert sum(1 for _ in rows.stream(path, "intents")) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 500_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "ours"),
    [("PER", "person"), ("creative-work", "work"), ("toloc.city_name", "place"), ("MISC", "other"),
     ("party_size_number", "number"), ("cuisine", None)],
)  # fmt: skip
def test_labels_of_published_sets(name: str, ours: str | None) -> None:
    """Names are read whatever their case and joints; what is none of ours is None."""
    assert labels.entity(name) == ours


def test_labels_built_in_tables_lead_to_our_labels() -> None:
    """No table leads to a label that there is not."""
    entities = set(labels._built_in("entities").values())
    assert entities <= {*labels.ENTITY_TYPES, "other"}
    assert set(labels._built_in("sentiment").values()) == set(labels.SENTIMENTS)


def test_labels_own_table_replaces_ours(tmp_path: Path) -> None:
    """A table of one's own is read alone; two meanings of a name are told."""
    path = write(tmp_path / "map.toml", 'dish = "cuisine served-dish"')
    table = labels.read_map(path)
    assert labels.entity("Cuisine", table) == "dish"
    assert labels.entity("PER", table) is None

    with pytest.raises(AssistantError, match="stands under a and b"):
        labels.read_map(write(path, 'a = "x"', 'b = "x"'))
    with pytest.raises(AssistantError, match="can't be read"):
        labels.read_map(write(path, "= 3"))
