"""``assistant voice doctor``: microphone, loudness, speech model and voice, one after another."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from assistant.commands.doctor import show
from assistant.doors import terminal

if TYPE_CHECKING:
    from assistant.measuring.checks import Check


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option(
    "--seconds", type=click.FloatRange(1, 60), default=3.0, show_default=True, help="To record."
)
@click.option("--speak/--no-speak", default=True, help="Let the voice say a sentence.")
def doctor(as_json: bool, seconds: float, speak: bool) -> None:
    """Try the microphone, the speech model and the voice; name what mends each failure."""
    from assistant.measuring.voice_checks import EXAMPLE, Trial, examine

    def invite() -> None:
        terminal.tell(f"Say something for {seconds:g} seconds, e.g. “{EXAMPLE}”.")

    meter = Meter()

    def tell(check: Check) -> None:
        meter.end()
        show(check)

    if as_json:
        findings = examine(Trial(seconds, speak))
        terminal.tell_json(asdict(findings), indent=2)
    else:
        findings = examine(Trial(seconds, speak, invite, meter.draw, tell))
    sys.exit(0 if all(check.well for check in findings.checks) else 1)


class Meter:
    """Shows a frame's loudness: a line that is written over, on a terminal only."""

    def __init__(self) -> None:
        self._drawn = False

    def draw(self, frame: bytes) -> None:
        """Write it over the one before."""
        from assistant.speech.capture.levels import bar, measure_bytes

        if sys.stderr.isatty():
            level = measure_bytes(frame).rms
            terminal.draw(f"  {bar(level)} {level:4.0f} dB ", aside=True)
            self._drawn = True

    def end(self) -> None:
        """Leave the last one standing."""
        if self._drawn:
            self._drawn = False
            terminal.aside()
