"""The command line: thin commands, each of which imports what it needs when it is called."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click

from assistant import __version__, paths
from assistant.errors import AssistantError

SKILL = click.option(
    "--skill",
    "skill_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A skill file to use besides the installed ones (may be repeated).",
)


LATER = {
    "bench": "assistant.commands.bench:bench",
    "eval": "assistant.commands.eval_speech:evaluate",
    "history": "assistant.commands.history:history",
    "models": "assistant.commands.models:models",
    "settings": "assistant.commands.settings:settings",
    "skills": "assistant.commands.skills:skills",
    "train": "assistant.commands.train:train",
    "transcribe": "assistant.commands.transcribe:transcribe",
    "voice": "assistant.commands.voice:voice",
}
"""Groups of commands, imported when one of them is called."""


class Commands(click.Group):
    """The commands of this file, and those of `LATER`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, sorted."""
        return sorted([*super().list_commands(ctx), *LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, None where there is none."""
        if cmd_name not in LATER:
            return super().get_command(ctx, cmd_name)
        module, _, name = LATER[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assistant")
def commands() -> None:
    """Understands, acts and remembers on this device. `assistant chat` opens the screen."""


@commands.command()
@click.option("--plain", is_flag=True, help="A linear, append-only conversation without a screen.")
@click.option("--session", help="Go on with the session of this name.")
@click.option("--voice", is_flag=True, help="Listen at once, and answer aloud what is spoken.")
@SKILL
def chat(plain: bool, session: str | None, voice: bool, skill_files: tuple[Path, ...]) -> None:
    """Open the chat.

    F4 talks, F5 listens hands-free. Every reply is read aloud when the setting voice is on; with
    --voice those to spoken requests are in any case.
    """
    from assistant.doors import opening as doors

    if plain and voice:
        raise click.UsageError("--plain does not listen: assistant listen does.")
    if (
        plain
        or not (sys.stdin.isatty() and sys.stdout.isatty())
        or os.environ.get("TERM") == "dumb"
    ):
        from assistant.doors.plain import converse

        converse(session, skill_files)
        return
    with doors.open_door():
        from assistant.doors.screen import show

        show(session, skill_files, voice)


@commands.command()
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one turn a line as JSON.")
@click.option(
    "--each-alone", is_flag=True, help="Give every line of standard input its own session."
)
@click.option("--session", default="shell", show_default=True, help="The session it goes on with.")
@SKILL
def say(
    text: tuple[str, ...],
    as_json: bool,
    each_alone: bool,
    session: str,
    skill_files: tuple[Path, ...],
) -> None:
    """Answer TEXT once, or every line of standard input.

    Exit code: 0 understood, 3 refused, 4 waits for an answer (say it with the next call).
    """
    from assistant.commands.say import answer_all

    lines = [" ".join(text)] if text else (line.rstrip("\r\n") for line in _standard_input())
    sys.exit(answer_all(lines, None if each_alone else session, as_json, skill_files))


@commands.command()
@click.option("--once", is_flag=True, help="Listen to one utterance; exit codes as those of say.")
@click.option("--json", "as_json", is_flag=True, help="Print one turn a line as JSON.")
@click.option("--session", help="Go on with the session of this name.")
@click.option(
    "--file", "path", type=click.Path(path_type=Path), help="Listen to a sound file instead."
)
@click.option("--stdin", "piped", is_flag=True, help="Listen to raw samples: 16 kHz, 16 bit, mono.")
@click.option("--speak/--no-speak", default=True, help="Read replies aloud, if voice is on.")
@click.option("--wake", is_flag=True, help="Wait for the wake word of the settings first.")
@SKILL
def listen(path: Path | None, piped: bool, **wishes: Any) -> None:
    """Talk through the microphone; the replies are lines, and spoken where voice is on.

    Exit code of --once: 0 understood, 3 refused, 4 waits for an answer, 1 nothing was heard.
    """
    from assistant.commands.listen import Wishes
    from assistant.commands.listen import listen as converse

    if path is not None and piped:
        raise click.UsageError("--file and --stdin exclude one another.")
    sys.exit(converse(Wishes(path=path, piped=piped, **wishes)))


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(as_json: bool) -> None:
    """Check everything the assistant needs, and name the command that mends what is wrong."""
    from assistant.commands.doctor import examine

    sys.exit(examine(as_json))


def main() -> None:
    """Run the command line; a user's problem is one sentence on standard error."""
    from assistant.commands.logs import keep_log

    keep_log()
    try:
        commands.main(prog_name="assistant", standalone_mode=False)
    except click.exceptions.Abort:
        _end("Stopped.", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AssistantError as error:
        _end(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        logging.getLogger("assistant").exception("the command failed")
        kind = type(error).__name__
        _end(f"Something went wrong ({kind}: {error}); {paths.log_file()} has the details.", 70)


def _standard_input() -> list[str]:
    """Return the lines of standard input; bytes that are no UTF-8 become replacement marks."""
    if sys.stdin.isatty():
        click.echo("Type a request a line, then Ctrl-D.", err=True)
    return sys.stdin.buffer.read().decode("utf-8", "replace").splitlines()


def _end(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)
