"""``assistant models``: the checkpoints and speech models there are, and which are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from assistant import files, paths
from assistant import settings as settings_file
from assistant.commands import models_again as again
from assistant.commands import models_speech as speech_models
from assistant.doors import terminal
from assistant.doors.meanwhile import LISTENING, OPENING
from assistant.errors import AssistantError, CheckpointError, SpeechError
from assistant.speech.models.shelf import is_model
from assistant.speech.models.shelf import remove as delete
from assistant.speech.whisper.checkpoint import is_model as is_whisper
from assistant.training.making import quantized

LARGEST = 1_000_000
"""Bytes of a card, at most."""

YOURS = "yours"
"""Where a model lies that may be removed."""


@dataclass(frozen=True)
class Shelved:
    """A checkpoint or speech model that could be used; ``setting`` is what would choose it."""

    name: str
    folder: Path
    where: str
    setting: str
    about: str


@click.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List, choose, check, add and remove checkpoints and speech models."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


models.add_command(speech_models.add)
models.add_command(speech_models.get)


@models.command("list")
def list_() -> None:
    """Show every checkpoint and speech model; the ones in use are marked."""
    used, heard_by = used_names(), speech_models.used()
    for each in shelf():
        speech = each.setting == speech_models.SETTING
        in_use = each.folder == heard_by if speech else used.get(each.setting) == each.name
        mark = "*" if in_use else " "
        size = f"{megabytes(each.folder):6.1f} MB"
        terminal.tell(f"{mark} {each.name:28} {each.where:11} {size}  {each.about}")
    terminal.tell(f"Your own go into {paths.user_models()}.")
    if trouble := speech_models.trouble():
        terminal.aside(trouble)


@models.command()
@click.argument("name")
def use(name: str) -> None:
    """Use the checkpoint or speech model NAME from now on, for what it can do."""
    chosen = find(name)
    if chosen.setting == again.SETTING:
        well, told = again.hear(chosen.folder)
        if not well:
            raise SpeechError(told)
        terminal.tell(f"{name} {told}.")
    settings_file.save(paths.settings_file(), chosen.setting, name)
    if chosen.setting == speech_models.SETTING:
        speech_models.tell_variable(chosen.folder)
    follows = chosen.setting in (*LISTENING, *OPENING)
    after = "an open chat follows" if follows else "an open chat must be reopened"
    terminal.tell(f"{name} is the {chosen.setting.replace('_', ' ')} now; {after}.")


@models.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Delete a checkpoint or speech model of your own."""
    chosen = find(name, whole=False)
    if chosen.where != YOURS:
        raise AssistantError(
            f"{name} is {chosen.where} and stays; choose another with assistant models use."
        )
    alone = not paths.bundled_model(name).is_dir()
    if chosen.setting != speech_models.SETTING and alone and name in used_names().values():
        raise AssistantError(f"{name} is in use: choose another with assistant models use first.")
    if not yes:
        question = f"Delete {chosen.folder} ({megabytes(chosen.folder):.1f} MB)?"
        terminal.confirm(question, "Nothing was deleted.")
    if chosen.setting == speech_models.SETTING:
        speech_models.forget(chosen.folder)
    else:
        delete(chosen.folder)
    terminal.tell(f"{name} is gone.")


