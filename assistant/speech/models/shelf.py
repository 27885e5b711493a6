"""The shelf of speech models: ``$VOSK_MODEL``, the user's folder, and the one that comes along."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import files, paths
from assistant.errors import SpeechError
from assistant.speech.models import archive, languages, layout, trial

VARIABLE = "VOSK_MODEL"
"""The variable of the environment that may name a model's folder."""

LARGEST = 1_000_000
"""Bytes of a record, at most."""

BUNDLED = "hearing-vosk-en"
"""The name of the model that comes along, which is used where there is no other."""

NONE = (
    "The speech model that comes along is missing: install the assistant again, or fetch one with "
    "assistant models get vosk-model-small-en-us-0.15."
)


@dataclass(frozen=True)
class Findings:
    """What is known of a model. ``grammar``: it can be limited to what can be said now."""

    name: str
    folder: Path
    language: str = ""
    rate: int = 16_000
    grammar: bool = True
    heard: str = ""
    notices: tuple[str, ...] = ()
    megabytes: float = 0.0


def find(name: str, environment: Mapping[str, str], folder: Path) -> Path:
    """Return the folder of the model to use: ``$VOSK_MODEL``, else the one called ``name``.

    Without a name it is the first one in ``folder``, else the bundled one. Raises SpeechError with
    how to add one.
    """
    if chosen := environment.get(VARIABLE, ""):
        return _of_variable(Path(chosen).expanduser())
    there = [*on_shelf(folder), *bundled()]
    if not there and not name:
        raise SpeechError(NONE)
    found = next((each for each in there if name in ("", each.name)), None)
    if found is None:
        names = ", ".join(each.name for each in there)
        hint = f"there are {names}" if there else "assistant models add PATH"
        raise SpeechError(f"There is no speech model {name}: {hint}.")
    return found


def bundled() -> list[Path]:
    """Return the folder of the model that comes along; none where it was left out."""
    place = paths.bundled_model(BUNDLED)
    return [place] if is_model(place) else []


def on_shelf(folder: Path) -> list[Path]:
    """Return the folders of the models in the user's folder, by name."""
    if not folder.is_dir():
        return []
    return sorted(
        each for each in folder.iterdir() if not each.name.startswith(".") and is_model(each)
    )


def is_model(folder: Path) -> bool:
    """Tell whether a folder looks like a speech model, at a glance."""
    flat = (layout.FLAT.network, layout.FLAT.features)
    return (folder / layout.FOLDERS.network).is_file() or all(
        (folder / name).is_file() for name in flat
    )


def describe(folder: Path) -> Findings:
    """Return what can be told of a model without loading it. Raises SpeechError."""
    names = layout.files_of(folder)
    found = layout.complete(folder, names)
    known = _record(folder)
    return Findings(
        folder.name,
        folder,
        str(known.get("language", "")),
        layout.rate(folder, names, found),
        layout.has_grammars(names, found),
        str(known.get("heard", "")),
        megabytes=_size(folder, names) / 1e6,
    )


def check(folder: Path) -> Findings:
    """Look at every file, then try the model out in a process of its own. Raises SpeechError."""
    names = layout.files_of(folder)
    found = layout.complete(folder, names)
    _check_sums(folder, names)
    layout.check_files(folder, names, found)
    rate = layout.rate(folder, names, found)
    words = layout.vocabulary(folder, names, found)
    language = languages.language_of(words)
    grammar = layout.has_grammars(names, found)
    megabytes = _size(folder, names) / 1e6
    heard = trial.try_out(folder, megabytes, grammar=grammar)
    if language == languages.ENGLISH and not heard:
        raise SpeechError(
            f"The speech model in {folder} heard nothing where “{trial.SENTENCE}” was said: "
            "it is damaged; get it again."
        )
    notices = tuple(_notices(folder.name, language, words, rate, grammar))
    return Findings(folder.name, folder, language, rate, grammar, heard, notices, megabytes)


def add(
    source: Path,
    folder: Path,
    name: str = "",
    progress: archive.Progress = lambda _done, _total: None,
) -> Findings:
    """Take a model from a folder or zip into ``folder``; all of it, checked, or nothing.

    Raises SpeechError where it is no model, is damaged or unsafe, or the name is taken.
    """
    if source.is_dir():
        return _add_folder(source, folder, name, progress)
    if not source.is_file():
        why = f"{source} is no file" if source.exists() else f"There is nothing at {source}"
        raise SpeechError(f"{why}: give a model's folder or zip file.")
    packed = archive.Archive(source)
    try:
        target = _free(folder, name or packed.name)
        layout.complete(source, packed.names)
        return _settle(target, lambda place: packed.unpack(place, progress))
    finally:
        packed.close()


