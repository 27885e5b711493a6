"""``assistant listen``: a spoken conversation in a plain terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from assistant.commands import AS_TURNS, SKILL


@click.command()
@click.option("--once", is_flag=True, help="Listen to one utterance; exit codes as those of say.")
@AS_TURNS
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
    from assistant.doors.listening import Wishes
    from assistant.doors.listening import listen as converse

    if path is not None and piped:
        raise click.UsageError("--file and --stdin exclude one another.")
    sys.exit(converse(Wishes(path=path, piped=piped, **wishes)))
