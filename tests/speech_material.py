"""What tests of speech models share: a copy of a real model, and one made up of bytes."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from assistant import paths
from assistant.speech.models import layout, shelf

BUNDLED = paths.bundled_model(shelf.BUNDLED)
"""The folder of the model that comes along."""

MODEL = "vosk-model-own"
"""What a copy of it is called."""


def speech(part: str = "") -> Path:
    """Return a file or folder of the speech material, or skip."""
    shared = os.environ.get("ASSISTANT_SHARED")
    path = Path(shared or "", "speech", part)
    if not shared or not path.exists():
        pytest.skip(f"needs speech material: set ASSISTANT_SHARED to what holds speech/{part}")
    return path


def copy(model: Path, folder: Path) -> Path:
    """Copy a model file by file, so that what may not be written in it may be in the copy."""
    for name in layout.files_of(model):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((model / name).read_bytes())
    return folder


def steady(model: Path, folder: Path) -> Path:
    """Copy a model so that it hears the same every time.

    Kaldi lays a little noise under the sound, by the process's dice: with it one recording in
    thirty is heard differently after another test, or not at all. Not for sound with mere zeros in
    it, whose logarithm the network has never seen.
    """
    copy(model, folder)
    with (folder / "conf" / "mfcc.conf").open("a") as options:
        options.write("--dither=0\n")
    return folder


def naming_its_words(model: Path, folder: Path) -> Path:
    """Copy a model with its words in the graph instead of a list, as the small published ones."""
    copy(model, folder)
    listed, graph = folder / "graph" / "words.txt", folder / "graph" / "Gr.fst"
    rows = [line.split() for line in listed.read_text().splitlines()]
    listed.unlink()
    names = struct.pack("<ii5sqq", 2125658996, 5, b"words", len(rows), len(rows))
    for word, number in rows:
        spelt = word.encode()
        names += struct.pack(f"<i{len(spelt)}sq", len(spelt), spelt, int(number))
    old = graph.read_bytes()
    flags = 8 + 5 + 4 + 8 + 4  # after the mark, the types "const" and "standard", the version
    body = flags + 4 + 4 * 8
    head = old[:flags] + struct.pack("<i", 2) + old[flags + 4 : body]
    graph.write_bytes(head + names + old[body:])
    return folder


def const_fst(labels: Iterable[int], words: Iterable[str] = ()) -> bytes:
    """Return an FST of one state with an arc for each output label, as OpenFst writes it."""
    arcs, words = list(labels), list(words)
    head = struct.pack("<ii5si8s", 2125659606, 5, b"const", 8, b"standard")
    head += struct.pack("<iiQqqq", 2, 2 if words else 0, 0, 0, 1, len(arcs))
    if words:
        head += struct.pack("<ii5sqq", 2125658996, 5, b"words", len(words), len(words))
        for number, word in enumerate(words):
            head += struct.pack("<i", len(word.encode())) + word.encode()
            head += struct.pack("<q", number)
    state = struct.pack("<fIIII", 0.0, 0, len(arcs), 0, 0)
    return head + state + b"".join(struct.pack("<iifi", n, n, 0.0, 0) for n in arcs)


def made_up(folder: Path, rate: int = 16_000) -> Path:
    """Write a folder with the layout of a model and sound files, but nothing learnt in it."""
    network = b"\0B<TransitionModel> <Topology> \x04" + struct.pack("<iii", 2, 1, 2)
    files = {
        "am/final.mdl": network + bytes(20_000),
        "conf/mfcc.conf": f"--sample-frequency={rate}\n--num-ceps=40\n".encode(),
        "conf/model.conf": b"--beam=13.0\n",
        "graph/HCLr.fst": const_fst(range(1, 30)),
        "graph/Gr.fst": const_fst(range(1, 30)),
        "graph/disambig_tid.int": b"7\n",
        "graph/words.txt": b"<eps> 0\n" + b"".join(b"word%d %d\n" % (n, n) for n in range(1, 30)),
        "graph/phones/word_boundary.int": b"1 nonword\n2 singleton\n",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(folder: Path, path: Path, top: str = "model/") -> Path:
    """Pack a folder's files below ``top``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                file.write(each, top + each.relative_to(folder).as_posix())
    return path


def is_sentence(error: BaseException) -> bool:
    """Tell whether an error reads as one sentence (or two) on one line."""
    text = str(error)
    return text.endswith(".") and "\n" not in text and "Traceback" not in text
