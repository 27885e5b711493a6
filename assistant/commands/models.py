"""``assistant models``: the checkpoints there are, and which of them are used."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from assistant import paths
from assistant import settings as settings_file
from assistant.commands.train import place, quantized
from assistant.errors import AssistantError, CheckpointError


@dataclass(frozen=True)
class Shelved:
    """A checkpoint that could be used; ``setting`` is what would choose it."""

    name: str
    folder: Path
    bundled: bool
    setting: str
    about: str


@click.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List, choose, check, import and remove checkpoints."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@models.command("list")
def list_() -> None:
    """Show every checkpoint; the ones in use are marked."""
    used = used_names()
    for each in shelf():
        mark = "*" if used.get(each.setting) == each.name else " "
        where = "bundled" if each.bundled else "yours"
        click.echo(
            f"{mark} {each.name:24} {where:8} {megabytes(each.folder):6.1f} MB  {each.about}"
        )
    click.echo(f"Your own go into {paths.user_models()}.")


@models.command()
@click.argument("name")
def use(name: str) -> None:
    """Use the checkpoint NAME from now on, for what it can do."""
    chosen = find(name)
    settings_file.save(paths.settings_file(), chosen.setting, name)
    click.echo(
        f"{name} is the {chosen.setting.replace('_', ' ')} now; an open chat must be reopened."
    )


@models.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Delete a checkpoint of your own."""
    chosen = find(name)
    if chosen.bundled:
        raise AssistantError(
            f"{name} is bundled and stays; choose another with assistant models use."
        )
    if used_names().get(chosen.setting) == name:
        raise AssistantError(f"{name} is in use: choose another with assistant models use first.")
    if not yes:
        click.confirm(f"Delete {chosen.folder} ({megabytes(chosen.folder):.1f} MB)?", abort=True)
    shutil.rmtree(chosen.folder)
    click.echo(f"{name} is gone.")


@models.command()
@click.argument("name")
def card(name: str) -> None:
    """Print the card of a checkpoint: what it is, from what, how good."""
    path = find(name).folder / "card.md"
    if not path.exists():
        raise AssistantError(f"{name} has no card ({path}): whoever made it can tell.")
    click.echo_via_pager(path.read_text(encoding="utf-8"))


@models.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", help="What to call it; the folder's name if not given.")
def import_(folder: Path, name: str | None) -> None:
    """Quantize a published DistilBERT or SqueezeBERT folder and shelve it."""
    name = name or folder.resolve().name
    if Path(name).name != name or name.startswith("."):
        raise AssistantError(f"“{name}” is no name for a checkpoint: take a plain word.")
    target = paths.user_models() / name
    if target.exists():
        raise AssistantError(f"There is a checkpoint {name} already: give another --name.")
    with tempfile.TemporaryDirectory() as scratch:
        made = quantized(folder, Path(scratch))
        place(made, target)
    click.echo(f"{target} is ready ({megabytes(target):.1f} MB): assistant models use {name}")


@models.command()
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Compare the checkpoints in use with what their float parents said, on this machine."""
    from assistant.commands.selfcheck import compare

    names = [name] if name else list(used_names().values())
    wrong = 0
    for each in names:
        well, told = compare(find(each).folder)
        wrong += not well
        click.echo(f"{'ok  ' if well else 'BAD '} {each}: {told}")
    if wrong:
        raise AssistantError("This machine gets it wrong: install the checkpoints again.")


def shelf() -> list[Shelved]:
    """Return every checkpoint that can be used, the bundled ones first."""
    folders = [(paths.bundled() / "models", True), (paths.user_models(), False)]
    return [
        shelved(path.parent, bundled)
        for folder, bundled in folders
        for path in sorted(folder.glob("[!.]*/config.json"))
    ]


def shelved(folder: Path, bundled: bool) -> Shelved:
    """Describe the checkpoint in a folder."""
    from assistant.engine.checkpoint import read_config, read_int8

    try:
        config = read_int8(folder).config
        heads = read_config(folder).get("heads", {})
    except CheckpointError as error:
        return Shelved(folder.name, folder, bundled, "", f"broken: {error}")
    about = f"{config.architecture} {config.layers}×{config.hidden}"
    about += f", heads {', '.join(heads)}" if heads else ""
    setting = "feature_model" if heads else "intent_model"
    return Shelved(folder.name, folder, bundled, setting, about)


def find(name: str) -> Shelved:
    """Return a checkpoint by name, the user's own before a bundled one."""
    known = shelf()
    found = [each for each in known if each.name == name]
    if not found:
        names = ", ".join(dict.fromkeys(each.name for each in known))
        raise AssistantError(f"There is no checkpoint {name}; there are {names}.")
    if not found[-1].setting:
        raise AssistantError(f"The checkpoint {name} is {found[-1].about}")
    return found[-1]


def used_names() -> dict[str, str]:
    """Return the checkpoints in use by the setting that chose them."""
    current = settings_file.load(paths.settings_file())
    return {"intent_model": current.intent_model, "feature_model": current.feature_model}


def megabytes(folder: Path) -> float:
    """Return the size of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
