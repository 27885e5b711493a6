"""``assistant models``, the part about speech: add, get, and what the others need to know."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.doors import terminal
from assistant.errors import AssistantError, SpeechError
from assistant.speech.models import shelf, trial
from assistant.speech.models.catalogue import CATALOGUE, Published, published

SETTING = "speech_model"
"""The setting that chooses among them."""


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What to call it; the folder's name if not given.")
def add(path: Path, name: str) -> None:
    """Add a Vosk speech model, a folder or zip at PATH, after a thorough check."""
    with _bar("Adding") as advance:
        _add(path.expanduser(), name, advance)


@click.command()
@click.argument("name", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
def get(name: str | None, yes: bool) -> None:
    """Fetch the published speech model NAME over the network, after asking; or list them."""
    if name is None:
        for each in CATALOGUE:
            terminal.tell(f"{each.name:29} {_size(each.size):>7}  {each.licence}  {each.about}")
        return
    model = published(name)
    if (paths.user_models() / model.name).exists():
        raise AssistantError(f"There is a model {model.name} already.")
    terminal.tell(f"{model.name}: {model.about}")
    terminal.tell(f"from {model.address}, {_size(model.size)}, licence {model.licence}")
    if not yes:
        question = "Fetch it? This is the one command that uses the network."
        terminal.confirm(question, "Nothing was fetched.")
    part = _fetched(model)
    with _bar("Unpacking") as advance:
        _add(part, model.name, advance)
    part.unlink()


def places() -> list[tuple[Path, str]]:
    """Return the speech models there are and where each was found.

    It is bundled, yours, or named by $VOSK_MODEL.
    """
    found = [(folder, "bundled") for folder in shelf.bundled()]
    found += [(folder, "yours") for folder in shelf.on_shelf(paths.user_models())]
    elsewhere = Path(os.environ.get(shelf.VARIABLE, "")).expanduser()
    known = [folder for folder, _where in found]
    if elsewhere.name and shelf.is_model(elsewhere) and elsewhere not in known:
        return [(elsewhere, f"${shelf.VARIABLE}"), *found]
    return found


def about(folder: Path) -> str:
    """Describe a speech model in a few words."""
    try:
        found = shelf.describe(folder)
    except SpeechError as error:
        return f"broken: {error}"
    limits = "" if found.grammar else ", no grammars"
    return f"speech, {found.language or 'language unknown'}, {found.rate // 1000} kHz{limits}"


def used() -> Path | None:
    """Return the folder of the speech model in use, if there is one."""
    try:
        return _found()
    except SpeechError:
        return None


def trouble() -> str:
    """Return why no speech model can be used; empty when one can."""
    try:
        _found()
    except SpeechError as error:
        return str(error)
    return ""


def hear(folder: Path) -> tuple[bool, str]:
    """Check a speech model thoroughly; tell whether it is well, and what was found."""
    try:
        found = shelf.check(folder)
    except SpeechError as error:
        return False, str(error)
    return True, f"heard “{found.heard}” where “{trial.SENTENCE}” was said"


def forget(folder: Path) -> None:
    """Delete a speech model; where the setting names it, the first one left is used again."""
    shelf.remove(folder)
    current = settings_file.load(paths.settings_file())
    if current.speech_model == folder.name:
        settings_file.save(paths.settings_file(), SETTING, "")


def tell_variable(folder: Path) -> None:
    """Say so where ``$VOSK_MODEL`` goes before the setting."""
    elsewhere = os.environ.get(shelf.VARIABLE, "")
    if elsewhere and Path(elsewhere).expanduser().resolve() != folder.resolve():
        terminal.aside(f"${shelf.VARIABLE} goes first as long as it is set.")


def _found() -> Path:
    current = settings_file.load(paths.settings_file())
    return shelf.find(current.speech_model, os.environ, paths.user_models())


def _fetched(model: Published) -> Path:
    """Return the fetched zip. A signal keeps what has come."""
    from assistant.speech.models.download import fetch

    try:
        with _bar("Fetching") as advance:
            return fetch(model, paths.cache() / "downloads", advance)
    except KeyboardInterrupt:
        terminal.aside("What has come is kept; the same command goes on from there.")
        raise


def _add(path: Path, name: str, advance: Callable[[int, int], None]) -> None:
    """Add a model and tell so. The one used so far stays in use; a first one is used at once."""
    before = shelf.on_shelf(paths.user_models())
    found = shelf.add(path, paths.user_models(), name, advance)
    if not settings_file.load(paths.settings_file()).speech_model:
        settings_file.save(paths.settings_file(), SETTING, (*before, found.folder)[0].name)
    for notice in found.notices:
        terminal.aside(notice)
    kind = f"{found.language} speech model" if found.language else "speech model"
    terminal.tell(f"{found.folder} is ready ({kind}, {found.megabytes:.1f} MB).")
    if (in_use := used()) is not None and in_use != found.folder:
        terminal.tell(f"{in_use.name} is in use: assistant models use {found.name} changes that.")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, given what is done and of how much."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield advance


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
