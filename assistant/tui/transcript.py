"""The conversation: what was said, what was answered, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from assistant.doors.terminal import visible
from assistant.tui.plainly import plain
from assistant.turn import Turn, Utterance

if TYPE_CHECKING:
    from rich.console import RenderableType

MARKDOWN = ("- ", "* ", "**", "`", "\n#", "1. ")
"""What tells that a reply is more than plain words."""

MOST_DIFFERENCES = 2
"""Of more than so many words heard otherwise the sentences are shown."""


class Said(Static):
    """What the user said."""


class Answer(Static, can_focus=True):
    """A reply; when it has the focus it can be copied."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c,enter", "copy", "Copy this reply")]

    @dataclass
    class Copied(Message):
        """The user wants this text on the clipboard."""

        text: str

    def __init__(self, text: str, classes: str = "", turn: int = 0) -> None:
        super().__init__(_rendered(text), classes=classes)
        self.text = text
        self.turn = turn

    def action_copy(self) -> None:
        """Ask for the reply to be copied."""
        self.post_message(self.Copied(self.text))


class Notice(Static):
    """A line that nobody said: a skill that was reloaded, a problem, an alarm."""


class Transcript(VerticalScroll, can_focus=True):
    """All turns of the session, the newest at the bottom."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    class WantsOlder(Message):
        """The user scrolled to the top, where older turns belong."""

    first: int | None = None
    """The number of the oldest turn shown."""

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Ask for older turns when the top is reached."""
        super().watch_scroll_y(old, new)
        if new <= 0 < old:
            self.post_message(self.WantsOlder())

    async def show(self, turns: list[Turn]) -> None:
        """Show these turns and nothing else."""
        await self.remove_children()
        self.first = turns[0].id if turns else None
        await self.mount_all([w for turn in turns for w in _widgets(turn)])
        self.scroll_end(animate=False)

    async def show_older(self, turns: list[Turn]) -> None:
        """Put turns above those shown, keeping what is looked at in place."""
        if not turns:
            return
        self.first = turns[0].id
        height = self.virtual_size.height
        await self.mount_all([w for turn in turns for w in _widgets(turn)], before=0)
        self.call_after_refresh(
            lambda: self.scroll_to(y=self.virtual_size.height - height, animate=False)
        )

    def add_said(self, text: str) -> None:
        """Show what was just said, before it is answered."""
        self._add(Said(plain(text)))

    def add_utterance(self, utterance: Utterance) -> None:
        """Show what was taken of what was heard."""
        self._add(_said(utterance))

    def add_answer(self, turn: Turn) -> None:
        """Show the reply of a turn."""
        self._add(_answer(turn))
        if self.first is None:
            self.first = turn.id

    def add_notice(self, text: str, kind: str = "") -> None:
        """Show a line between the turns; ``kind`` is "trouble", "alarm" or nothing."""
        self._add(Notice(plain(text), classes=kind))

    def mark(self, undone: Mapping[int, bool]) -> None:
        """Show of some turns whether they are taken back."""
        for answer in self.query(Answer):
            if answer.turn in undone:
                answer.set_class(undone[answer.turn], "undone")

    def answers(self) -> Iterable[Answer]:
        """Return the replies shown, the newest first."""
        return reversed(list(self.query(Answer)))

    def _add(self, widget: Static) -> None:
        self.mount(widget)
        self.call_after_refresh(self._bring_into_view, widget)

    def _bring_into_view(self, widget: Static) -> None:
        """Go to the end; a reply longer than the screen is shown from its beginning."""
        if widget.outer_size.height >= self.size.height:
            self.scroll_to_widget(widget, animate=False, top=True)
        else:
            self.scroll_end(animate=False)


def _widgets(turn: Turn) -> list[Static]:
    return [_said(turn.utterance), _answer(turn)]


def _said(utterance: Utterance) -> Said:
    """Return what was said, with the words that were heard otherwise under it."""
    text = plain(utterance.text)
    for heard, taken in differences(utterance.heard, utterance.text):
        text.append("\nheard ", style="dim")
        text.append(plain(heard or "nothing", "dim italic"))
        text.append(", took ", style="dim")
        text.append(plain(taken or "nothing", "dim italic"))
    return Said(text)


def differences(heard: str, taken: str) -> list[tuple[str, str]]:
    """Return the words that were heard otherwise than taken, each with what was taken for them."""
    if not heard:
        return []
    from difflib import SequenceMatcher

    before, after = heard.split(), taken.split()
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changed = []
    for kind, a, b, c, d in found:
        # A word that was missing or too many is told with the one before it.
        more = kind in ("insert", "delete") and a > 0
        if kind != "equal":
            changed.append((" ".join(before[a - more : b]), " ".join(after[c - more : d])))
    return changed if len(changed) <= MOST_DIFFERENCES else [(heard, taken)]


def _answer(turn: Turn) -> Answer:
    return Answer(turn.reply.text, turn.outcome, turn.id)


def _rendered(text: str) -> RenderableType:
    if not any(mark in f"\n{text}" for mark in MARKDOWN):
        return plain(text)
    from rich.markdown import Markdown

    # Where a link leads is told, not hidden behind its words.
    return Markdown(visible(text, lines=True), hyperlinks=False)
