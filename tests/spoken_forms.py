"""Forms spoken through the virtual microphone, with corrections and digressions.

python -m tests.spoken_forms
python -m tests.spoken_forms --voice en-gb-scotland --speed 150

Prints for each turn what was said, heard and answered, and whether that was right. A sentence that
was not answered right is said once more, so that a dialogue goes on; the first time counts. It
hears with the bundled speech model, or that of VOSK_MODEL. Ends with 1 where a wrong hearing was
acted upon: where a turn changed something that no sentence asked for.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conversation import BREATH, Line, reply
from tests.listening import LISTENING, Listening, listening, settings
from tests.virtual_microphone import (
    DEFAULT_VOICE,
    VirtualMicrophone,
    missing,
    virtual_microphone,
)

BANK = Path(__file__).with_name("bank_skill.py")

DONE = r"(?i)timer set|alarm set|reminder set|sent |booked|raised|added|cancelled"
"""What is answered where something was changed."""

DIALOGUES = (
    (
        Line("set a timer", "^For how long"),
        Line("what time is it", r"(?s)It is \d.*Back to .set a timer"),
        Line("ten minutes", "^Timer set for 10 minutes"),
        Line("no twenty", "^Timer set for 20 minutes"),
    ),
    (
        Line("send money to john", "^How much for john"),
        Line("no alex", "^Change the recipient from john to alex"),
        Line("yes", "(?s)^Changed the recipient to alex.*How much for alex"),
        Line("what is left in the bank", "(?s)100 are left.*Back to"),
        Line("fifty", "^Send 50 to alex"),
        Line("make it sixty", "^Change the amount from 50 to 60"),
        Line("yes", "(?s)^Changed the amount to 60.*Send 60 to alex"),
        Line("yes", "^Sent 60 to alex"),
    ),
    (
        Line("book a table", "^Which day"),
        Line("what are the options", "^You can say .monday"),
        Line("tuesday", "^At which hour"),
        Line("what day is it", "(?s)^Today is .*Back to .book a table"),
        Line("seven", "^Seven is taken on tuesday"),
        Line("no", "^At which hour"),
        Line("nine", "(?s)^There is a table.*In whose name"),
        Line("where were we", "^We are at .book a table.*hour: 9"),
        Line("no monday", "(?s)^Changed the day to monday.*In whose name"),
        Line("cancel", "^OK, never mind"),
    ),
    (
        Line("remind me to call mum", "^When"),
        Line("what time is it", r"(?s)It is \d.*Back to .remind me to call m[ou]m"),
        Line("tomorrow at five", "^Reminder set for tomorrow at"),
    ),
    (
        Line("set an alarm", "^For what time"),
        Line("wait a moment", "^Take your time"),
        Line("for seven thirty", "^Alarm set for .*:30"),
    ),
    (
        Line("send money to anna", "^How much for anna"),
        Line("start over", "(?s)^From the start.*To whom"),
    ),
)  # fmt: skip
"""What is said, thirty sentences in all, and what must be answered."""


@dataclass(frozen=True)
class Turn:
    """A sentence that was said, what was heard, and what was answered."""

    line: Line
    heard: str
    answer: str

    @property
    def right(self) -> bool:
        """Tell whether it was answered as it must be."""
        return bool(re.search(self.line.answer, self.answer))

    @property
    def rash(self) -> bool:
        """Tell whether something was changed that was not asked for."""
        return not self.right and bool(re.search(DONE, self.answer))


class Speaker:
    """Says sentences to a door, in a voice, at so many words a minute."""

    def __init__(
        self, door: Listening, microphone: VirtualMicrophone, voice: str, speed: int
    ) -> None:
        self.door = door
        self._microphone = microphone
        self._voice = voice, speed

    def say(self, line: Line) -> Turn:
        """Say a sentence; where nothing was heard the turn is empty."""
        after = len(self.door.lines)
        self._microphone.speak(line.said, *self._voice)
        try:
            self.door.wait_for("assistant: ", after)
            self.door.wait_for(LISTENING, after)
        except AssertionError:
            return Turn(line, "", "")
        time.sleep(BREATH)
        lines = self.door.lines[after:]
        heard = next((each for each in lines if each.startswith("you: ")), "you: ")
        return Turn(line, heard.removeprefix("you: "), reply(self.door, after))


def spoken(speaker: Speaker) -> Iterator[Turn]:
    """Give each sentence's first turn, each dialogue begun with no question left open."""
    speaker.door.wait_for(LISTENING, patience=120.0)
    for dialogue in DIALOGUES:
        for line in dialogue:
            first = speaker.say(line)
            yield first
            if not first.right and not speaker.say(line).right:
                break
        for _ in range(2):
            speaker.say(Line("never mind", ""))


def main() -> None:
    """Say all, and end with 1 where something was done that was not asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voice", default=DEFAULT_VOICE, help="a voice of espeak-ng")
    parser.add_argument("--speed", type=int, default=140, help="words a minute")
    asked = parser.parse_args()
    if lacking := missing():
        sys.exit(lacking)
    turns = list[Turn]()
    with tempfile.TemporaryDirectory() as folder, virtual_microphone() as microphone:
        home = Path(folder, "home")
        settings(home, timezone="Europe/Berlin")
        given = {**microphone.environment, "ASSISTANT_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        with listening(given, "--skill", str(BANK)) as door:
            for turn in spoken(Speaker(door, microphone, asked.voice, asked.speed)):
                turns.append(turn)
                word = "right" if turn.right else "ACTED WRONGLY" if turn.rash else "not right"
                told = " ".join(turn.answer.split())
                print(f"{word:13} {turn.line.said!r} heard {turn.heard!r}: {told}", flush=True)
    said = sum(map(len, DIALOGUES))
    right, rash = sum(turn.right for turn in turns), sum(turn.rash for turn in turns)
    print(f"{right} of {said} right at once, {rash} acted wrongly")
    sys.exit(bool(rash))


if __name__ == "__main__":
    main()
