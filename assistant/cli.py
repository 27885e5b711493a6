"""The command line: which commands there are, and how it ends; each is imported when called."""

from __future__ import annotations

import importlib
import io
import logging
import os
import sys

import click

from assistant import __version__, paths
from assistant.errors import AssistantError

COMMANDS = {
    "bench": "bench:bench",
    "chat": "chat:chat",
    "doctor": "doctor:doctor",
    "eval": "eval_speech:evaluate",
    "history": "history:history",
    "listen": "listen:listen",
    "models": "models:models",
    "say": "say:say",
    "settings": "settings:settings",
    "skills": "skills:skills",
    "test": "test:test",
    "train": "train:train",
    "transcribe": "transcribe:transcribe",
    "voice": "voice:voice",
}
"""Each command's file in the room of commands, and its name there."""


class Commands(click.Group):
    """The commands, imported when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        file, _, name = COMMANDS[cmd_name].partition(":")
        module = importlib.import_module(f"assistant.commands.{file}")
        found: click.Command = getattr(module, name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assistant")
def commands() -> None:
    """Understands, acts and remembers on this device. `assistant chat` opens the screen."""


def main() -> None:
    """Run the command line; a user's problem is one sentence on standard error."""
    from assistant.doors.logs import keep_log

    keep_log()
    try:
        commands.main(prog_name="assistant", standalone_mode=False)
    except click.exceptions.Abort:
        _end("Stopped.", 130)
    except click.ClickException as error:
        _end(_shown(error), error.exit_code)
    except AssistantError as error:
        _end(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        logging.getLogger("assistant").exception("the command failed")
        kind = type(error).__name__
        _end(f"Something went wrong ({kind}: {error}); {paths.log_file()} has the details.", 70)


def _shown(error: click.ClickException) -> str:
    """Return what click tells of a command line that is wrong."""
    told = io.StringIO()
    error.show(told)
    return told.getvalue().rstrip("\n")


def _end(sentence: str, code: int) -> None:
    from assistant.doors import terminal

    terminal.tell(sentence, lines=True, aside=True)
    sys.exit(code)
