"""Speaks to the chat in a real terminal, in an empty home, with noise in the room all the time.

python -m tests.spoken_turns FOLDER [FOLDER ...] --noise kitchen.flac --snr 15
python -m tests.spoken_turns FOLDER --hands-free

A folder has recordings and their transcripts.tsv. Which are taken is a rule: in the order of the
tables, each transcript once, so many that are acted on when they are typed (two of three), and
so many that are not. Each is played into a virtual microphone, after F4 or, hands-free, after
what came before; then its transcript is typed into a second chat on a home of its own, which has
been told the same so far. A spoken turn is right where it came to what the typed one did: the
same intent and slots, or the same question or refusal. It is acted wrongly where something was
done that typing it didn't do. All recordings are brought to one loudness, the noise lies so many
dB below it and sounds between the turns too. Ends with 1 where anything was acted wrongly.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.measuring import recordings
from assistant.measuring.hearing import understander
from assistant.measuring.recordings import Recording
from assistant.measuring.sound.mixing import active_power
from assistant.speech.capture.framing import FULL_SCALE
from assistant.speech.capture.source import FileSource
from assistant.turn import Source
from tests.listening import turns
from tests.terminal_chat import Chat
from tests.virtual_microphone import RATE, VirtualMicrophone, missing, virtual_microphone

LOUDNESS = -23.0
"""Of the active part of every recording, in dB of full scale: what broadcasts agree on."""

COVERED = 2 / 3
"""The share of the turns that are acted on when they are typed."""

OPENING = 60.0
"""Seconds in which a chat must be ready."""

ENDING = 40.0
"""Seconds in which a turn that was spoken must be over."""

STEADY = 1.5
"""Seconds a state must last: before its answer comes the chat is idle for a moment."""

BUSY = "◉ hearing you", "◌ thinking", "◔ opening", "♪ speaking"
READY = "● listening"
IDLE = "○ idle"


@dataclass(frozen=True)
class Came:
    """What a turn came to: the words that were taken, its outcome, what was meant, its reply."""

    heard: str = ""
    outcome: str = "refused"
    meant: str = ""
    reply: str = ""

    @property
    def done(self) -> str:
        """Return what was done; a question, a refusal and a skill that says no do nothing."""
        return self.meant if self.outcome == "answered" else ""


@dataclass(frozen=True)
class Spoken:
    """A turn that was spoken, and what typing its words came to in the same talk."""

    said: str
    spoken: Came
    typed: Came
    shown: bool = True

    @property
    def is_right(self) -> bool:
        """Tell whether it came to the same."""
        return (self.spoken.outcome, self.spoken.meant) == (self.typed.outcome, self.typed.meant)

    @property
    def acted_wrongly(self) -> bool:
        """Tell whether something was done that was not said."""
        return bool(self.spoken.done) and self.spoken.done != self.typed.done

    @property
    def verdict(self) -> str:
        """Return in words what it is counted as."""
        if self.is_right:
            return "right"
        return "acted wrongly" if self.acted_wrongly else f"{self.spoken.outcome} instead"


def came(new: Sequence[Mapping[str, Any]]) -> Came:
    """Return what exported turns came to, most often one; one that acted counts before others."""
    if not new:
        return Came()
    acted = [each for each in new if each["outcome"] == "answered"]
    return Came(
        " | ".join(str(each["utterance"]["text"]) for each in new),
        str((acted or new)[-1]["outcome"]),
        " + ".join(_meant(each["understanding"]) for each in acted or new[-1:]),
        " | ".join(str(each["reply"]["text"]) for each in new),
    )


def _meant(understood: Mapping[str, Any]) -> str:
    slots = ", ".join(f"{each['name']}={each['value']}" for each in understood["slots"])
    return f"{understood['intent'] or ''} {slots}".strip()


def chosen(folders: Sequence[Path], count: int) -> list[Recording]:
    """Return the recordings to play, in the order of their tables, each transcript once."""
    covered = round(count * COVERED)
    wanted = {True: covered, False: count - covered}
    taken, seen = list[Recording](), {""}
    with understander(None) as understood:
        for each in itertools.chain.from_iterable(map(_recordings, folders)):
            said = each.transcript or ""
            if said in seen or not any(wanted.values()):
                continue
            seen.add(said)
            acts = understood.typed(said).intent is not None
            if wanted[acts]:
                wanted[acts] -= 1
                taken.append(each)
    return taken


def _recordings(folder: Path) -> list[Recording]:
    return recordings.read(folder / "transcripts.tsv")


def level(path: Path, folder: Path) -> Path:
    """Write a recording at the common loudness, as far as nothing is clipped; return the file."""
    import numpy as np
    import soundfile

    frames = list(FileSource(path).frames())
    sound = np.frombuffer(b"".join(frames), "<i2").astype(np.float32) / FULL_SCALE
    power = active_power(frames) / FULL_SCALE**2
    louder = min(_amplitude(LOUDNESS) / power**0.5, 0.99 / float(np.abs(sound).max()))
    made = folder / f"levelled_{path.stem}.wav"
    soundfile.write(made, sound * np.float32(louder), RATE, subtype="PCM_16")
    return made


def noise(path: Path, snr: float) -> bytes:
    """Return the samples of the noise, so many dB below the common loudness."""
    import numpy as np

    sound = np.frombuffer(b"".join(FileSource(path).frames()), "<i2").astype(np.float32)
    power = float((sound**2).mean()) ** 0.5
    louder = _amplitude(LOUDNESS - snr) * FULL_SCALE / power
    whole = np.rint(sound * np.float32(louder)).clip(-FULL_SCALE, FULL_SCALE - 1)
    return bytes(whole.astype("<i2").tobytes())


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


class Talk:
    """A chat one talks to, and the turns in its database that were asked after."""

    def __init__(self, chat: Chat, source: Source) -> None:
        self.chat = chat
        self._source = source
        self._seen = 0

    def new(self) -> list[dict[str, Any]]:
        """Return the turns of the user's since the last time; what an alarm tells is none."""
        every = [
            t for t in turns(self.chat.environment) if t["utterance"]["source"] == self._source
        ]
        new = every[self._seen :]
        self._seen = len(every)
        return new


