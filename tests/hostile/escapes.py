"""Ways out of a box without rights, each tried within one and without: nothing may get out.

python -m tests.hostile.escapes --rounds 10 --seed 1, as root, and once more with --nobody

What came of it is seen from outside: a secret that came out, a file that changed, a connection, a
signal, a child, what the process holds. A payload that gets nowhere without a box proves nothing,
which counts as wrong.
"""

from __future__ import annotations

import argparse
import atexit
import errno
import os
import random
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from assistant.sandbox import kernel, landlock
from assistant.sandbox.confine import confine, supported
from assistant.sandbox.rights import Rights
from tests.hostile.payloads import PAYLOADS, Payload, Stage, files, processes, through
from tests.hostile.witnesses import NOBODY, Outside

ROOMS = (files, processes, through)
"""Importing them fills the table."""
PATIENCE = 5.0
"""Seconds that a payload may take."""
BEGUN, DONE = b"\nbegun\n", b"\ndone\n"
REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS)
NOTHING = Rights(read=(), write=(), network=False, programs=())
MEMORY, PROCESSES = 1 << 30, 64


def in_main(act: Callable[[], object]) -> None:
    act()


def in_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def in_handler(act: Callable[[], object]) -> None:
    signal.signal(signal.SIGALRM, lambda *_: act())
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    time.sleep(0.01)


def at_exit(act: Callable[[], object]) -> None:
    atexit._clear()
    atexit.register(act)
    atexit._run_exitfuncs()


def in_generator(act: Callable[[], object]) -> None:
    def steps():
        try:
            yield
        finally:
            act()

    next(steps())


PLACES = (in_main, in_thread, in_handler, at_exit, in_generator)


def inside(stage: Stage, payload: Payload, user: int, boxed: bool) -> None:
    """Be the process that a payload runs in."""
    if user != os.getuid():
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    os.chdir(stage.scratch)
    if payload.before:
        stage.kept = payload.before(stage)
    place = stage.chance.choice(PLACES)
    version = stage.chance.randint(1, landlock.abi())
    if boxed:
        landlock.abi = lambda: version
        confine(NOTHING, stage.scratch, MEMORY, PROCESSES)
    place(lambda: attempt(payload, stage))


def attempt(payload: Payload, stage: Stage) -> None:
    os.write(1, BEGUN)
    try:
        payload.act(stage)
    except BaseException:  # noqa: BLE001  (whatever it raises, what it did is looked at)
        traceback.print_exc()
    os.write(1, DONE)
    time.sleep(60)


def run(outside: Outside, payload: Payload, seed: str, boxed: bool) -> tuple[set[str], str]:
    """Run a payload; return what was seen of it outside, and what it said."""
    reader, writer = os.pipe()
    stage = outside.stage(random.Random(seed))
    child = os.fork()
    if not child:
        try:
            os.setsid()
            for number, own in enumerate((outside.slave, writer, writer)):
                os.dup2(own, number)
            os.closerange(3, 1 << 16)
            inside(stage, payload, outside.user, boxed)
        except BaseException:  # noqa: BLE001  (this process never goes on as the harness)
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)
    os.close(writer)
    said = heard(reader)
    found = outside.seen(child, said)
    outside.tidy(child)
    os.close(reader)
    return found, said.decode(errors="replace")


def heard(reader: int) -> bytes:
    """Return what a payload says until it is done, or ends, or its time is over."""
    said, end = b"", time.monotonic() + PATIENCE
    while DONE not in said and (left := end - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            data = os.read(reader, 65536)
            if not data:
                break
            said += data
    return said


def drawn(only: str, some: int, chance: random.Random) -> list[Payload]:
    """Return the payloads of this processor with a part of a name, at most `some` of a family."""
    here = [x for x in PAYLOADS if only in f"{x.family}/{x.name}"]
    here = [x for x in here if x.only in ("", kernel.machine())]
    chance.shuffle(here)
    return [x for n, x in enumerate(here) if [y.family for y in here[:n]].count(x.family) < some]


@dataclass
class Count:
    """What came of a campaign."""

    wrong: list[str] = field(default_factory=list)
    boxed: int = 0
    free: int = 0
    refused: list[str] = field(default_factory=list)
    """What this machine or user may not do without a box either, so that it proves nothing."""


def campaign(outside: Outside, payloads: list[Payload], rounds: int, seed: int) -> Count:
    """Try payloads so often in a box, and once without."""
    count = Count()
    for each in payloads:
        name = f"{each.family}/{each.name}"
        for n in range(rounds):
            found, said = run(outside, each, f"{seed} {n} {name}", boxed=True)
            count.boxed += 1
            if BEGUN.decode() not in said and not each.refused:
                found.add("did not even begin")
            if each.unproven and "[Errno " not in said:
                found.add("was not refused")
            if found:
                count.wrong.append(f"{name}, round {n}: {', '.join(sorted(found))}\n{said}")
        if not each.unproven and outside.user == os.getuid():
            found, said = run(outside, each, f"{seed} 0 {name}", boxed=False)
            count.free += 1
            if not found and any(f"[Errno {x}]" in said for x in REFUSED):
                count.refused.append(name)
            elif not found:
                count.wrong.append(f"{name} gets nowhere without a box either\n{said}")
    return count


def main() -> None:
    """Run the campaign, and end with 1 where something got out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="payloads that have this in their name")
    parser.add_argument("--some", type=int, default=999, help="at most so many of each family")
    parser.add_argument("--nobody", action="store_true", help="as another user than root")
    asked = parser.parse_args()
    if why_not := supported():
        sys.exit(why_not)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        outside = Outside(Path(folder), NOBODY if asked.nobody else os.getuid())
        try:
            payloads = drawn(asked.only, asked.some, random.Random(asked.seed))
            count = campaign(outside, payloads, asked.rounds, asked.seed)
        finally:
            outside.close()
    print(*count.wrong, sep="\n")
    if count.refused:
        print(f"Proved nothing, for without a box it can't be done here: {count.refused}")
    families = len({x.family for x in payloads})
    print(
        f"escapes, seed {asked.seed}: {len(payloads)} ways of {families} families, tried"
        f" {count.boxed} times in a box and {count.free} times without one,"
        f" {len(count.wrong)} wrong"
    )
    sys.exit(bool(count.wrong))


if __name__ == "__main__":
    main()
