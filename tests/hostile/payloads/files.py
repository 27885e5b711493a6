"""Ways to the files of others: reading, listing, writing, removing, linking, mapping, loading."""

from __future__ import annotations

import codecs
import ctypes
import dbm.dumb
import fileinput
import glob
import importlib.machinery
import importlib.util
import io
import linecache
import logging
import mmap
import os
import runpy
import shutil
import sqlite3
import struct
import sys
import tempfile
import tokenize
import zipfile
from contextlib import closing
from pathlib import Path

from tests.hostile.payloads import AT_CWD, AT_EMPTY_PATH, Stage, escape, escapes, raw, say

AT_SYMLINK_FOLLOW, RENAME_EXCHANGE = 0x400, 2


def slurp(number: int) -> bytes:
    return os.read(number, 4096)


def by_libc(path: bytes) -> bytes:
    library = ctypes.CDLL(None)
    return slurp(library.open(path, 0))


def by_mapping(path: Path) -> bytes:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        return bytes(mapped)


def by_sendfile(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    os.sendfile(1, number, 0, 4096)


def by_zip(path: Path) -> bytes:
    with zipfile.ZipFile("out.zip", "w") as archive:
        archive.write(path, "x")
        return archive.read("x")


def by_input(path: Path) -> str:
    with fileinput.input(str(path)) as lines:
        return "".join(lines)


def by_dir(path: Path) -> bytes:
    folder = os.open(path.parent, os.O_PATH)
    return slurp(os.open(path.name, os.O_RDONLY, dir_fd=folder))


def by_o_path(path: Path) -> bytes:
    number = os.open(path, os.O_PATH)
    return slurp(os.open(f"/proc/self/fd/{number}", os.O_RDONLY))


def by_chdir(path: Path) -> bytes:
    os.chdir(path.parent)
    return slurp(os.open(path.name, os.O_RDONLY))


def by_copy(path: Path) -> bytes:
    return Path(shutil.copyfile(path, "copy")).read_bytes()


def by_copy_range(path: Path) -> bytes:
    number, own = os.open(path, os.O_RDONLY), os.open("copy", os.O_RDWR | os.O_CREAT)
    os.copy_file_range(number, own, 4096)
    os.lseek(own, 0, 0)
    return slurp(own)


def by_splice(path: Path) -> None:
    os.splice(os.open(path, os.O_RDONLY), 1, 4096)


escapes(
    "open",
    {
        "open": lambda s: say(open(s.spell(s.secret), "rb").read()),
        "io_open": lambda s: say(io.open_code(str(s.secret)).read()),
        "os_open": lambda s: say(slurp(os.open(s.spell(s.secret), os.O_RDONLY))),
        "file_io": lambda s: say(io.FileIO(s.spell(s.secret)).read()),
        "pathlib": lambda s: say(s.secret.read_bytes()),
        "codecs": lambda s: say(codecs.open(s.spell(s.secret), "rb").read()),
        "tokenize": lambda s: say(tokenize.open(s.spell(s.secret)).read()),
        "linecache": lambda s: say(linecache.getline(str(s.secret), 1)),
        "fileinput": lambda s: say(by_input(s.secret)),
        "libc": lambda s: say(by_libc(os.fsencode(s.spell(s.secret)))),
        "openat": lambda s: say(slurp(raw("openat", AT_CWD, os.fsencode(s.spell(s.secret)), 0))),
        "openat2": lambda s: say(
            slurp(raw("openat2", AT_CWD, os.fsencode(s.secret), struct.pack("QQQ", 0, 0, 0), 24))
        ),
        "mmap": lambda s: say(by_mapping(s.secret)),
        "sendfile": lambda s: by_sendfile(s.secret),
        "splice": lambda s: by_splice(s.secret),
        "copy": lambda s: say(by_copy(s.secret)),
        "copy_file_range": lambda s: say(by_copy_range(s.secret)),
        "zip": lambda s: say(by_zip(s.secret)),
    },
)
escapes(
    "paths",
    {
        "link_of_another": lambda s: say(Path(s.scratch, "link").read_bytes()),
        "dir_fd": lambda s: say(by_dir(s.secret)),
        "o_path": lambda s: say(by_o_path(s.secret)),
        "chdir": lambda s: say(by_chdir(s.secret)),
        "proc_root": lambda s: say(Path(f"/proc/{s.harness}/root{s.secret}").read_bytes()),
        "proc_thread_root": lambda s: say(Path(f"/proc/thread-self/root{s.secret}").read_bytes()),
        "proc_fd": lambda s: say(Path(f"/proc/{s.victim}/fd/0").read_bytes()),
        "proc_cwd": lambda s: say(Path(f"/proc/{s.victim}/cwd/secret.txt").read_bytes()),
    },
)
escapes(
    "listing",
    {
        "listdir": lambda s: say(repr(os.listdir(s.spell(s.home)))),
        "scandir": lambda s: say(repr([each.name for each in os.scandir(s.home)])),
        "walk": lambda s: say(repr(list(os.walk(s.home)))),
        "glob": lambda s: say(repr(glob.glob(f"{s.home}/*"))),
        "listdir_fd": lambda s: say(repr(os.listdir(os.open(s.home, os.O_RDONLY)))),
        "iterdir": lambda s: say(repr(list(s.home.iterdir()))),
    },
)


def rows(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        return repr(database.execute("SELECT * FROM secrets").fetchall()).encode()


def attached(path: Path) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("ATTACH ? AS other", (str(path),))
        return repr(database.execute("SELECT * FROM other.secrets").fetchall()).encode()


def change_rows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM secrets")


escapes(
    "database",
    {
        "connect": lambda s: say(rows(s.home / "assistant.db")),
        "attach": lambda s: say(attached(s.home / "assistant.db")),
        "bytes": lambda s: say(Path(s.home, "assistant.db").read_bytes()),
        "change": lambda s: change_rows(s.home / "assistant.db"),
    },
)


def write_temporary(stage: Stage) -> None:
    tempfile.NamedTemporaryFile(dir=stage.home, delete=False).write(b"x")


def link_unnamed(stage: Stage) -> None:
    number = os.open(stage.scratch, os.O_TMPFILE | os.O_WRONLY)
    source = f"/proc/self/fd/{number}".encode()
    target = os.fsencode(stage.home / "new")
    try:
        raw("linkat", AT_CWD, source, AT_CWD, target, AT_SYMLINK_FOLLOW)
    except OSError:
        raw("linkat", number, b"", AT_CWD, target, AT_EMPTY_PATH)


def keep_in_dbm(stage: Stage) -> None:
    with dbm.dumb.open(str(stage.home / "new"), "c") as kept:
        kept["a"] = "b"


escapes(
    "writing",
    {
        "open": lambda s: open(s.spell(s.secret), "w").close(),
        "append": lambda s: open(s.spell(s.secret), "ab").write(b"more"),
        "update": lambda s: open(s.spell(s.secret), "r+b").write(b"more"),
        "create": lambda s: os.open(s.spell(s.home / "new"), os.O_CREAT | os.O_WRONLY),
        "truncate_reading": lambda s: os.open(s.spell(s.secret), os.O_TRUNC),
        "truncate_neither": lambda s: os.open(s.spell(s.secret), os.O_TRUNC | 3),
        "truncate": lambda s: os.truncate(s.spell(s.secret), 0),
        "truncate_raw": lambda s: raw("truncate", os.fsencode(s.secret), 1),
        "mkdir": lambda s: os.mkdir(s.spell(s.home / "new")),
        "mkfifo": lambda s: os.mkfifo(s.spell(s.home / "new")),
        "mknod": lambda s: raw("mknodat", AT_CWD, os.fsencode(s.home / "new"), 0o100600, 0),
        "tempfile": write_temporary,
        "copy": lambda s: shutil.copy(s.scratch / "own", s.home / "new"),
        "logging": lambda s: logging.FileHandler(s.home / "new"),
        "dbm": keep_in_dbm,
        "mapped": lambda s: mmap.mmap(os.open(s.secret, os.O_RDWR), 0).write(b"more"),
        "unnamed": link_unnamed,
        "database": lambda s: sqlite3.connect(s.home / "new").execute("CREATE TABLE a (b)"),
        "package": lambda s: Path(sys.modules["assistant"].__path__[0], "escape.pyc").touch(),
    },
)
escapes(
    "writing",
    {"site_packages": lambda s: Path(os.__file__).with_name("escape.pth").write_text("#")},
    unproven="it would leave a file in the installation",
)
escapes(
    "removing",
    {
        "unlink": lambda s: os.unlink(s.spell(s.secret)),
        "rmdir": lambda s: os.rmdir(s.spell(s.home / "empty")),
        "rmtree": lambda s: shutil.rmtree(s.home / "folder"),
        "rename": lambda s: os.rename(s.spell(s.secret), s.spell(s.home / "new")),
        "replace": lambda s: os.replace(s.scratch / "own", s.spell(s.secret)),
        "move": lambda s: shutil.move(s.secret, s.scratch / "taken"),
        "exchange": lambda s: raw(
            "renameat2", AT_CWD, os.fsencode(s.secret),
            AT_CWD, os.fsencode(s.scratch / "own"), RENAME_EXCHANGE,
        ),
    },
)  # fmt: skip


def link_in(stage: Stage) -> None:
    os.link(stage.secret, "taken")
    say(Path("taken").read_bytes())


def link_in_unopened(stage: Stage) -> None:
    number = os.open(stage.secret, os.O_PATH)
    raw("linkat", number, b"", AT_CWD, b"taken", AT_EMPTY_PATH)
    say(Path("taken").read_bytes())


def rename_in(stage: Stage) -> None:
    os.rename(stage.home / "folder", "taken")
    say(Path("taken/secret.txt").read_bytes())


def symlink_in(stage: Stage) -> None:
    os.symlink(stage.home, "through")
    say(Path("through/secret.txt").read_bytes())


escapes(
    "links",
    {
        "link_out": lambda s: os.link(s.scratch / "own", s.home / "new"),
        "link_in": link_in,
        "link_in_unopened": link_in_unopened,
        "rename_in": rename_in,
        "symlink_out": lambda s: os.symlink("/", s.home / "new"),
        "symlink_in": symlink_in,
    },
)
escapes(
    "attributes",
    {
        "chmod": lambda s: os.chmod(s.spell(s.secret), 0o777),
        "fchmod": lambda s: os.fchmod(os.open(s.home, os.O_RDONLY), 0o777),
        "chown": lambda s: os.chown(s.spell(s.secret), 1234, 1234),
        "lchown": lambda s: os.lchown(s.spell(s.secret), 1234, 1234),
        "utime": lambda s: os.utime(s.spell(s.secret), (1, 1)),
        "setxattr": lambda s: os.setxattr(s.spell(s.secret), "user.x", b"y"),
        "touch": lambda s: s.secret.touch(),
    },
)


def load_source(stage: Stage) -> None:
    place = stage.home / "module.py"
    spec = importlib.util.spec_from_file_location("module", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    say(module.SECRET)


def load_extension(stage: Stage) -> None:
    loader = importlib.machinery.ExtensionFileLoader("_x", str(stage.home / "library.so"))
    spec = importlib.util.spec_from_loader("_x", loader)
    assert spec is not None
    loader.create_module(spec)


@escape("loading")
def path_entry(stage: Stage) -> None:
    sys.path.insert(0, str(stage.home))
    say(importlib.import_module("module").SECRET)


escapes(
    "loading",
    {
        "source": load_source,
        "extension": load_extension,
        "dlopen": lambda s: ctypes.CDLL(str(s.home / "library.so")),
        "run_path": lambda s: say(runpy.run_path(str(s.home / "module.py"))["SECRET"]),
    },
)
