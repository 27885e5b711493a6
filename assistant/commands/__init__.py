"""The commands, one file each, named after it: options, and a call of what does the work."""

from pathlib import Path

import click

SKILL = click.option(
    "--skill",
    "skill_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A skill file to use besides the installed ones (may be repeated).",
)
AS_TURNS = click.option("--json", "as_json", is_flag=True, help="Print one turn a line as JSON.")
