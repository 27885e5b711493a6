"""Why a sentence was understood as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from assistant.doors.explaining import against
from assistant.doors.terminal import visible
from assistant.turn import Turn, Understanding, Utterance

if TYPE_CHECKING:
    from rich.text import Text

BAR = 16
"""Cells of a full confidence bar."""


class Inspector(VerticalScroll):
    """Shows how the newest turn was understood: intent, confidence, runners-up, slots, timings."""

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.turn: Turn | None = None
        self._text = Static("Say something to see how it is understood.", id="why")

    def compose(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Lay out the one text."""
        yield self._text

    def show(self, turn: Turn, looked_up: Sequence[str] = ()) -> None:
        """Show a turn, with what was looked up for it; a reply may come while the chat closes."""
        self.turn = turn
        self._text.update(described(turn, looked_up))


def described(turn: Turn, looked_up: Sequence[str] = ()) -> Text:
    """Return a turn's understanding as text for the panel."""
    from rich.text import Text

    meant = turn.understanding
    text = Text()
    _add(text, f"“{turn.utterance.text[:120]}”\n\n", style="italic")
    _add(text, f"{meant.intent or 'no intent'}\n", style="bold")
    _add(text, f"{meant.how}\n")
    if meant.intent:
        _add(text, f"{bar(meant.confidence)} {meant.confidence:.0%}\n")
    _heard(text, turn.utterance)
    _account(text, meant)
    _add(text, "".join(f"{line}\n" for line in against(turn)))
    _slots(text, meant)
    _read(text, meant)
    if meant.alternatives:
        _add(text, "\nrunners-up\n", style="bold")
        for candidate in meant.alternatives:
            line = (
                f"{bar(candidate.confidence, 6)} {candidate.confidence:4.0%} {candidate.intent}\n"
            )
            _add(text, line)
    if looked_up:
        _add(text, "\nwhy\n", style="bold")
        _add(text, "\n".join((*looked_up, "")))
    if meant.timings:
        _add(text, "\nmilliseconds\n", style="bold")
        for stage, ms in meant.timings.items():
            _add(text, f"{ms:8.1f}  {stage}\n")
    for note in meant.notes:
        _add(text, f"\n{note}\n")
    return text


def _add(text: Text, words: str, style: str = "") -> None:
    """Add words, line breaks of ours among them, as they can be shown."""
    text.append(visible(words, lines=True), style=style)


def _heard(text: Text, said: Utterance) -> None:
    """Add how a spoken sentence was heard, and when each word was said."""
    if said.source != "voice":
        return
    _add(text, "\nspoken\n", style="bold")
    _add(text, f"{bar(said.confidence)} {said.confidence:.0%}\n")
    if said.heard:
        _add(text, f"heard  “{said.heard}”\ntook   “{said.text}”\n")
    for other in said.alternatives:
        _add(text, f"or     “{other}”\n")
    if said.words:
        times = " · ".join(f"{word.start:.1f} {word.text}" for word in said.words)
        _add(text, f"{times} · {said.words[-1].end:.1f} s\n", style="dim")
    if said.hints:
        _add(text, f"in mind: {' '.join(said.hints)}\n", style="dim")


STYLES = {
    "literal": "",
    "slot": "bold",
    "around": "dim",
    "function": "dim",
    "repaired": "dim strike",
    "left": "reverse",
}
"""How a word is shown, by what explains it; what nothing explains stands out."""


def _account(text: Text, meant: Understanding) -> None:
    """Add the sentence with what explains each word, and what was offered."""
    if not meant.account:
        return
    _add(text, "\nwords\n", style="bold")
    for each in meant.account:
        _add(text, each.text, style=STYLES[each.by])
        told = each.name if each.by in ("slot", "left") and each.name else each.by
        _add(text, f" · {told}\n", style="dim")
    for offer in meant.offered:
        _add(text, f"offered “{offer.text}”\n")


def _slots(text: Text, meant: Understanding) -> None:
    if not meant.slots:
        return
    _add(text, "\nslots\n", style="bold")
    for slot in meant.slots:
        heard = f"  (“{slot.text}”)" if slot.text and slot.text != str(slot.value) else ""
        _add(text, f"{slot.name} = {slot.value}{heard}\n")


def _read(text: Text, meant: Understanding) -> None:
    """Add what the words said besides the request: the mood, and names and dates."""
    if meant.sentiment:
        _add(text, f"\nsentiment {meant.sentiment}\n")
    if meant.entities:
        _add(text, "\nentities\n", style="bold")
        for entity in meant.entities:
            _add(text, f"{entity.text}: {entity.type} {entity.confidence:.0%}\n")


def bar(share: float, cells: int = BAR) -> str:
    """Return a bar that is filled by a share from 0 to 1."""
    full = round(max(0.0, min(1.0, share)) * cells)
    return "█" * full + "░" * (cells - full)