@models.command()
@click.argument("name")
def card(name: str) -> None:
    """Print the card of a checkpoint or speech model: what it is, from what, how good."""
    folder = find(name).folder
    cards = [folder / card for card in ("card.md", "README.md", "README")]
    path = next((each for each in cards if each.exists()), None)
    if path is None:
        raise AssistantError(f"{name} has no card ({cards[0]}): whoever made it can tell.")
    try:
        text = files.read(path, LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise AssistantError(
            f"The card {path} can't be read ({error.strerror}): get it again."
        ) from error
    terminal.page(text)


@models.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", help="What to call it; the folder's name if not given.")
def import_(folder: Path, name: str | None) -> None:
    """Quantize a published DistilBERT or SqueezeBERT folder and shelve it."""
    name = name or folder.resolve().name
    if Path(name).name != name or name.startswith(".") or not name.isprintable():
        raise AssistantError(f"“{name}” is no name for a checkpoint: take a plain word.")
    target = paths.user_models() / name
    if target.exists():
        raise AssistantError(f"There is a model {name} already: give another --name.")
    try:
        with files.passing(target.parent) as scratch:
            files.replace_folder(quantized(folder, scratch), target)
    except OSError as error:
        raise AssistantError(
            f"{error.filename or target} can't be used ({error.strerror or error}): check its "
            "rights and the room on its disk."
        ) from error
    terminal.tell(f"{target} is ready ({megabytes(target):.1f} MB): assistant models use {name}")


@models.command()
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Compare checkpoints with what their float parents said; let speech models hear a sentence.

    Without a NAME it is done for those in use.
    """
    names = [name] if name else list(used_names().values())
    wrong = 0
    for each in names:
        well, told = _checked(each)
        wrong += not well
        terminal.tell(f"{'ok  ' if well else 'BAD '} {each}: {told}")
    if wrong:
        raise AssistantError("Something is wrong there: install or add those again.")


def _checked(name: str) -> tuple[bool, str]:
    """Return whether a model is well, and what was found."""
    from assistant.measuring.selfcheck import compare

    found = find(name, whole=False)
    if found.setting == speech_models.SETTING:
        return speech_models.hear(found.folder)
    if found.setting == again.SETTING:
        return again.hear(found.folder)
    try:
        return compare(found.folder)
    except CheckpointError as error:
        return False, str(error)


def shelf() -> list[Shelved]:
    """Return every checkpoint, the bundled ones first, then speech models.

    All else among the user's own is a broken checkpoint, so that it can be removed.
    """
    files.sweep(paths.user_models())
    bundled = sorted((paths.bundled() / "models").glob("*/config.json"))
    own = sorted(each for each in paths.user_models().glob("[!.]*") if each.is_dir())
    checkpoints = [shelved(path.parent, "bundled") for path in bundled] + [
        shelved(folder, YOURS) for folder in own if not (is_model(folder) or is_whisper(folder))
    ]
    speech = [
        Shelved(folder.name, folder, where, speech_models.SETTING, speech_models.about(folder))
        for folder, where in speech_models.places()
    ]
    return [*checkpoints, *speech, *_again()]


def _again() -> Iterator[Shelved]:
    for folder, bundled in again.folders():
        where = "bundled" if bundled else YOURS
        yield Shelved(folder.name, folder, where, again.SETTING, again.ABOUT)


def shelved(folder: Path, where: str) -> Shelved:
    """Describe the checkpoint in a folder."""
    from assistant.engine.checkpoint import heads_of, read_config, read_int8

    try:
        config = read_int8(folder).config
        heads = heads_of(folder, read_config(folder))
    except CheckpointError as error:
        return Shelved(folder.name, folder, where, "", f"broken: {error}")
    about = f"{config.architecture} {config.layers}×{config.hidden}"
    about += f", heads {', '.join(heads)}" if heads else ""
    setting = "feature_model" if heads else "intent_model"
    return Shelved(folder.name, folder, where, setting, about)


def find(name: str, *, whole: bool = True) -> Shelved:
    """Return what is called that, the user's own before a bundled one.

    Raises AssistantError where there is none, or where it is broken and has to be ``whole``.
    """
    known = shelf()
    found = [each for each in known if each.name == name]
    if not found:
        names = ", ".join(dict.fromkeys(each.name for each in known))
        raise AssistantError(f"There is no model {name}; there are {names}.")
    if whole and not found[-1].setting:
        raise AssistantError(f"The checkpoint {name} is {found[-1].about}")
    return found[-1]


def used_names() -> dict[str, str]:
    """Return the checkpoints and the speech model in use by the setting that chose them."""
    current = settings_file.load(paths.settings_file())
    used = {"intent_model": current.intent_model, "feature_model": current.feature_model}
    heard = {speech_models.SETTING: speech_models.used(), again.SETTING: again.used()}
    return used | {setting: folder.name for setting, folder in heard.items() if folder}


def megabytes(folder: Path) -> float:
    """Return the size of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
