"""Speech models from strangers, as folders and zips, and sound files: none leaves its place.

What Vosk itself makes of a model is tried in a process of its own; here that is left out.

python -m tests.hostile.archives --rounds 1000 --seed 1
"""

from __future__ import annotations

import random
import shutil
import stat
import struct
import warnings
import wave
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from assistant.errors import AssistantError
from assistant.speech.capture.source import FileSource
from assistant.speech.models import fst, layout, shelf, trial
from tests.hostile import campaign, odd
from tests.speech_material import made_up, zipped

LONG = 30.0
"""Seconds after which a round counts as one that hangs."""

FRAMES = 3_000
"""Frames of a sound file that are read, at most: 96 seconds."""

NAMES = (
    "../out", "model/../../out", "/out", "C:/out", "model\\..\\out", "model", "model/", "",
    "model/am", "model/am/final.mdl/x", "model/added.json", "model/added.json/x", ".", "..",
    "model/AM/FINAL.MDL", "model/graph/words.txt", "model/x\x00y", "model/\x1b[2J", "model/" * 500,
    "model/" + "x" * 300, "model/nul", "model/a b.", "model/.hidden", "other/am/final.mdl",
    "model/rescore/G.fst", "model/graph/phones", "model/README",
)  # fmt: skip
"""Names of entries that are no usual ones, or are there already."""

NUMBERS = (0, 1, 2, 7, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 10**9)


