"""Whether two ears heard the same words, however each of them writes.

What is said is brought to one form: contractions undone, British spellings in American, numbers in
figures ("twenty twenty six", "two thousand and twenty six" and "2026" are one), letters together.
After the normaliser of Radford et al. (2022, arXiv 2212.04356, appendix C).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from assistant.language.contractions import apart
from assistant.language.counting import PARTS, SCALE_WORDS, TENS, TENS_AND_UNITS, UNITS
from assistant.language.spoken import as_said
from assistant.language.tokens import Words, split
from assistant.language.values.wholes import POINTS, groups

SPELLINGS = tuple(
    (re.compile(british), american)
    for british, american in (
        (r"(?<=[a-z][^aeiou])our(?=s?$|ed$|ing$|able$|ful$|ite)", "or"),
        (r"(?<=[a-z]{2}[tb])re(?=s?$|d$)", "er"),
        (r"^([a-z]{3,}[iy])s(?=e$|es$|ed$|er$|ing$|ation)", r"\1z"),
        (r"^(.*[aeiouy][^aeiou]+[aeiou])ll(?=ed$|ing$|ers?$)", r"\1l"),
        (r"ence(?=s?$)", "ense"),
        (r"ogue(?=s?$)", "og"),
        (r"(?<=am)me(?=s?$)", ""),
        (r"^gre(?=y)", "gra"),
        (r"^tyre(?=s?$)", "tire"),
        (r"^cheque(?=s?$)", "check"),
        (r"^pyjama(?=s?$)", "pajama"),
        (r"^yoghurt(?=s?$)", "yogurt"),
        (r"^doughnut(?=s?$)", "donut"),
        (r"^mould(?=s?$|y$)", "mold"),
        (r"^aluminium$", "aluminum"),
    )
)
"""British endings and words, and how they are written in America. No two words become one by it;
what becomes no word becomes the same on both sides."""

ONE_FORM = {"per cent": "percent", "all right": "alright", "cannot": "can not"}
"""What is written as two words or as one."""

ZEROS = frozenset(("oh", "o"))
"""What a zero is called between other figures."""

HALVES = frozenset(("half", "quarter"))
"""Parts before which nothing need stand."""

SCALED = SCALE_WORDS | {"hundred"}

STARTS = frozenset((*UNITS, *TENS, *TENS_AND_UNITS, *SCALED))
"""What a number begins with."""


def said_alike(one: str, other: str) -> bool:
    """Tell whether two texts are the same words: "Never mind." and "nevermind" are."""
    return "".join(alike(one)) == "".join(alike(other))


def alike(text: str) -> list[str]:
    """Return the words that a text is compared by, written or as a recognizer gives them."""
    bare = unicodedata.normalize("NFKD", as_said(text))
    said = "".join(sign for sign in bare if not unicodedata.combining(sign))
    for other, usual in ONE_FORM.items():
        said = re.sub(rf"\b{other}\b", usual, said)
    counted = _counted(split(said))
    parts = (part for word in counted for part in (apart(word) if len(word) > 1 else [word]))
    return _together([_american(part) for part in parts])


def _american(word: str) -> str:
    for british, american in SPELLINGS:
        word = british.sub(american, word)
    return word


def _counted(words: Words) -> Iterator[str]:
    """Give words with every run of number words as figures: "seven oh five" is 705."""
    said = [each.text for each in words]
    i = 0
    while i < len(said):
        if _counts_parts(said, i):
            yield from () if said[i + 1] in HALVES else ("a",)
            i += 1
            continue
        figures, j = _figures(words, said, i)
        following = said[j] if j < len(said) else ""
        if figures == "" or (figures != "0" or following not in POINTS):
            yield figures or said[i]
        i = max(j + (bool(figures) and following == "o'clock"), i + 1)


def _counts_parts(said: Sequence[str], i: int) -> bool:
    """Tell whether a word is the article or number of a part: "one third", "a half"."""
    following = said[i + 1] if i + 1 < len(said) else ""
    return said[i] in ("a", "one") and following in PARTS and not following.endswith("s")


def _figures(words: Words, said: Sequence[str], i: int) -> tuple[str, int]:
    """Return the figures of the run of number words at a place, "" for none; the place after."""
    figures, j = "", i
    while j < len(said):
        following = said[j + 1] if j + 1 < len(said) else ""
        if figures and said[j] in ZEROS and following in STARTS:
            figures, j = f"{figures}0", j + 1
            continue
        hundred = not figures and said[j] == "a" and following in SCALED
        reading = groups(words, j) if hundred or said[j] in STARTS else None
        if reading is None:
            break
        figures, j = f"{figures}{int(reading[0])}", reading[1]
    return figures, j


def _together(words: Sequence[str]) -> list[str]:
    """Return words with letters said one by one as one word: "t v" is "tv"; an article is none."""
    found: list[str] = []
    run: list[str] = []
    for word in (*words, ""):
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        if len(run) > 2 and run[0] in ("a", "i"):
            found.append(run.pop(0))
        found += ["".join(run)] if run else []
        run = []
        found += [word] if word else []
    return found
