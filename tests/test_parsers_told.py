"""Every parser that may have understood a turn is told in plain words."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant
from assistant.language.how import HOW
from assistant.turn import Understanding

ROOT = Path(assistant.__file__).parent


def named(path: Path) -> Iterator[str]:
    """Give what a file passes as ``parser=`` by itself: a text, or a constant of a module."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)) if "parser=" in text else ():
        if not isinstance(node, ast.keyword) or node.arg != "parser":
            continue
        if isinstance(node.value, ast.Constant):
            yield str(node.value.value)
        if isinstance(node.value, ast.Name):
            module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
            yield str(getattr(importlib.import_module(module), node.value.id))


PARSERS = sorted({name for path in ROOT.rglob("*.py") for name in named(path)})


def test_parsers_are_found() -> None:
    """Those of texts and those of constants are among them."""
    assert {"answer", "left", "picked", "several", "classifier"} <= set(PARSERS)


@pytest.mark.parametrize("name", PARSERS)
def test_parsers_are_told_in_plain_words(name: str) -> None:
    """None is told by its name alone."""
    assert name in HOW
    assert "parser" not in Understanding(None, parser=name).how
