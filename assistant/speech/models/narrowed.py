"""A speech model that knows only what can be said: its sounds as they are, its sentences ours.

Vosk makes a bigram of the sentences it is limited to at run time, so that "some milk with small" is
as good to it as an order. A model whose graph is in two parts composes them as it listens; here the
part of words (``Gr.fst``) is written anew, and the rest is the old model's own files.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.errors import SpeechError
from assistant.speech.models import fst
from assistant.speech.models.layout import Layout, files_of, has_grammars, layout_of, numbers
from assistant.speech.recognizer import UNKNOWN
from assistant.turn.hearing import WordGraph

STRANGE = 3.0
"""What an unknown word costs (a negative logarithm), so that known ones are preferred."""

ASIDE = 6.0
"""What it costs to take the beginning for something that can't be said at all."""

OPTIONS = {
    # What can't be said is like all that can, and would cost.
    "--max-active": "1500",
    # It is to hear a whole sentence, whatever pauses are in it: only we tell where it ends.
    **{f"--endpoint.rule{rule}.min-trailing-silence": "1000" for rule in range(1, 5)},
    "--endpoint.rule5.min-utterance-length": "1000",
}
"""Options of the decoder that are set anew."""

LEFT_OUT = frozenset(("rescore", "rnnlm", "Gr.fst", "words.txt"))
"""What would bring other sentences back, and what is written anew."""


def narrow(folder: Path, graph: WordGraph, into: Path) -> None:
    """Make a model of the one in a folder that hears a graph's sentences, or unknown words.

    Raises SpeechError where the model's graph is fixed or knows none of the words; OSError.
    """
    names = files_of(folder)
    layout = layout_of(names)
    if layout is None or not has_grammars(names, layout):
        raise SpeechError(f"The speech model in {folder} can't be limited to what can be said.")
    known = numbers(folder, names, layout)
    states = _states(graph, known)
    if not _ends(states):
        raise SpeechError(f"The speech model in {folder} knows none of the skills' words.")
    for name in names:
        if name in layout.options:
            _set(folder / name, into / name)
        elif not LEFT_OUT & set(Path(name).parts):
            _share(folder / name, into / name)
    _write(into, layout, states, known)


def _states(graph: WordGraph, known: Mapping[str, int]) -> list[fst.State]:
    """Return the graph by the model's numbers; no way leads over a word that it lacks.

    As unknown words those would be many ways for one sound, and a decoder lost in them.
    """
    unknown = known.get(UNKNOWN)
    aside = len(graph.arcs)
    states = []
    for number, row in enumerate(graph.arcs):
        ends = number in graph.ends
        # All that may come next is as likely.
        cost = math.log(max(len(row) + ends, 1))
        arcs = [
            fst.Arc(known[word], cost + (STRANGE if word == UNKNOWN else 0.0), to)
            for word, to in row.items()
            if word in known
        ]
        if unknown is not None and number == 0:
            arcs.append(fst.Arc(unknown, ASIDE, aside))
        states.append(fst.State(arcs, cost if ends else None))
    loop = [fst.Arc(unknown, STRANGE, aside)] if unknown is not None else []
    return [*states, fst.State(loop, 0.0)]


def _ends(states: Sequence[fst.State]) -> bool:
    """Tell whether any way from the first state comes to an end."""
    reached, waiting = {0}, [0]
    for number in waiting:  # grows while it is gone through
        if states[number].end is not None:
            return True
        new = {arc.state for arc in states[number].arcs} - reached
        reached |= new
        waiting += new
    return False


def _share(old: Path, new: Path) -> None:
    """Give a file a second name, or a copy where the system or the disk won't have one."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        new.symlink_to(old.resolve())
    except OSError:
        shutil.copyfile(old, new)


def _set(old: Path, new: Path) -> None:
    """Copy the options of a decoder with some of them set anew."""
    lines = old.read_text(encoding="utf-8", errors="replace").splitlines()
    kept = [line for line in lines if line.partition("=")[0].strip() not in OPTIONS]
    new.parent.mkdir(parents=True, exist_ok=True)
    told = [*kept, *(f"{name}={value}" for name, value in OPTIONS.items()), ""]
    new.write_text("\n".join(told), encoding="utf-8")


def _write(into: Path, layout: Layout, states: list[fst.State], known: Mapping[str, int]) -> None:
    words = into / layout.graph_file("words.txt")
    words.parent.mkdir(parents=True, exist_ok=True)
    listed = "".join(f"{word} {number}\n" for word, number in known.items())
    words.write_text(listed, encoding="utf-8")
    fst.write(into / layout.graph_file("Gr.fst"), states)
