"""What a confined process can still do, what it was granted, and the filter of its calls."""

import errno
import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.sandbox import confine, landlock, seccomp, syscalls
from assistant.sandbox.rights import Rights
from tests.bpf import answer

enforced = pytest.mark.skipif(bool(confine.supported()), reason="this system enforces nothing")


NOTHING = Rights(read=(), write=(), network=False, programs=())
REFUSED = """
def refused(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        return error.errno
    return 0
"""


def inside(tmp_path: Path, code: str, rights: Rights = NOTHING, before: str = "") -> object:
    """Run code in a box; return what it puts into ``result``."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    whole = (
        "import json, os, sys\nfrom pathlib import Path\n"
        "from assistant.sandbox.confine import confine\n"
        "from assistant.sandbox.rights import Rights\n"
        f"{REFUSED}\n{before}\nconfine({rights!r}, Path({str(scratch)!r}), 1 << 29, 16)\n"
        f"{textwrap.dedent(code)}\nprint(json.dumps(result))"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@enforced
def test_sandbox_lets_a_skill_compute(tmp_path: Path) -> None:
    """The standard library, threads, files of its own and numpy are there."""
    code = """
    import collections, ctypes, datetime, decimal, hashlib, random, re, shutil, sqlite3, tempfile
    import threading, time, zoneinfo
    import numpy
    told = []
    thread = threading.Thread(target=told.append, args=(1,))
    thread.start(); thread.join()
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("x"); file.flush()
        place = file.name
    Path("own").write_text("mine")
    shutil.copy2("own", "copy")
    os.rename("copy", "moved"); os.mkdir("folder"); os.rename("moved", "folder/moved")
    kept = sqlite3.connect("own.db"); kept.execute("CREATE TABLE a (b)"); kept.commit()
    zone = datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    callback = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)
    import assistant
    result = [
        told, os.path.dirname(place), Path("folder/moved").read_text(), zone.utcoffset().seconds,
        str(decimal.Decimal("0.1") * 3), hashlib.sha256(b"x").hexdigest()[:4],
        re.sub("a", "b", "a"), int((numpy.ones((2, 2)) @ numpy.ones((2, 2))).sum()), callback(),
        sqlite3.connect(":memory:").execute("SELECT 5").fetchone()[0], time.sleep(0.001),
        len(os.urandom(3)), open(os.devnull).read(), 1 <= random.randint(1, 6) <= 6,
    ]
    """

    assert inside(tmp_path, code) == [
        [1], str(tmp_path / "scratch"), "mine",
        7200, "0.3", "2d71", "b", 8, 7, 5, None, 3, "", True,
    ]  # fmt: skip


@enforced
def test_sandbox_gives_files_that_were_granted(tmp_path: Path) -> None:
    """What may be read may not be written, and what lies beside it is not there."""
    for name in ("read", "write", "beside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    (tmp_path / "one").write_text("one")
    rights = replace(
        NOTHING,
        read=(str(tmp_path / "read"), str(tmp_path / "one"), str(tmp_path / "nothing")),
        write=(str(tmp_path / "write"),),
    )
    code = f"""
    here = Path({str(tmp_path)!r})
    (here / "write/new").write_text("new")
    os.replace(here / "write/new", here / "write/file")
    result = [
        (here / "read/file").read_text(), (here / "one").read_text(),
        refused((here / "read/file").write_text, "x"), refused((here / "one").write_text, "x"),
        refused((here / "beside/file").read_text), refused(os.unlink, here / "read/file"),
        refused(os.link, here / "read/file", here / "write/link"),
        refused(os.rename, here / "read/file", here / "write/moved"),
        refused(os.symlink, "/", here / "write/through"),
    ]
    """

    assert inside(tmp_path, code, rights) == [
        "read", "one", 13, 13, 13, 13, errno.EXDEV, 13, 1
    ]  # fmt: skip
    assert (tmp_path / "write" / "file").read_text() == "new"


@enforced
def test_sandbox_does_not_follow_a_link_that_came_later(tmp_path: Path) -> None:
    """A granted folder that has become a link is not what was agreed to."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "granted").symlink_to(tmp_path / "secret")
    rights = replace(NOTHING, read=(str(tmp_path / "granted"),))

    with pytest.raises(AssertionError, match="SandboxError: A skill can't be confined here"):
        inside(tmp_path, "result = 1", rights)


