"""What is left of a database that can't be used as it is: a copy that is only read.

A full disk, a home that can't be written, a file that is damaged: what was stored is still told,
and nothing is said to be kept. What may be missing from the copy is not taken for not there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import StoreError
from assistant.language.records import dataclass
from assistant.skill.given import Alarm
from assistant.skill.memory import M
from assistant.store import ledger
from assistant.store.kept import Kept, parsed
from assistant.store.opening import FAILURES, TOLD, read_only
from assistant.store.reader import Lent, SqliteReader
from assistant.store.replacing import beside
from assistant.store.storable import Connection

READS = "Until then I can only tell what is stored; nothing new is kept."
PARTLY = "Until then a part of what is stored can't be read, and nothing new is kept."
LOST = "Until then what is stored can't be read, and nothing is kept."


STATES = ("pending", "paused", "rung", "cancelled")
"""What an alarm can be."""


@dataclass(frozen=True, slots=True)
class Left:
    """A copy that can be read, None for none, and the tables of which rows may be missing."""

    copy: Path | None = None
    lacks: frozenset[str] = frozenset(TOLD)

    @property
    def told(self) -> str:
        """Return in a sentence how much is left."""
        if self.copy is None:
            return LOST
        return PARTLY if self.lacks else READS


def readable_copy(path: Path, folder: Path) -> Left:
    """Return what is left of a database: a copy in a folder, mended where it is damaged."""
    from assistant.store.recovering import damaged, rebuild

    copy, mended = folder / path.name, folder / f"mended-{path.name}"
    try:
        if not path.is_file():
            return Left()
        for each in (path, *beside(path)[:1]):
            if each.is_file():
                shutil.copyfile(each, folder / each.name)
        with suppress(StoreError):
            if not damaged(copy):
                return Left(copy, frozenset())
        rebuilt = rebuild(copy, mended)
        if not any(rebuilt.saved.values()):
            return Left()
        return Left(mended, (frozenset(TOLD) - rebuilt.whole) | _odd(mended))
    except (OSError, *FAILURES, StoreError):
        return Left()


def _odd(mended: Path) -> set[str]:
    """Return the tables of TOLD with rows that a damaged page has changed: they can't be read, or
    would not be found.
    """
    with closing(read_only(mended)) as db:
        values = db.execute("SELECT rowid, value FROM memory").fetchall()
        (count,) = db.execute("SELECT count(*) FROM alarms").fetchone()
        alarms = [each for each in ledger.alarms(db, "1") if each.state in STATES]
    odd = {"memory": len(parsed(values)) < len(values), "alarms": len(alarms) < count}
    return {table for table, is_odd in odd.items() if is_odd}


class PartReader(SqliteReader):
    """Reads what is left where rows of some tables may be missing.

    Raises StoreError where it would tell that something is not there, or all there is.
    """

    def __init__(
        self,
        trouble: str,
        lacks: Collection[str],
        lent: Lent,
        now: datetime,
        without: Sequence[int] = (),
        kept: Callable[[Connection], Kept] = Kept,
    ) -> None:
        super().__init__(lent, now, without, kept)
        self._trouble = trouble
        self._lacks = lacks

    def memory(self, skill: str) -> dict[str, Any]:
        """Return all of a skill's memory."""
        self._all_of("memory")
        return super().memory(skill)

    def keys(self, skill: str) -> Sequence[str]:
        """Return the keys of a skill's memory."""
        self._all_of("memory")
        return super().keys(skill)

    def value(self, skill: str, key: str) -> Any:
        """Return one value of a skill's memory, which may be there where others are not."""
        try:
            return super().value(skill, key)
        except KeyError:
            self._all_of("memory")
            raise

    def made(self, skill: str, kind: Callable[[], M]) -> M:
        """Return what is made of all of a skill's memory."""
        self._all_of("memory")
        return super().made(skill, kind)

    def alarms(self) -> list[Alarm]:
        """Return the alarms."""
        self._all_of("alarms")
        return super().alarms()

    def without(self, turn_ids: Sequence[int]) -> PartReader:
        """Return a view as if those turns had changed nothing."""
        given = self._connection, self._now, turn_ids, self._kept
        return PartReader(self._trouble, self._lacks, *given)

    def _all_of(self, table: str) -> None:
        if table in self._lacks:
            raise StoreError(self._trouble)
