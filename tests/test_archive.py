"""Zip files from strangers are looked through before anything is written."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import SpeechError
from assistant.speech.models import archive, layout, shelf
from tests.speech_material import is_sentence, made_up, zipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the user's models, which is not there yet."""
    return tmp_path / "deep" / "home" / "models"


@pytest.fixture(autouse=True)
def _nothing_elsewhere(tmp_path: Path, folder: Path) -> Iterator[None]:
    """Let a test fail that left anything in or around the folder of models."""
    yield
    assert {*(tmp_path / "deep").rglob("*")} <= {folder, folder.parent}


def packed(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    """Return a zip of a whole made-up model with some entries more."""
    zipped(made_up(path.parent / "model"), path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return path


def link(name: str) -> zipfile.ZipInfo:
    """Return the entry of a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("../outside", "outside the model's folder"),
        ("model/am/../../../outside", "outside the model's folder"),
        ("/outside", "outside the model's folder"),
        ("C:/outside", "leads elsewhere"),
        ("model\\..\\outside", "leads elsewhere"),
        (link("model/README"), "a link or a device"),
        (link("model/graph/extra"), "a link or a device"),
        ("model/AM/final.mdl", "is in it twice"),
    ],
    ids=str,
)
def test_archive_refuses_ways_out(
    folder: Path, tmp_path: Path, entry: zipfile.ZipInfo | str, told: str
) -> None:
    """A path out of the folder, a link and a second file of one name are told by name."""
    path = packed(tmp_path / "model.zip", (entry, b"/etc"))
    with pytest.raises(SpeechError, match=told) as caught:
        shelf.add(path, folder)
    assert is_sentence(caught.value)


def test_archive_refuses_bombs(folder: Path, tmp_path: Path) -> None:
    """A small zip that unpacks to very much is refused from its directory alone."""
    path = packed(tmp_path / "model.zip", ("model/graph/more.fst", bytes(300_000_000)))
    with pytest.raises(SpeechError, match="that is a trap"):
        shelf.add(path, folder)


def test_archive_does_not_believe_a_false_size(folder: Path, tmp_path: Path) -> None:
    """A zip that says less than it unpacks to is stopped at what it said."""
    path = packed(tmp_path / "model.zip", ("model/graph/more.fst", bytes(50_000_000)))
    size = (50_000_000).to_bytes(4, "little")
    assert path.read_bytes().count(size) == 2
    path.write_bytes(path.read_bytes().replace(size, (1_000).to_bytes(4, "little")))
    with pytest.raises(SpeechError, match="damaged") as caught:
        shelf.add(path, folder)
    assert is_sentence(caught.value)


def test_archive_refuses_secrets_and_strange_packing(folder: Path, tmp_path: Path) -> None:
    """An encrypted file, and one packed by an unknown method, are told."""
    path = packed(tmp_path / "model.zip")
    whole = path.read_bytes()
    at = whole.rindex(b"PK\x01\x02")
    path.write_bytes(whole[: at + 8] + b"\x01" + whole[at + 9 :])
    with pytest.raises(SpeechError, match="is encrypted"):
        shelf.add(path, folder)
    # Method 98 is PPMd, in the directory and at the file itself.
    first = whole[:8] + b"\x62" + whole[9:]
    at = first.index(b"PK\x01\x02")
    path.write_bytes(first[: at + 10] + b"\x62" + first[at + 11 :])
    with pytest.raises(SpeechError, match="can't be read"):
        shelf.add(path, folder)


def test_archive_refuses_what_is_no_zip(folder: Path, tmp_path: Path) -> None:
    """No zip, an empty file, half a zip, one with changed bytes, and a zip of something else."""
    whole = packed(tmp_path / "model.zip").read_bytes()
    path = tmp_path / "bad.zip"
    at = whole.index(b"am/final.mdl") + 30
    changed = whole[:at] + bytes(4) + whole[at + 4 :]
    for content in (b"no zip", b"", whole[: len(whole) // 2], changed):
        path.write_bytes(content)
        with pytest.raises(SpeechError, match=r"no zip file, or a damaged one") as caught:
            shelf.add(path, folder)
        assert is_sentence(caught.value)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("holiday.jpg", b"jpg")
    with pytest.raises(SpeechError, match="is no Vosk model"):
        shelf.add(path, folder)


def test_archive_names_the_model(tmp_path: Path) -> None:
    """The name is the one folder's, else the file's; what programs leave behind is left out."""
    model = made_up(tmp_path / "model")
    plain = archive.Archive(zipped(model, tmp_path / "flat.zip", ""))
    assert (plain.name, "am/final.mdl" in plain.names) == ("flat", True)
    plain.close()
    path = packed(tmp_path / "x.zip", ("__MACOSX/model/._am", b"x"), ("model/.DS_Store", b"x"))
    within = archive.Archive(path)
    assert within.name == "model"
    assert within.names == layout.files_of(model)
    within.close()


def test_archive_counts(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files or bytes than any model has are refused before anything is written."""
    packed = zipped(made_up(tmp_path / "model"), tmp_path / "model.zip")
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000)
    with pytest.raises(SpeechError, match="far more than a speech model"):
        shelf.add(packed, folder)
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    with pytest.raises(SpeechError, match="8 files, far more"):
        shelf.add(packed, folder)
    assert not folder.exists()
