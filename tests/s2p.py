"""Hears the recordings of speech-to-phrase's English suite and carries out what was ordered.

python -m tests.s2p FOLDER
python -m tests.s2p FOLDER --snr 10

FOLDER has the recordings, their transcripts.tsv and background_noise.flac. The skill of the house
that takes the orders is home_skill.py; what its skill should do with an order is what it does with
the transcript typed in, so that hearing is measured apart from understanding. Recordings whose
names begin with "oov" are no orders, and must be refused. Ends with 1 where an order is refused
when it is typed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.conversation.replies import badly_heard
from assistant.errors import AssistantError
from assistant.language.alike import alike, said_alike
from assistant.measuring import recordings
from assistant.measuring.hearing import (
    Hearer,
    Understander,
    second_model,
    speech_model,
    understander,
)
from assistant.measuring.recordings import Recording
from assistant.measuring.sound.alignment import Slips, slips
from assistant.measuring.sound.mixing import Noise
from assistant.measuring.speech_figures import shown
from assistant.speech.capture.source import FileSource
from assistant.turn import Situation, Understanding

SKILL = Path(__file__).with_name("home_skill.py")
OUTSIDE = "oov"
"""What the transcript of a recording begins with that is no order to this house."""


Mixed = Callable[[list[bytes], str], list[bytes]]
"""Returns frames with what is laid under them, the same for a seed."""


@dataclass(frozen=True)
class Heard:
    """A recording as it was heard, by the open ear and as it was taken, and what it came to.

    ``wanted`` and ``done`` are the intent and its slots; "" where nothing is done. What would be
    missed if it was not meant, and was heard badly, is ``read_back`` and not done without a yes.
    """

    said: str
    open_ear: str
    taken: str
    wanted: str
    done: str
    read_back: bool = False

    @property
    def is_outside(self) -> bool:
        """Tell whether nothing was ordered."""
        return is_outside(self.said)

    @property
    def is_right(self) -> bool:
        """Tell whether what was ordered was done."""
        return bool(self.done) and self.done == self.wanted

    @property
    def acted_wrongly(self) -> bool:
        """Tell whether something was done that was not ordered."""
        return bool(self.done) and self.done != self.wanted and not self.read_back


def is_outside(said: str) -> bool:
    """Tell whether a transcript is that of no order."""
    return said.startswith(OUTSIDE)


def wanted(understood: Understander, asked: Iterable[Recording]) -> dict[str, str]:
    """Return what the house does with each transcript that is typed; "" where it refuses it."""
    told = (str(each.transcript) for each in asked)
    return {said: "" if is_outside(said) else shown(understood.typed(said)) for said in told}


def hear(
    understood: Understander,
    hearer: Hearer,
    asked: Sequence[Recording],
    typed: dict[str, str],
    mixed: Mixed,
) -> Iterator[Heard]:
    """Give each recording as it was heard, with what ``mixed`` lays under it."""
    assistant = understood.assistant
    session = assistant.open_session("s2p")
    situation = Situation(session, assistant.clock.now())
    for each in asked:
        said = str(each.transcript)
        sound = mixed(list(FileSource(each.path).frames()), each.path.name)
        [hearing] = hearer.hear(sound)
        free = next((h.text for h in hearing.hypotheses if h.ear == "open"), "")
        taken = assistant.heard(hearing, session)
        meant = assistant.understand(taken, situation) if taken.text else Understanding(None)
        intent = assistant.skills.intents.get(meant.intent or "")
        careful = intent is not None and intent.careful and badly_heard(taken)
        yield Heard(said, free, taken.text, typed[said], shown(meant), careful)


def told(name: str, found: Sequence[Heard]) -> Iterator[str]:
    """Give the figures of a run in lines, and what went wrong."""
    orders = [each for each in found if not each.is_outside]
    others = [each for each in found if each.is_outside]
    yield f"{name}: {len(orders)} orders, {len(others)} others"
    yield _words("open ear", [(each.said, each.open_ear) for each in orders])
    yield _words("all ears", [(each.said, each.taken) for each in orders])
    yield f"  intent and slots right: {sum(each.is_right for each in orders)}"
    wrong, foolish = (sum(each.acted_wrongly for each in some) for some in (orders, others))
    back = sum(each.read_back for each in found)
    yield f"  acted wrongly: on {wrong} orders, on {foolish} others; read back first: {back}"
    for each in found:
        if each.done != each.wanted:
            heard = f"heard “{each.open_ear}”, taken “{each.taken}”"
            yield f"    {each.said}: {heard} → {each.done or '–'}"


def _words(ear: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return how well words were heard; how they are written counts for nothing."""
    right = sum(said_alike(said, heard) for said, heard in pairs)
    wrong = sum((slips(alike(said), alike(heard)) for said, heard in pairs), Slips())
    return f"  every word right, {ear}: {right} ({wrong.rate:.1%} of all words wrong)"


def runs(folder: Path, snr: float | None) -> dict[str, Mixed]:
    """Return what is laid under the recordings in each run, by its name."""
    found: dict[str, Mixed] = {"as they are": lambda sound, _: sound}
    if snr is not None:
        noise = Noise(folder / "background_noise.flac")
        found[f"with its noise at {snr:g} dB"] = lambda sound, seed: noise.under(sound, snr, seed)
    return found


def measure(asked: argparse.Namespace, tell: Callable[[str], object]) -> int:
    """Tell all figures; return how many orders are refused when they are typed."""
    suite = recordings.read(asked.folder / "transcripts.tsv", asked.limit)
    mixed = runs(asked.folder, asked.snr)
    with understander(SKILL) as understood:
        typed = wanted(understood, suite)
        orders = [said for said in typed if not is_outside(said)]
        refused = [said for said in orders if not typed[said]]
        tell(f"typed: {len(orders) - len(refused)} of {len(orders)} orders understood")
        for said in refused:
            tell(f"    refused: {said}")
        models = speech_model(asked.model), understood.sayable, second_model(asked.second)
        ears = Hearer(*models, both=True, stream=False)
        with closing(ears):
            for name, mix in mixed.items():
                for line in told(name, list(hear(understood, ears, suite, typed, mix))):
                    tell(line)
    return len(refused)


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.s2p")
    parser.add_argument("folder", type=Path, help="the recordings")
    parser.add_argument("--snr", type=float, help="with the suite's noise too, so many dB below")
    parser.add_argument("--model", default="", help="a speech model: its name or folder")
    parser.add_argument("--second", default="", help="what hears again: its name, or off")
    parser.add_argument("--limit", type=int, help="so many recordings, evenly drawn")
    try:
        refused = measure(parser.parse_args(words), _say)
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 1 if refused else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