@enforced
def test_sandbox_runs_programs_that_were_granted(tmp_path: Path) -> None:
    """They are confined as well, can be ended, and no other can be started."""
    programs = [os.path.realpath(str(shutil.which(each))) for each in ("sh", "sleep")]
    (tmp_path / "secret").write_text("secret")
    code = f"""
    import subprocess
    sh = {programs[0]!r}
    read = subprocess.run([sh, "-c", "read x < {tmp_path}/secret; echo $x"], capture_output=True)
    sleeping = subprocess.Popen([{programs[1]!r}, "99"])
    sleeping.kill()
    result = [
        subprocess.run([sh, "-c", "echo told"], capture_output=True, text=True).stdout,
        read.stdout.decode(), sleeping.wait(),
        refused(subprocess.run, [{shutil.which("cat")!r}, "/dev/null"]),
        refused(os.kill, os.getppid(), 0), refused(os.setsid),
    ]
    """

    told = inside(tmp_path, code, replace(NOTHING, programs=tuple(programs)))

    assert told == ["told\n", "\n", -9, 13, 1, 1]


@enforced
@pytest.mark.parametrize("first", ["#!{secret}\n", "#!{folder}\n", "#!{script}\n", "#!\n", ""])
def test_sandbox_gives_no_file_that_a_program_only_names(tmp_path: Path, first: str) -> None:
    """The first line of a granted script gives only programs, not what it likes."""
    secret, script = tmp_path / "folder" / "secret", tmp_path / "script"
    secret.parent.mkdir()
    secret.write_text("secret")
    secret.chmod(0o700)
    script.write_text(first.format(secret=secret, folder=secret.parent, script=script))
    script.chmod(0o700)
    rights = replace(NOTHING, programs=(str(script), str(secret.parent)))
    code = f"""
    result = [
        refused(Path({str(secret)!r}).read_text), refused(os.listdir, {str(secret.parent)!r}),
        refused(os.execl, {str(script)!r}, "script") > 0,
    ]
    """

    assert inside(tmp_path, code, rights) == [13, 13, True]


@enforced
def test_sandbox_reaches_out_where_it_was_granted_and_never_listens(tmp_path: Path) -> None:
    """Sockets of the internet and pairs of its own, nothing else."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"""
        import asyncio, socket
        out = socket.create_connection(("127.0.0.1", {server.getsockname()[1]}))
        result = [
            out.send(b"told"), asyncio.run(asyncio.sleep(0)),
            refused(socket.socket, socket.AF_UNIX), refused(socket.socket().bind, ("", 0)),
            refused(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM),
            refused(socket.socket().listen), socket.getaddrinfo("127.0.0.1", 80)[0][4][1],
            refused(socket.socket, socket.AF_INET, socket.SOCK_RAW),
        ]
        """
        told = inside(tmp_path, code, replace(NOTHING, network=True))
        connection, _ = server.accept()
        assert connection.recv(9) == b"told"
        connection.close()

    assert told == [4, None, 1, 1, 1, 1, 80, 1]


@enforced
def test_sandbox_needs_a_process_without_threads(tmp_path: Path) -> None:
    """A thread from before would keep what it could."""
    before = "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True)"

    with pytest.raises(AssertionError, match="SandboxError: A process that has started threads"):
        inside(tmp_path, "result = 1", before=f"{before}.start()")


@enforced
def test_sandbox_limits_memory(tmp_path: Path) -> None:
    """More than was given is refused, and the process goes on."""
    code = """
    try:
        bytearray(1 << 29)
        result = "had it"
    except MemoryError:
        result = "refused"
    """

    assert inside(tmp_path, code) == "refused"


def test_sandbox_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not enforce rights it is one sentence, and confining is refused."""
    for platform, machine, abi, word in (
        ("darwin", "x86_64", 7, "only Linux can"),
        ("linux", "riscv64", 7, "processor"),
        ("linux", "x86_64", 0, "no Landlock"),
    ):
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(confine.kernel, "machine", lambda machine=machine: machine)
        monkeypatch.setattr(landlock, "abi", lambda abi=abi: abi)
        assert word in confine.supported()
        with pytest.raises(confine.SandboxError, match=word):
            confine.confine(NOTHING, Path(), 1 << 30, 1)


