"""Why a sentence was understood as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from assistant.turn import Turn, Understanding, Utterance

if TYPE_CHECKING:
    from rich.text import Text

BAR = 16
"""Cells of a full confidence bar."""

HOW = {
    "answer": "as the answer to a question",
    "taught": "as you taught it",
    "template": "word for word, by an example",
    "classifier": "by its meaning",
    "none": "not understood",
}


class Inspector(VerticalScroll):
    """Shows how the newest turn was understood: intent, confidence, runners-up, slots, timings."""

    def compose(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Lay out the one text."""
        yield Static("Say something to see how it is understood.", id="why")

    def show(self, turn: Turn) -> None:
        """Show a turn."""
        self.query_one("#why", Static).update(described(turn))


def described(turn: Turn) -> Text:
    """Return a turn's understanding as text for the panel."""
    from rich.text import Text

    meant = turn.understanding
    text = Text()
    text.append(f"“{turn.utterance.text[:120]}”\n\n", style="italic")
    text.append(f"{meant.intent or 'no intent'}\n", style="bold")
    text.append(f"{HOW.get(meant.parser, meant.parser)}\n")
    if meant.intent:
        text.append(f"{bar(meant.confidence)} {meant.confidence:.0%}\n")
    _heard(text, turn.utterance)
    _account(text, meant)
    _slots(text, meant)
    _read(text, meant)
    if meant.alternatives:
        text.append("\nrunners-up\n", style="bold")
        for candidate in meant.alternatives:
            line = (
                f"{bar(candidate.confidence, 6)} {candidate.confidence:4.0%} {candidate.intent}\n"
            )
            text.append(line)
    if meant.timings:
        text.append("\nmilliseconds\n", style="bold")
        for stage, ms in meant.timings.items():
            text.append(f"{ms:8.1f}  {stage}\n")
    for note in meant.notes:
        text.append(f"\n{note}\n")
    return text


def _heard(text: Text, said: Utterance) -> None:
    """Add how a spoken sentence was heard, and when each word was said."""
    if said.source != "voice":
        return
    text.append("\nspoken\n", style="bold")
    text.append(f"{bar(said.confidence)} {said.confidence:.0%}\n")
    if said.heard:
        text.append(f"heard  “{said.heard}”\ntook   “{said.text}”\n")
    for other in said.alternatives:
        text.append(f"or     “{other}”\n")
    if said.words:
        times = " · ".join(f"{word.start:.1f} {word.text}" for word in said.words)
        text.append(f"{times} · {said.words[-1].end:.1f} s\n", style="dim")


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
    """Add the sentence with what explains each word, and why it was not acted on."""
    if not meant.account:
        return
    text.append("\nwords\n", style="bold")
    for each in meant.account:
        text.append(each.text, style=STYLES[each.by])
        told = each.name if each.by in ("slot", "left") and each.name else each.by
        text.append(f" · {told}\n", style="dim")
    if meant.why:
        text.append(f"asked because of {meant.why}\n")
    for offer in meant.offered:
        text.append(f"offered “{offer.text}”\n")


def _slots(text: Text, meant: Understanding) -> None:
    if not meant.slots:
        return
    text.append("\nslots\n", style="bold")
    for slot in meant.slots:
        heard = f"  (“{slot.text}”)" if slot.text and slot.text != str(slot.value) else ""
        text.append(f"{slot.name} = {slot.value}{heard}\n")


def _read(text: Text, meant: Understanding) -> None:
    """Add what the words said besides the request: the mood, and names and dates."""
    if meant.sentiment:
        text.append(f"\nsentiment {meant.sentiment}\n")
    if meant.entities:
        text.append("\nentities\n", style="bold")
        for entity in meant.entities:
            text.append(f"{entity.text}: {entity.type} {entity.confidence:.0%}\n")


def bar(share: float, cells: int = BAR) -> str:
    """Return a bar that is filled by a share from 0 to 1."""
    full = round(max(0.0, min(1.0, share)) * cells)
    return "█" * full + "░" * (cells - full)