def spoken(talk: Talk, microphone: VirtualMicrophone, path: Path, hands_free: bool) -> Came:
    """Say a recording to the chat; return what came of it, nothing where nothing was taken."""
    if not hands_free:
        talk.chat.press("F4")
    talk.chat.until(READY)
    microphone.say(path)
    if not settled(talk.chat.screen, READY if hands_free else IDLE):
        talk.chat.press("Escape")
    return came(talk.new())


def typed(talk: Talk, text: str) -> Came:
    """Type a sentence into the chat and return what came of it."""
    talk.chat.press("-l", text)
    talk.chat.press("Enter")
    end = time.monotonic() + ENDING
    while time.monotonic() < end:
        if new := talk.new():
            return came(new)
    return Came(outcome="lost")


def talks(
    asked: argparse.Namespace, microphone: VirtualMicrophone, folder: Path
) -> Iterator[Spoken]:
    """Hold the conversation twice, spoken and typed, a turn at a time."""
    with chat(microphone, folder / "spoken") as one, chat(microphone, folder / "typed") as other:
        by_voice, by_hand = Talk(one, "voice"), Talk(other, "keyboard")
        if asked.hands_free:
            one.press("F5")
        for each in asked.recordings:
            said = str(each.transcript)
            heard = spoken(by_voice, microphone, level(each.path, folder), asked.hands_free)
            yield Spoken(said, heard, typed(by_hand, said), _shows(one.screen(), heard))


def settled(screen: Callable[[], str], wanted: str) -> bool:
    """Wait until the chat stays in a state; return whether it did in time."""
    end, since = time.monotonic() + ENDING, time.monotonic()
    while time.monotonic() < end:
        shown = screen()
        if wanted not in shown or any(each in shown for each in BUSY):
            since = time.monotonic()
        elif time.monotonic() - since > STEADY:
            return True
        time.sleep(0.1)
    return False


def _shows(screen: str, wanted: Came) -> bool:
    """Tell whether the end of a reply stands on the screen, however its lines are broken."""
    plain = "".join(each for each in screen if each.isalnum())
    return "".join(each for each in wanted.reply if each.isalnum())[-20:] in plain


@contextmanager
def chat(microphone: VirtualMicrophone, home: Path) -> Iterator[Chat]:
    """Open a chat on an empty home."""
    with closing(Chat(microphone.environment, home)) as opened:
        end = time.monotonic() + OPENING
        while IDLE not in (screen := opened.screen()) or "model ready" not in screen:
            if time.monotonic() > end:
                raise AssistantError(f"The chat was not ready in {OPENING:g} s:\n{screen}")
            time.sleep(0.2)
        yield opened


def told(number: int, turn: Spoken) -> Iterator[str]:
    """Give a turn in lines."""
    yield f"{number:2} {turn.verdict}: “{turn.said}”"
    unseen = "" if turn.shown else " (not on the screen)"
    for way, each in (("spoken", turn.spoken), ("typed", turn.typed)):
        reply = " / ".join(each.reply.split("\n"))
        came_to = f"{each.outcome} {each.meant}".strip()
        yield f"     {way:6} “{each.heard}” → {came_to}: {reply}{unseen if way == 'spoken' else ''}"


def totals(found: Sequence[Spoken]) -> Iterator[str]:
    """Give the figures."""
    counts = Counter(each.verdict for each in found)
    yield f"{len(found)} turns: " + ", ".join(f"{n} {what}" for what, n in counts.most_common())
    for acts, what in ((True, "done when typed"), (False, "not done when typed")):
        some = [each for each in found if bool(each.typed.done) is acts]
        yield f"  {what}: {sum(each.is_right for each in some)} of {len(some)} came to the same"
    yield f"  acted wrongly: {sum(each.acted_wrongly for each in found)}"


def measure(asked: argparse.Namespace, folder: Path, tell: Callable[[str], object]) -> int:
    """Tell every turn and the totals; return how many were acted wrongly."""
    found = list[Spoken]()
    with virtual_microphone() as microphone:
        if asked.noise:
            microphone.sound(noise(asked.noise, asked.snr))
        for turn in talks(asked, microphone, folder):
            found.append(turn)
            for line in told(len(found), turn):
                tell(line)
    for line in totals(found):
        tell(line)
    return sum(each.acted_wrongly for each in found)


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.spoken_turns")
    parser.add_argument("folders", type=Path, nargs="+", help="recordings with transcripts.tsv")
    parser.add_argument("--turns", type=int, default=20, help="how many (default: 20)")
    parser.add_argument("--noise", type=Path, help="a recording of noise that plays on beside")
    parser.add_argument("--snr", type=float, default=15.0, help="dB it lies below (default: 15)")
    parser.add_argument("--hands-free", action="store_true", help="F5 once, and no key after")
    asked = parser.parse_args(words)
    if reason := missing() or ("" if shutil.which("tmux") else "a terminal needs tmux"):
        sys.stderr.write(f"{reason[0].upper()}{reason[1:]}.\n")
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="talk-") as folder:
            os.environ["ASSISTANT_HOME"] = f"{folder}/typed"
            asked.recordings = chosen(asked.folders, asked.turns)
            return 1 if measure(asked, Path(folder), _say) else 0
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
