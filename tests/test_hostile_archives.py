"""Models and sounds of strangers stay in their place, and end in a sentence."""

from __future__ import annotations

import os
import random
import resource
import struct
import time
from pathlib import Path

import pytest

from assistant.errors import SpeechError
from assistant.speech.capture.source import FileSource
from assistant.speech.models import fst, shelf
from assistant.speech.models.vosk import VoskModel
from tests.hostile import archives as campaign
from tests.hostile import odd
from tests.speech_material import const_fst, made_up


def test_odd_models_and_sounds_end_in_a_sentence(tmp_path: Path) -> None:
    """The campaign's short form."""
    wrong, ended = campaign.run(tmp_path, 120, seed=5)
    assert wrong == []
    assert {f"{name}: taken" for name in campaign.KINDS} <= ended.keys()


def test_a_million_entries_are_refused_at_once(tmp_path: Path) -> None:
    """Whatever its end says of their number, a long directory is not read."""
    path = tmp_path / "model.zip"
    seed = next(n for n in range(99) if random.Random(n).choice((1, 2, 3)) == 3)
    campaign._many_entries(path, random.Random(seed))
    assert path.stat().st_size > 50_000_000
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SpeechError, match="its directory is far longer"):
        shelf.add(path, tmp_path / "models")
    assert time.process_time() - began < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("part", ["conf/mfcc.conf", "graph/HCLr.fst", "graph/phones/more"])
def test_a_model_with_a_pipe_in_it_is_told(tmp_path: Path, part: str) -> None:
    """Also where it is $VOSK_MODEL, which nobody has checked: the library would wait for ever."""
    model = made_up(tmp_path / "model")
    (model / part).unlink(missing_ok=True)
    os.mkfifo(model / part)
    with odd.within(campaign.LONG):
        for do in (VoskModel, shelf.check, shelf.describe):
            with pytest.raises(SpeechError, match="is no file"):
                do(model)


def test_graphs_within_graphs_end(tmp_path: Path) -> None:
    """An automaton that says it holds another, which says so too, and so on."""
    whole = const_fst(range(1, 4)).replace(struct.pack("<i5s", 5, b"const"), b"")
    kind = b"olabel_lookahead"
    head = whole[:4] + struct.pack("<i", len(kind)) + kind + whole[4:]
    mark = struct.pack("<i", fst.ADD_ON_MAGIC)
    path = tmp_path / "x.fst"
    path.write_bytes((head[: len(head) - 84] + mark) * 100_000)
    assert not fst.is_whole(path)


@pytest.mark.parametrize(
    ("at", "layout", "number"),
    [
        (22, "<H", 0),
        (22, "<H", 65_535),
        (24, "<I", 0),
        (24, "<I", 1),
        (24, "<I", 10**9),
        (24, "<I", 2**32 - 1),
        (16, "<I", 0),
        (16, "<I", 2**32 - 1),
        (34, "<H", 0),
        (34, "<H", 65_535),
        (40, "<I", 0),
    ],
)
def test_odd_wav_headers_are_told(tmp_path: Path, at: int, layout: str, number: int) -> None:
    """No channels, no rate or one that can't be, odd sizes: none is read for ever."""
    path = tmp_path / "sound.wav"
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 64_036, b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16,
        b"data", 64_000,
    )  # fmt: skip
    data = bytearray(header + bytes(64_000))
    path.write_bytes(data)
    assert len(list(FileSource(path).frames())) > 60
    struct.pack_into(layout, data, at, number)
    path.write_bytes(data)
    with odd.within(campaign.LONG), pytest.raises(SpeechError) as caught:
        list(FileSource(path).frames())
    assert odd.is_sentence(str(caught.value))
