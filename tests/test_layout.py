"""A model's files are read far enough to find what Vosk would take and then mishear."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SpeechError
from assistant.speech.models import fst, languages, layout
from tests import speech_material
from tests.speech_material import made_up


def test_layout_knows_the_old_form_and_its_parts(tmp_path: Path) -> None:
    """Files side by side count as a model; parts that need one another must be together."""
    flat = {"final.mdl", "mfcc.conf", "HCLG.fst", "words.txt", "word_boundary.int"}
    assert layout.layout_of(flat) is layout.FLAT
    assert layout.missing(flat, layout.FLAT) == []
    assert not layout.has_grammars(flat, layout.FLAT)
    assert layout.missing(flat - {"HCLG.fst"}, layout.FLAT) == [
        "Gr.fst",
        "HCLr.fst",
        "disambig_tid.int",
    ]
    assert layout.missing(flat | {"rescore/G.fst"}, layout.FLAT) == ["rescore/G.carpa"]
    assert "ivector/final.dubm" in layout.missing(flat | {"ivector/final.ie"}, layout.FLAT)
    assert layout.layout_of({"config.json", "model.safetensors"}) is None


def test_layout_finds_what_vosk_would_take(tmp_path: Path) -> None:
    """Words and sounds without a number, and graphs cut anywhere, are found in a made-up model."""
    model = made_up(tmp_path / "model")
    names = layout.files_of(model)
    layout.check_files(model, names, layout.FOLDERS)
    words = model / "graph/words.txt"
    whole = words.read_bytes()
    for content in (whole[:-8], whole.replace(b"word7 7\n", b""), whole + b"odd\n", b"\0" * 40):
        words.write_bytes(content)
        with pytest.raises(SpeechError, match=r"words\.txt"):
            layout.check_files(model, names, layout.FOLDERS)
    words.write_bytes(whole)
    (model / "graph/phones/word_boundary.int").write_text("1 nonword\n")
    with pytest.raises(SpeechError, match="lacks the sound number 2"):
        layout.check_files(model, names, layout.FOLDERS)
    graph = speech_material.const_fst(range(30), ["<eps>", "und", "nicht"])
    for length in range(0, len(graph), 7):
        (model / "cut.fst").write_bytes(graph[:length])
        assert not fst.is_whole(model / "cut.fst")


def test_layout_reads_words_from_the_graph(tmp_path: Path) -> None:
    """A model without words.txt keeps its words in the graph."""
    model = made_up(tmp_path / "model")
    (model / "graph/words.txt").unlink()
    names = layout.files_of(model)
    with pytest.raises(SpeechError, match="names no words"):
        layout.check_files(model, names, layout.FOLDERS)
    german = languages.COMMON["German"].split()
    graph = speech_material.const_fst(range(11), ["<eps>", *german])
    (model / "graph/Gr.fst").write_bytes(graph)
    layout.check_files(model, names, layout.FOLDERS)

    assert languages.language_of(layout.vocabulary(model, names, layout.FOLDERS)) == "German"


def test_languages_prefer_english_where_level() -> None:
    """A large English model knows foreign words too; an unknown language is none."""
    both = f"{languages.COMMON['English']} {languages.COMMON['French']}".split()
    assert languages.language_of(both) == "English"
    assert languages.language_of(["saluton", "mondo"]) == ""
    assert languages.script_of(["да", "нет", "ok"]) == "Cyrillic"
