"""What undo and redo come to, in plain Python, and steps done in it and in a store alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from assistant.skill.given import DropMemory, Effect, UndoTurn, WriteMemory
from assistant.skill.history import History, Way
from assistant.store import Store
from assistant.turn import Reply, Turn, Understanding, Utterance

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
KEYS = "abc"


@dataclass
class Done:
    """A turn of the model: what it changed, and which turns it took back."""

    id: int
    session: str
    before: dict[str, Any]
    after: dict[str, Any]
    took: list[int] = field(default_factory=list)
    kind: str = "change"


class Model:
    """What undo and redo come to, told in other words than the store's: a turn is taken back while
    a turn stands that took it back.
    """

    def __init__(self) -> None:
        self.state: dict[str, Any] = dict.fromkeys(KEYS)
        self.turns: list[Done] = []

    def undone(self, turn: Done, without: Collection[int] = ()) -> bool:
        """Tell whether a turn is taken back, also if others were besides."""
        return any(
            turn.id in each.took and each.id not in without and not self.undone(each, without)
            for each in self.turns
        )

    def change(self, id_: int, session: str, values: dict[str, Any]) -> None:
        """Write values."""
        before = {key: self.state[key] for key in values}
        self.state |= values
        self.turns.append(Done(id_, session, before, values))

    def behind(self, session: str, count: int) -> list[Done]:
        """Return what as many undos would take back, in order."""
        here = [each for each in self.turns if each.session == session]
        if count == 1 and here and here[-1].kind == "redo":
            undos = [self.turn(each) for each in reversed(here[-1].took)]
            return [self.turn(each) for undo in undos for each in undo.took]
        taken: list[Done] = []
        while len(taken) < count:  # what a correction took the place of stands when that is gone
            gone = [each.id for each in taken]
            changes = (t for t in here if t.kind == "change" and t.id not in gone)
            standing = [each for each in changes if not self.undone(each, gone)]
            if not standing:
                break
            taken.append(standing[-1])
        return taken

    def replaced(self, turn: Done) -> list[Done]:
        """Return a change and those it took the place of."""
        return [turn, *(self.replaced(self.turn(turn.took[0])) if turn.took else ())]

    def ahead(self, session: str, count: int) -> list[Done]:
        """Return the undos that as many redos would take back, in order."""
        undos = [t for t in self.turns if t.kind == "undo" and t.session == session]
        return [each for each in undos if not self.undone(each)][::-1][:count]

    def go(self, turns: list[Done]) -> tuple[dict[str, Any], list[int]]:
        """Return the state after turns were taken back where nothing is lost by it, and which."""
        state, gone = dict(self.state), list[int]()
        for each in turns:
            same = all(state[key] == value for key, value in each.after.items())
            if same and not self.undone(each, gone):
                state |= each.before
                gone.append(each.id)
        return state, gone

    def took(
        self, id_: int, session: str, kind: str, turns: list[int], values: dict[str, Any]
    ) -> None:
        """Take turns back, and write values."""
        found = [self.turn(each) for each in turns]
        touched = {key for each in found for key in each.before} | {*values}
        before = {key: self.state[key] for key in touched}
        for each in found:
            self.state |= each.before
        self.state |= values
        after = {key: self.state[key] for key in touched}
        self.turns.append(Done(id_, session, before, after, turns, kind))

    def turn(self, id_: int) -> Done:
        """Return a turn by its number."""
        return next(each for each in self.turns if each.id == id_)


def record(store: Store, name: str, *effects: Effect, parser: str = "template") -> Turn:
    """Record a turn."""
    session, said = store.session(name), Utterance("x", NOW)
    with store.transaction(alone=True) as transaction:
        meant = Understanding("a.b", 1.0, parser=parser)
        return transaction.record(session, said, meant, Reply("y"), "answered", effects)


def history(store: Store, name: str = "one") -> History:
    """Return the history of a session."""
    return History(store.session(name).id, store.reader())


def written(values: dict[str, Any]) -> list[Effect]:
    """Return the effects that write values, and drop those that are None."""
    return [
        DropMemory("m", key) if value is None else WriteMemory("m", key, value)
        for key, value in values.items()
    ]


def step(store: Store, model: Model, session: str, act: Any) -> None:
    """Do one thing in both."""
    if isinstance(act, dict):
        model.change(record(store, session, *written(act)).id, session, act)
        return
    kind, count = act
    here = history(store, session)
    if kind in ("instead", "drop"):
        replace(store, model, session, count if kind == "instead" else {})
        return
    way: Way = here.newest(count) if kind == "undo" else here.redoable(count)
    turns = model.behind(session, count) if kind == "undo" else model.ahead(session, count)
    state, gone = model.go(turns)
    assert list(way.ids) == gone
    assert {turn.id for turn, _ in way.kept} == {each.id for each in turns} - {*gone}
    if gone:
        here.take(way)
        effects = [each for each in here.effects if isinstance(each, UndoTurn)]
        model.took(record(store, session, *effects).id, session, kind, gone, {})
        assert model.state == state


def replace(store: Store, model: Model, session: str, values: dict[str, Any]) -> None:
    """Put values in the place of the last change, with what it was put in the place of; or drop it
    as a whole where there are none.
    """
    last = model.behind(session, len(model.turns))[:1]
    whole = model.replaced(last[0]) if last else []
    gone = model.go(whole)[1]
    if not gone or len(gone) < len(whole):
        return
    effects = [UndoTurn(each) for each in gone]
    parser = "correction" if values else "template"
    turn = record(store, session, *effects, *written(values), parser=parser)
    model.took(turn.id, session, "change" if values else "undo", gone, values)