OWN = 4321
ALLOW, EPERM, EACCES, ENOSYS = (
    seccomp.ALLOW, *(seccomp.ERRNO | x for x in (errno.EPERM, errno.EACCES, errno.ENOSYS))
)  # fmt: skip


@pytest.mark.parametrize("machine", syscalls.MACHINES)
@pytest.mark.parametrize("network", [False, True])
@pytest.mark.parametrize("programs", [False, True])
def test_sandbox_filter_knows_the_calls(machine: str, network: bool, programs: bool) -> None:
    """Every call that is in no table is refused, and those in one are let through in few forms."""
    rules = seccomp.guards(OWN, network, programs, signals=True)
    code = seccomp.program(machine, rules, network, programs)

    def ask(number: int, *arguments: int, audit: int = seccomp.AUDIT[machine]) -> int:
        return answer(code, audit, number, *arguments)

    plain = syscalls.numbers(
        syscalls.ALWAYS
        + (syscalls.NETWORK if network else "")
        + (syscalls.PROGRAMS if programs else ""),
        machine,
    )
    guarded = syscalls.numbers(syscalls.GUARDED, machine)
    calls = {**guarded, **plain}
    ignored = {**syscalls.numbers(syscalls.ATTRIBUTES, machine)}
    labels = {**syscalls.numbers(syscalls.LABELS, machine)}
    unknown = set(range(1024)) - {*calls.values(), *ignored.values(), *labels.values()}
    assert {ask(x) for x in plain.values()} == {ALLOW}
    assert {ask(x) for x in unknown if x < syscalls.NEWER} == {EPERM}
    assert {ask(x) for x in unknown if x >= syscalls.NEWER} == {ENOSYS}
    assert {ask(x) for x in ignored.values()} == {seccomp.ERRNO}
    assert {ask(0x40000000 | x) for x in calls.values()} == {ENOSYS}
    others = {x for x in (0x40000003, *seccomp.AUDIT.values()) if x != seccomp.AUDIT[machine]}
    assert {ask(x, audit=y) for x in range(500) for y in others} == {seccomp.KILL}
    assert ask(guarded["seccomp"], 1, 0, 0) == EPERM

    threads = 0x3D0F00
    assert ask(guarded["clone"], threads) == ALLOW
    assert ask(guarded["clone"], 17) == (ALLOW if programs else EPERM)
    for flag in (0x8000, 0x20000, 0x10000000, 0x40000000):
        assert ask(guarded["clone"], threads | flag) == EPERM
    assert ask(guarded["kill"], OWN, 9) == ALLOW
    assert ask(guarded["kill"], -1, 9) == (ALLOW if programs else EPERM)
    assert ask(guarded["ioctl"], 0, 0x5401) == ALLOW
    assert ask(guarded["ioctl"], 0, 0x5412) == EPERM
    assert ask(guarded["ioctl"], 0, 0x1_0000_5412) == EPERM
    assert [ask(guarded["openat"], 0, 0, x) for x in (0, 0o1001, 0o2000000)] == [ALLOW] * 3
    assert [ask(guarded["openat"], 0, 0, x) for x in (0o1000, 3, 0o1003)] == [EPERM] * 3
    assert ask(guarded["prlimit64"], 0) == ALLOW
    assert ask(guarded["prlimit64"], 1) == EPERM
    assert ask(guarded["prctl"], 15) == ALLOW
    assert [ask(guarded["prctl"], x) for x in (1, 4, 22, 24, 36)] == [EPERM] * 5
    assert [ask(guarded["fcntl"], 0, x) for x in (8, 10, 1026, 1031)] == [EPERM] * 4
    assert ask(guarded["socket"], 2, 0o2000001, 6) == (ALLOW if network else EACCES)
    refused = EPERM if network else EACCES
    assert [ask(guarded["socket"], x, 1, 0) for x in (1, 16, 17, 38, 40)] == [refused] * 5
    assert [ask(guarded["socket"], 2, *x) for x in ((3, 0), (1, 132))] == [refused] * 2
    assert ask(guarded["connect"]) == (ALLOW if network else EACCES)