def remove(folder: Path) -> None:
    """Delete a model; one that is half deleted is never found again."""
    with _passing(folder.parent) as scratch:
        try:
            folder.rename(scratch / folder.name)
        except OSError as error:
            raise archive.told(folder, error) from error


def _add_folder(source: Path, folder: Path, name: str, progress: archive.Progress) -> Findings:
    inner = [each for each in source.iterdir() if each.is_dir() and is_model(each)]
    if not is_model(source) and len(inner) == 1:
        source = inner[0]
    target = _free(folder, name or source.resolve().name)
    names = layout.files_of(source)
    layout.complete(source, names)
    archive.check_amount(source, len(names), _size(source, names))
    outside = next((n for n in sorted(names) if not _inside(source / n, source)), None)
    if outside is not None:
        raise SpeechError(f"{source / outside} is a link that leads out of the folder: not added.")
    return _settle(target, lambda place: _copy(source, names, place, progress))


def _copy(source: Path, names: set[str], place: Path, progress: archive.Progress) -> None:
    done, total = 0, _size(source, names)
    archive.check_room(place, total)
    for each in sorted(names):
        try:
            (place / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / each, place / each)
        except OSError as error:
            raise archive.told(source / each, error) from error
        done += (place / each).stat().st_size
        progress(done, total)


def _settle(target: Path, write: Callable[[Path], None]) -> Findings:
    """Write a model aside, check it there, and give it its place by one rename."""
    with _passing(target.parent) as scratch:
        place = scratch / target.name
        place.mkdir()
        write(place)
        try:
            found = check(place)
        except SpeechError as error:
            # That place is gone afterwards; the name is what the user knows.
            raise SpeechError(str(error).replace(str(place), target.name)) from error
        keep(found)
        try:
            place.rename(target)
        except OSError as error:
            raise archive.told(target, error) from error
    return replace(found, folder=target)


def keep(found: Findings) -> None:
    """Write down what was found out, with the sha256 of every file."""
    sums = {name: _sum(found.folder / name) for name in sorted(layout.files_of(found.folder))}
    record = {"language": found.language, "heard": found.heard, "sha256": sums}
    path = found.folder / layout.RECORD
    try:
        path.unlink(missing_ok=True)
        path.write_text(json.dumps(record, indent=1), encoding="utf-8")
    except OSError as error:
        raise archive.told(path, error) from error


def _free(folder: Path, name: str) -> Path:
    """Return where a model of that name goes. Raises SpeechError where it can't."""
    if Path(name).name != name or name.startswith(".") or not name.isprintable():
        raise SpeechError(f"“{name}” is no name for a model: give a plain word with --name.")
    if (paths.bundled() / "models" / name).exists():
        raise SpeechError(f"There is a bundled model {name}: give another --name.")
    if (folder / name).exists():
        raise SpeechError(f"There is a model {name} already: give another --name, or remove it.")
    return folder / name


def _check_sums(folder: Path, names: set[str]) -> None:
    """Raise SpeechError where a file is not as it was when the model was added."""
    was = _record(folder).get("sha256")
    for name, known in sorted(was.items() if isinstance(was, dict) else ()):
        if name not in names or _sum(folder / name) != known:
            raise SpeechError(f"{folder / name} is not as it was added: add the model again.")


def _sum(path: Path) -> str:
    try:
        with files.opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise archive.told(path, error) from error


def _record(folder: Path) -> dict[str, object]:
    try:
        found = json.loads(files.read(folder / layout.RECORD, LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _notices(name: str, language: str, words: list[str], rate: int, grammar: bool) -> Iterator[str]:
    if not language:
        script = languages.script_of(words)
        why = f" ({script} letters)" if script not in ("", "Latin") else ""
        yield f"{name} seems not to be for English{why}, which is all the assistant understands."
    elif language != languages.ENGLISH:
        yield f"{name} is for {language}: the assistant understands English only."
    if rate < 16_000:
        yield f"{name} is made for telephone sound ({rate} samples a second): others hear better."
    if not grammar:
        yield f"{name} can't be limited to what can be said now, so commands are heard less well."


def _size(folder: Path, names: set[str]) -> int:
    return sum((folder / name).stat().st_size for name in names)


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _of_variable(folder: Path) -> Path:
    if not folder.is_dir() or not is_model(folder):
        raise SpeechError(
            f"${VARIABLE} leads to {folder}, which is no speech model: correct it or unset it."
        )
    return folder


@contextmanager
def _passing(folder: Path) -> Iterator[Path]:
    try:
        with files.passing(folder) as scratch:
            yield scratch
    except OSError as error:
        raise archive.told(folder, error) from error
