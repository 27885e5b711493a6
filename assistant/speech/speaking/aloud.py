"""What is read aloud of a reply: short, without markdown, every sign and figure sayable."""

from __future__ import annotations

import re

from assistant.language.readable import readable
from assistant.speech.speaking.sentences import sentences
from assistant.turn import Reply

SHORTLY = 300
"""Characters read of a text that was written for the eye; the rest stays on the screen."""

LONGEST = 900
"""Characters read of what a skill gave for the ear."""

MOST = 5
"""Things read of a list; one more is read too, since saying "and one more" takes as long."""

REST = "The rest is on the screen."

ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[([ xX])\]\s+)?(.*)")


def aloud(reply: Reply) -> str:
    """Return what to read aloud of a reply: its ``speech``, else made from its ``text``."""
    given = bool(reply.speech) and not reply.text.startswith(reply.speech)
    text, left_out = _seen_only(reply.speech or reply.text)
    whole = [readable(block) for block in _blocks(text, len(text) if given else MOST)]
    read, cut = _first(" ".join(map(_ended, filter(None, whole))), LONGEST if given else SHORTLY)
    if cut or left_out:
        return f"{read} {REST}".strip()
    return read


def _seen_only(text: str) -> tuple[str, bool]:
    """Return a text without code and tables, and whether there were any."""
    shown = re.sub(r"(?ms)^\s*(```|~~~).*?(?:^\s*\1[^\n]*$|\Z)", "", text)
    shown = re.sub(r"(?m)^\s*\|.*\|\s*$", "", shown)
    shown = re.sub(r"(?m)^.*\|.*\n\s*:?-{2,}:?\s*\|[^\n]*(?:\n.*\|.*)*", "", shown)
    return shown, shown != text


def _blocks(text: str, most: int) -> list[str]:
    """Return paragraphs, each a plain text; a list is one sentence with what leads to it."""
    blocks: list[str] = []
    items: list[str] = []
    for line in [*text.split("\n"), ""]:
        item = ITEM.fullmatch(line)
        if item is None and items and line.startswith("  ") and line.strip():
            items[-1] += f" {line.strip()}"
        elif item is not None:
            items.append(_plain(item[2]) + (", done" if item[1] in ("x", "X") else ""))
        elif line.strip():
            blocks, items = _with_list(blocks, items, most), []
            blocks = _with_line(blocks, line)
    return _with_list(blocks, items, most)


def _with_line(blocks: list[str], line: str) -> list[str]:
    """Add a line; one that goes on in the middle of a wrapped sentence belongs to it."""
    plain = _plain(re.sub(r"^\s*(?:#{1,6}\s+|>\s?)+|^\s*(?:[-*_]\s*){3,}$|^\s*=+\s*$", "", line))
    if not plain:
        return blocks
    if blocks and len(blocks[-1]) > 60 and blocks[-1][-1] not in ".!?:" and plain[0].islower():
        return [*blocks[:-1], f"{blocks[-1]} {plain}"]
    return [*blocks, plain]


def _with_list(blocks: list[str], items: list[str], most: int) -> list[str]:
    named = [item.strip().rstrip(".;,") for item in items if item.strip()]
    if not named:
        return blocks
    listed = _listed(named, most)
    if blocks and blocks[-1].endswith(":"):
        return [*blocks[:-1], f"{blocks[-1]} {listed}"]
    return [*blocks, listed]


def _listed(items: list[str], most: int) -> str:
    """Return things as one says them: "a, b and c", or as sentences where they are long."""
    kept = items if len(items) <= most + 1 else items[:most]
    more = len(items) - len(kept)
    if any(len(item) > 40 or re.search(r"[.!?] ", item) for item in kept):
        return ". ".join([*kept, *([f"And {more} more"] if more else [])])
    if more:
        return f"{', '.join(kept)} and {more} more"
    return " and ".join(filter(None, (", ".join(kept[:-1]), kept[-1])))


def _plain(text: str) -> str:
    """Return a line without the marks of markdown and HTML; a link is its text."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"<?(?:https?://|www\.)[^\s>)]*[^\s>).,;:!?]>?", "a link", text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)
    text = re.sub(r"(`+)(.+?)\1", r"\2", text)
    text = re.sub(r"(\*\*\*|\*\*|\*|~~)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<!\w)(___|__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|-])", r"\1", text).strip()


def _ended(sentence: str) -> str:
    return sentence if sentence[-1] in ".!?" else f"{sentence.rstrip(',:')}."


def _first(text: str, limit: int) -> tuple[str, bool]:
    """Return the first sentences that fit, at least a piece of one, and whether some are left."""
    if len(text) <= limit:
        return text, False
    kept: list[str] = []
    for sentence in sentences(text):
        if len(" ".join([*kept, sentence])) > limit:
            break
        kept.append(sentence)
    if kept:
        return " ".join(kept), True
    return f"{text[:limit].rpartition(' ')[0].rstrip(' ,')}.", True
