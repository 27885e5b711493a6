"""The workers there are: started when first needed, ended when idle, a few at most."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.sandbox.channel import ClosedError, ToWorker
from assistant.sandbox.messages import Call, Parse, Raised, Source, Start
from assistant.sandbox.nursery import Nursery
from assistant.sandbox.outcomes import StrangerError
from assistant.sandbox.rights import Rights
from assistant.skill.loading import LOAD_DEADLINE

MOST = 4
"""Workers alive at once."""

IDLE = 60.0
"""Seconds after its last call that a worker is ended."""

LOADING = LOAD_DEADLINE
"""Seconds a skill may take to be imported, and one may wait for a worker."""

POLL = 0.02
"""Seconds between two looks at the cancel flag."""

Key = tuple[str, Rights, type]
"""What a worker is for: the content of a skill, its rights, and calls or values."""

Serve = Callable[[str, list[Any]], Any]
"""Answers what a worker asks for while it is called: what, and the arguments."""


class SkillEndedError(StrangerError):
    """The process of a skill ended, or was ended; ``passing`` where it never began with the call.

    ``slow`` tells that it took too long.
    """

    def __init__(self, why: str, *, passing: bool = False, slow: bool = False) -> None:
        super().__init__(why)
        self.passing = passing
        self.slow = slow


@dataclass(eq=False)
class Worker:
    """A process that has a skill loaded, with a folder to write in where it may write at all.

    ``said`` is what it said of the skill.
    """

    number: int
    pipes: ToWorker
    scratch: Path | None = None
    said: dict[str, Any] = field(default_factory=dict)
    used: float = 0.0
    busy: threading.Lock = field(default_factory=threading.Lock)


class Workers:
    """Runs what skills of strangers do, each in a worker of its own."""

    def __init__(self) -> None:
        self._nursery = Nursery()
        self._lock = threading.Lock()
        self._alive: dict[Key, Worker] = {}
        self._describing = 0
        self._starting: set[Key] = set()
        self._sweeping: threading.Timer | None = None

    def describe(self, source: Source) -> dict[str, Any]:
        """Return what a skill says of itself, imported without any rights.

        Raises SkillEndedError.
        """
        with self._lock:
            self._describing += 1
        try:
            worker = self._started(source, Rights())
            self._end(worker)
        finally:
            with self._lock:
                self._describing -= 1
            self._sweep_later()
        return worker.said

    def call(
        self,
        source: Source,
        rights: Rights,
        message: Call | Parse,
        serve: Serve,
        deadline: float,
        cancel: threading.Event | None = None,
    ) -> dict[str, Any]:
        """Have something done by the worker of a skill; ``serve`` answers what it asks.

        Values are read by one of their own, which no call keeps waiting. Raises SkillEndedError
        where its process ends; it is ended ``deadline`` seconds after it began, and where
        ``cancel`` is set.
        """
        key = (source.content, rights, type(message))
        worker = self._free(key, source, time.monotonic() + max(deadline, LOADING))
        until = time.monotonic() + deadline
        try:
            with _watched(lambda: self._kill(worker), until, cancel):
                return _talk(worker, message, serve)
        except ClosedError as error:
            self._drop(key, worker)
            raise _ended(until, cancel) from error
        except BaseException:
            self._drop(key, worker)  # half a talk is left in its pipes
            raise
        finally:
            worker.used = time.monotonic()
            worker.busy.release()
            self._sweep_later()

    @property
    def process(self) -> int | None:
        """Return the number of the process whose children the workers are, where there is one."""
        return self._nursery.process

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            for worker in self._alive.values():
                # The pipes of one that is talked to are left to whoever does: he may read them yet.
                idle = worker.busy.acquire(blocking=False)
                (self._end if idle else self._kill)(worker)
            self._alive.clear()
            if self._sweeping is not None:
                self._sweeping.cancel()
        self._nursery.close()

    def _free(self, key: Key, source: Source, until: float) -> Worker:
        """Return the worker of a skill, taken for this call. Raises SkillEndedError."""
        while True:
            with self._lock:
                worker = self._alive.get(key)
                mine = worker is None and key not in self._starting and self._has_room(key)
                if mine:
                    self._starting.add(key)
            if mine:
                worker = self._begun(key, source)
            if worker is not None and worker.busy.acquire(timeout=POLL):
                if self._alive.get(key) is worker:
                    return worker
                worker.busy.release()
            elif worker is None:
                time.sleep(POLL)
            if time.monotonic() > until:
                raise SkillEndedError("it is busy with something else", passing=True)

    def _begun(self, key: Key, source: Source) -> Worker:
        """Start a worker, for which others do not wait. Raises SkillEndedError."""
        try:
            worker = self._started(source, key[1])
        except BaseException:
            with self._lock:
                self._starting.discard(key)
            raise
        with self._lock:
            self._starting.discard(key)
            if "broken" not in worker.said:
                self._alive[key] = worker
                return worker
        self._end(worker)
        raise SkillEndedError(str(worker.said["broken"]))

    def _has_room(self, wanted: Key) -> bool:
        """Make room for one more, where any of them is idle; one of other rights goes anyway."""
        for key, worker in sorted(self._alive.items(), key=lambda each: each[1].used):
            full = len(self._alive) + len(self._starting) >= MOST
            former = key[0] == wanted[0] and key[1] not in (wanted[1], Rights())
            if full or former:
                self._end_idle(key, worker)
        return len(self._alive) + len(self._starting) < MOST

    def _started(self, source: Source, rights: Rights) -> Worker:
        """Start a worker and have it import the skill. Raises SkillEndedError."""
        until = time.monotonic() + LOADING
        try:
            worker = Worker(*self._nursery.start(), used=time.monotonic())
            if rights.write:
                worker.scratch = Path(tempfile.mkdtemp(prefix="assistant-skill-"))
        except OSError as error:
            raise SkillEndedError(str(error), passing=True) from error
        try:
            with _watched(lambda: self._kill(worker), until, None):
                worker.pipes.tell(Start(source, rights, worker.scratch))
                worker.said = worker.pipes.hear()
        except ClosedError as error:
            self._end(worker)
            raise _ended(until, None) from error
        return worker

    def _kill(self, worker: Worker) -> None:
        self._nursery.end(worker.number)

    def _end(self, worker: Worker) -> None:
        self._kill(worker)
        worker.pipes.close()
        if worker.scratch is not None:
            with suppress(RecursionError):  # of folders in folders without end
                shutil.rmtree(worker.scratch, ignore_errors=True)

    def _end_idle(self, key: Key, worker: Worker) -> None:
        """End a worker unless it is talked to just now."""
        if worker.busy.acquire(blocking=False):
            del self._alive[key]
            self._end(worker)
            worker.busy.release()

    def _drop(self, key: Key, worker: Worker) -> None:
        with self._lock:
            if self._alive.get(key) is worker:
                del self._alive[key]
                self._end(worker)

    def _sweep_later(self) -> None:
        with self._lock:
            if self._sweeping is None and self._nursery.process is not None:
                self._sweeping = threading.Timer(IDLE, self._sweep)
                self._sweeping.daemon = True
                self._sweeping.start()

    def _sweep(self) -> None:
        """End what was idle for long, and where nothing is left what they are forked from."""
        with self._lock:
            self._sweeping = None
            for key, worker in [*self._alive.items()]:
                if time.monotonic() - worker.used >= IDLE:
                    self._end_idle(key, worker)
            if not (self._alive or self._describing or self._starting):
                self._nursery.close()
        self._sweep_later()


def _talk(worker: Worker, message: Call | Parse, serve: Serve) -> dict[str, Any]:
    """Hand over a message and answer what is asked, until the worker says what came of it."""
    worker.pipes.tell(message)
    while "reads" in (said := worker.pipes.hear()):
        try:
            answer = serve(str(said["reads"]), list(said["arguments"]))
        except (KeyError, TypeError, ValueError) as error:
            answer = Raised("KeyError" if isinstance(error, KeyError) else "", str(error))
        worker.pipes.tell(answer)
    return said


@contextmanager
def _watched(
    kill: Callable[[], None], until: float, cancel: threading.Event | None
) -> Iterator[None]:
    """Kill where the block takes too long, or is not wanted any more."""
    done = threading.Event()

    def watch() -> None:
        step = POLL if cancel else until - time.monotonic()
        while not done.wait(max(step, 0)):
            if cancel and cancel.is_set():
                done.wait(POLL * 5)  # whoever set it looks for that first
            if time.monotonic() >= until or (cancel and cancel.is_set()):
                kill()
                return

    threading.Thread(target=watch, name="watching a skill", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _ended(until: float, cancel: threading.Event | None) -> SkillEndedError:
    if cancel is not None and cancel.is_set():
        return SkillEndedError("it was stopped", passing=True)
    slow = time.monotonic() >= until
    return SkillEndedError("it took too long" if slow else "its process ended", slow=slow)
