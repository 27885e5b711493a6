"""Whether installed packages bring anything is told from what lies in their folders."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from assistant.assembly import waiting
from assistant.settings import Settings
from assistant.skill.packages import may_bring

GROUP = "assistant.nothing"


def test_packages_that_bring_something_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the group alone that is named, and as soon as it is installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not may_bring(GROUP)
    about = tmp_path / "pack-1.0.dist-info"
    about.mkdir()
    (about / "entry_points.txt").write_text(f"[{GROUP}]\nx = pack:x\n", "utf-8")
    assert may_bring(GROUP)
    assert not may_bring("assistant.noth")


def test_packages_where_only_python_can_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an archive, and where another finder is asked, there may be some."""
    with zipfile.ZipFile(tmp_path / "packed.zip", "w"):
        pass
    monkeypatch.setattr(sys, "path", [str(tmp_path / "packed.zip")])
    assert may_bring(GROUP)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "nowhere")])
    assert not may_bring(GROUP)

    class Finder:
        def find_distributions(self) -> list[str]:
            return []

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert may_bring(GROUP)


def test_packages_with_a_parser_wait_for_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told until they are trusted."""
    monkeypatch.syspath_prepend(str(tmp_path))
    about = tmp_path / "pack-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pack\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text("[assistant.parsers]\nx = pack:x\n", "utf-8")
    assert [line.partition(" waits")[0] for line in waiting(Settings())] == [
        "The parser x of the package pack"
    ]
    assert waiting(Settings(trusted=("pack",))) == []