def _numbers(data: bytes, start: int, chance: random.Random, most: int = 46) -> bytes:
    """Put odd numbers into a header that begins somewhere."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 3))):
        layout_of = chance.choice(("<H", "<I"))
        size = struct.calcsize(layout_of)
        at = start + chance.randrange(most // size) * size
        if at + size <= len(made):
            number = chance.choice(NUMBERS) & ((1 << 8 * size) - 1)
            struct.pack_into(layout_of, made, at, number)
    return bytes(made)


def _more_entries(path: Path, chance: random.Random) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as file:
        warnings.simplefilter("ignore")  # of a name that is there twice
        for _ in range(chance.choice((1, 2, 5))):
            entry = zipfile.ZipInfo(chance.choice(NAMES))
            kind = chance.choice((stat.S_IFREG, stat.S_IFREG, stat.S_IFLNK, stat.S_IFIFO, 0))
            entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
            entry.compress_type = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
            size = chance.choice((0, 9, 200_000, 30_000_000 if chance.random() < 0.1 else 5))
            file.writestr(entry, bytes(size))


def _many_entries(path: Path, chance: random.Random) -> None:
    """Write a directory of one entry, told very often."""
    count = chance.choice((2_500, 70_000, 1_000_000))
    name = b"model/am/final.mdl"
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *[0] * 9, len(name), *[0] * 6) + name
    size = count * len(entry)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 8, 8, size, 0, 0)
    path.write_bytes(entry * count + end)


def _other_headers(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    mark = chance.choice((b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"))
    starts = [at for at in range(len(data)) if data.startswith(mark, at)]
    path.write_bytes(_numbers(data, chance.choice(starts) + 4, chance))


def _other_bytes(path: Path, chance: random.Random) -> None:
    path.write_bytes(odd.bytes_of(path.read_bytes(), chance))


def _other_place(path: Path, chance: random.Random) -> None:
    odd.put(path, chance)


ZIPS: tuple[Callable[[Path, random.Random], None], ...] = (
    _more_entries, _more_entries, _other_headers, _other_headers, _other_bytes, _other_place,
)  # fmt: skip


def _one_file(folder: Path, chance: random.Random) -> None:
    """Damage a file of a model, or put something beside it."""
    there = sorted(each for each in folder.rglob("*") if each.is_file())
    path = chance.choice(there)
    kind = chance.randrange(5)
    if kind == 0:
        odd.put(path, chance)
    elif kind == 1:
        path.write_bytes(odd.bytes_of(path.read_bytes(), chance))
    elif kind == 2 and path.suffix == ".fst":
        path.write_bytes(_numbers(path.read_bytes(), chance.choice((0, 17, 30)), chance, 60))
    elif kind == 3:
        lines = path.read_bytes().split(b"\n")
        at = chance.randrange(len(lines))
        lines[at] = chance.choice(
            (b"", b"x", b"9" * 5_000, b"word -1", b"word \xc2\xb2", b"--sample-frequency=1e999")
        )
        path.write_bytes(b"\n".join(lines))
    else:
        other = folder / chance.choice(("added.json", "rescore", "ivector/final.ie", "x", ".y"))
        other.parent.mkdir(exist_ok=True)
        if not other.exists():
            odd.PLACES[chance.choice(list(odd.PLACES))](other)


def _zip(place: Path, chance: random.Random) -> Path:
    path = zipped(made_up(place / "source"), place / "model.zip")
    chance.choice(ZIPS if chance.random() < 0.98 else (_many_entries,))(path, chance)
    return path


def _folder(place: Path, chance: random.Random) -> Path:
    folder = made_up(place / "model")
    _one_file(folder, chance)
    return folder


def _added(source: Path, models: Path) -> None:
    """Add a model; whatever comes of it, nothing lies where it should not."""
    try:
        found = shelf.add(source, models, "new")
        assert found.folder == models / "new"
        shelf.check(found.folder)
    finally:
        there = {each.name for each in models.iterdir()} if models.exists() else set()
        assert there <= {"new"}, there
        kinds = {stat.S_IFMT(path.lstat().st_mode) for path in models.rglob("*")}
        assert kinds <= {stat.S_IFREG, stat.S_IFDIR}


def _in_place(folder: Path, models: Path) -> None:
    """Do all that is done with a model that lies on the shelf."""
    models.mkdir(parents=True)
    place = folder.rename(models / folder.name)
    for each in shelf.on_shelf(models):
        shelf.describe(each)
        layout.known_words(each)
        shelf.check(each)
    for each in place.rglob("*.fst"):
        if each.is_file() and each.stat().st_size < 1 << 30:
            fst.words(each)


def _wav(place: Path, chance: random.Random) -> Path:
    path = place / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(chance.choice((1, 2)))
        file.setsampwidth(chance.choice((1, 2, 4)))
        file.setframerate(chance.choice((8_000, 16_000, 44_100)))
        file.writeframes(chance.randbytes(chance.choice((0, 9, 4_000, 64_000))))
    kind = chance.randrange(5)
    if kind == 0:
        odd.put(path, chance)
    elif kind == 1:
        path.write_bytes(odd.bytes_of(path.read_bytes(), chance))
    else:
        path.write_bytes(_numbers(path.read_bytes(), 4, chance, 40))
    return path


def _heard(path: Path, models: Path) -> None:
    source = FileSource(path)
    for number, _ in enumerate(source.frames()):
        if number == FRAMES:
            source.close()


KINDS: dict[str, tuple[Callable[[Path, random.Random], Path], Callable[[Path, Path], None]]] = {
    "zip added": (_zip, _added),
    "folder added": (_folder, _added),
    "folder used": (_folder, _in_place),
    "sound heard": (_wav, _heard),
}
"""What is made, and what is done with it."""


def _attempt(do: Callable[[Path, Path], None], source: Path, models: Path) -> tuple[str, str]:
    """Do something with what was made; return how that ended, and what went wrong."""
    try:
        with odd.within(LONG), warnings.catch_warnings():
            warnings.simplefilter("error")
            do(source, models)
    except AssistantError as error:
        wrong = "" if odd.is_sentence(str(error)) else f"no sentence: {error!s:.300}"
        return "refused", wrong
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        return "failed", f"ended in {error!r:.300}"
    return "taken", ""


def run(folder: Path, rounds: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Make odd models and sounds; return what went wrong, and how it ended how often."""
    chance, wrong, ended = random.Random(seed), list[str](), Counter[str]()
    with patch.object(trial, "try_out", lambda *_, **__: trial.SENTENCE):
        for n in range(rounds):
            name = chance.choice(list(KINDS))
            make, do = KINDS[name]
            place, models = folder / "here", folder / "deep" / "models"
            place.mkdir()
            how, trouble = _attempt(do, make(place, chance), models)
            ended[f"{name}: {how}"] += 1
            outside = {each.name for each in folder.iterdir()} - {"here", "deep"}
            outside |= {each.name for each in (folder / "deep").glob("*")} - {"models"}
            trouble = trouble or (f"written outside: {outside}" if outside else "")
            if trouble:
                wrong.append(f"round {n} ({name}): {trouble}")
            for each in (place, folder / "deep"):
                shutil.rmtree(each, ignore_errors=True)
    return wrong, ended


if __name__ == "__main__":
    campaign.main(__doc__, "archives", "models and sounds", run, 300)
