"""What is said around what is meant, each fact once: contractions, politeness, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from unicodedata import category

from assistant.language.pace import STRIDE, look
from assistant.language.tokens import Word, split

CONTRACTED = {
    "'s": "is",
    "'re": "are",
    "'m": "am",
    "'ll": "will",
    "'ve": "have",
    "'d": "would",
    "n't": "not",
}
HEADS = frozenset(
    "what who where when how that there here it i you he she we they is are do does did was were "
    "have has had could would should must".split()
)
"""Words whose contractions are undone; "mum's" stays as it is."""

ASKED = frozenset("what how where who when that there here".split())
"""Words that are often written with their "is" and no apostrophe: "hows"."""

WHOLE = {
    "an": "a",
    "can't": "can not",
    "won't": "will not",
    "im": "i am",
    "nevermind": "never mind",
    "u": "you",
    "gimme": "give me",
    "thx": "thanks",
    "thanx": "thanks",
    "tnx": "thanks",
    "ty": "thank you",
    "tysm": "thank you so much",
    "pls": "please",
    "plz": "please",
    "sry": "sorry",
    "kk": "ok",
}
"""Words that templates are compared by as others."""

JOINING = frozenset("and then".split())
"""Words that join one request to another."""

SUBJECTS = frozenset("i he she it we they".split())
"""Pronouns that a clause begins with which tells something."""

MARKS = frozenset(",.;!?")
"""Punctuation that ends or parts what is said."""

COLON = ":"
"""A colon by itself in an example must be written: "{name} list : {items}"."""

KEPT = frozenset("%+*/=<>^°$€£&-×÷")
"""Signs that count as words; all other ASCII punctuation is passed over."""


SOUNDS = frozenset("um uh uhm erm er eh hm hmm mm oh".split())
"""Sounds that only fill a pause."""

HESITATIONS = SOUNDS | frozenset("well so sorry".split())
"""Sounds and words that only fill a pause."""

HAILS = frozenset("hey hi hello ok okay".split())
"""Words that call for attention."""

POLITE = frozenset("please kindly thank thanks sir ma'am".split())
"""Single words of politeness."""

Phrase = tuple[str, ...]
"""Words that are said one after the other."""


def phrases(*said: str) -> tuple[Phrase, ...]:
    """Return each text as its words."""
    return tuple(tuple(each.split()) for each in said)


def longest(said: Sequence[str], i: int, known: Iterable[Phrase]) -> int:
    """Return how many words the longest phrase has that stands at a place; 0 where none does."""
    return max((len(p) for p in known if tuple(said[i : i + len(p)]) == p), default=0)


REQUESTING = (
    "can you", "could you", "would you", "will you", "can i", "could i", "would you mind",
)  # fmt: skip
"""Questions that ask for what follows."""

WISHING = ("i want you to", "i would like you to", "i need you to")
"""Wishes for what follows."""

MINDING = (
    "if possible", "if you can", "if you could", "if you would", "if you do not mind",
    "if you would not mind", "if it is not too much trouble", "if it is no trouble",
)  # fmt: skip
"""Conditions that only are polite."""

BEFORE = (
    "please", "sorry", "hey", "hi", "hello", "ok", "okay", "so", "well", "now", "just", "and",
    "then", "also", "assistant", "computer", *REQUESTING, *WISHING, "you", "kindly", "um",
    "be so kind as to", "so kind as to", *MINDING,
)  # fmt: skip
"""What may stand before a request without changing it."""

NOW = (
    "now", "right now", "just now", "for now", "currently", "at the moment", "at this moment",
    "for the moment",
)  # fmt: skip
"""What says that it is now, which changes nothing behind a request."""

NOWADAYS = ("today", "at present", "for the time being", "these days")
"""What says so behind a name, and other things elsewhere."""

REACHING = frozenset("from until till since by before after than as".split())
"""Words that belong to a "now" behind them: "two hours from | now", but "turn it on | now"."""

BEGINNING = frozenset(word for said in BEFORE for word in said.split())
"""Words before the first one of a request."""

AFTER = (
    "please", "thanks", "thank you", "thanks a lot", "thank you very much", "thank you so much",
    "many thanks", "for me", "will you", "would you", "can you", "could you",
    "assistant", "computer", "ok", "okay", "then", "mate", "quickly",
    "by any chance", *MINDING, *NOW,
)  # fmt: skip
"""What may stand behind a request without changing it."""

FILLER = HESITATIONS | frozenset(
    "a about around at by for from i i'd i'll in is it its it's just make maybe of on please "
    "roughly say some the to until with that's that then want like ok okay exactly "
    "approximately let's".split()
)
"""Words around a value that add nothing to it, in an answer such as "make it about ten, please"."""

YES = frozenset(
    "yes yeah yep yup yea aye sure ok okay okey absolutely definitely certainly correct right "
    "affirmative indeed alright fine y agreed true go confirm confirmed proceed do".split()
)
NO = frozenset(
    "no nope nah never n negative not don't dont cancel drop false stop wrong rather".split()
)
STOPPING = frozenset("cancel stop drop".split())
"""Words that mean no by themselves, and repeat the question behind a yes or no."""

AROUND_ANSWER = (
    FILLER
    | POLITE
    | frozenset(
        "ahead and all but actually also course delete do done erase me mean my now one really "
        "remove thing this up very why wipe would you i'm wait think be hold much clear them "
        "everything afraid absolutely definitely".split()
    )
)
"""Words that may stand around yes or no without changing it."""

ANSWERS = (
    "yes", "no", "yeah", "yep", "nope", "sure", "okay", "yes please", "no thanks", "no thank you",
    "of course", "do it", "go ahead", "don't", "correct", "definitely", "not now",
)  # fmt: skip
"""How yes and no are said, for the ears."""

LEAVING = frozenset(
    (
        "abort", "cancel", "cancel it", "cancel that", "drop it", "forget it", "forget that",
        "leave it", "let it go", "neither", "never mind", "nevermind", "none", "none of them",
        "none of these", "nothing", "scrap that", "skip it", "stop",
    )
)  # fmt: skip
"""Whole answers that always leave an open question."""

DECLINING = frozenset("no nope nah".split())
"""Words that say no, and that something is not wanted: "no eggs"."""

DOUBTING = DECLINING | frozenset("sorry wait oops actually rather".split())
"""Words that begin a correction, in any number."""

MEANING = phrases("i mean", "i meant", "i said", "not that")
"""Words that begin a correction and name what was meant."""

MAKING = phrases("make it", "make that")
"""Words that begin a correction where a value follows, but a request too: "make it louder"."""

INSTEAD = phrases("instead", "rather", "i mean", "i meant")
"""Words that end a correction."""


def normalise(text: str) -> list[Word]:
    """Return the words that templates are compared by, with their places in the text."""
    words: list[Word] = []
    said = split(text)
    look(len(said) - STRIDE)  # what is short costs nothing
    for i in range(len(said)):
        words.extend(_parts(_asked(said, i)))
    return [w for i, w in enumerate(words) if _counts(words, i)]


def same_words(one: str, other: str) -> bool:
    """Tell whether two sentences have the same words: "Flip a coin!" and "flip a coin" do."""
    words = plain_words(one)
    return bool(words) and words == plain_words(other)


def plain_words(sentence: str) -> list[str]:
    """Return the words of a sentence without its marks."""
    return [word.text for word in normalise(sentence) if word.text not in ".,!?"]


def _counts(words: Sequence[Word], i: int) -> bool:
    """Tell whether a token counts as a word: "to-do" is "to do", but "5 - 3" keeps its sign."""
    text = words[i].text
    if len(text) > 1 or text.isalnum():
        return True
    if not text.isascii():
        return text not in "“”„…–—¿¡’‘"
    if text == "-":
        before = i > 0 and words[i - 1].text.isalpha() and words[i - 1].end == words[i].start
        return not before
    return text in KEPT


def _asked(words: Sequence[Word], i: int) -> Word:
    """Return a word, without the "n't" where it begins a question: "isn't milk on it" asks "is"."""
    each = words[i]
    head = each.text.removesuffix("n't")
    if head == each.text or any(w.text not in HAILS | HESITATIONS | MARKS for w in words[:i]):
        return each
    if i + 1 == len(words):
        return each  # no question, or one word of an example
    following = words[i + 1].text
    asks = head in QUESTIONING or (head == "do" and following in ("i", "we"))
    return Word(head, each.start, each.end, each.said) if asks else each


QUESTIONING = frozenset("is are was were does did has have".split())
"""Words that begin a question, with "n't" the same one."""


def _parts(word: Word) -> Iterator[Word]:
    """Give the words that a word is short for, or itself."""
    for text, begins, ends in contracted(word.text):
        yield Word(text, word.end - begins if begins else word.start, word.end - ends)


@lru_cache(maxsize=8192)
def contracted(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return what a word is short for: each part with the letters from where it begins, 0 for the
    whole word, and from where it ends, to the word's end.
    """
    if text in WHOLE:
        return tuple((part, 0, 0) for part in WHOLE[text].split())
    if text.endswith("s") and text[:-1] in ASKED:
        return (text[:-1], 0, 1), ("is", 1, 0)
    for ending, full in CONTRACTED.items():
        head = text[: -len(ending)]
        if text.endswith(ending) and head in HEADS:
            return (head, 0, len(ending)), (full, len(ending), 0)
    return ((text.strip("'"), 0, 0),)


def parted(text: str, words: Sequence[Word], i: int) -> bool:
    """Tell whether a colon stands before word ``i`` of a text."""
    return 0 < i < len(words) and COLON in text[words[i - 1].end : words[i].start]


def with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span by the round brackets that touch it, which are no words: "(2 + 3) * 4"."""
    while start > 0 and text[start - 1] == "(":
        start -= 1
    while end < len(text) and text[end] == ")":
        end += 1
    return start, end


def without_politeness(words: list[Word]) -> Iterator[list[Word]]:
    """Give the words as they are, then with ever more politeness taken off at either end."""
    begun = enumerate((words, *steps(words, take_off_beginning)))
    both = [
        (i + k, k, each)
        for i, rest in begun
        for k, each in enumerate((rest, *steps(rest, take_off_end)))
    ]
    yield from (each for *_, each in sorted(both, key=lambda way: way[:2]))


def steps(
    words: list[Word], take: Callable[[list[Word]], list[Word] | None]
) -> Iterator[list[Word]]:
    """Give the words with ever more taken off: the first STEPS of them, and all that can be."""
    taken = 0
    while less := take(words):
        words, taken = less, taken + 1
        if taken <= STEPS:
            yield words
    if taken > STEPS:
        yield words


STEPS = 6
"""How often politeness is taken off an end to see what is left; then all of it is."""


def take_off_beginning(words: list[Word]) -> list[Word] | None:
    """Return the words without what is said before a request; None where nothing is."""
    if len(words) > 1 and _dresses(words[0].text):
        return words[1:]
    said = [w.text for w in words]
    return next((words[len(p) :] for p in _BEFORE if said[: len(p)] == p), None)


def _dresses(text: str) -> bool:
    """Tell whether a word is a picture or a mark that stands around a request: "> undo 🙂"."""
    return text in (">", "-", "*") or all(
        category(sign) in ("So", "Sk", "Mn", "Cf") for sign in text
    )


def take_off_end(words: list[Word]) -> list[Word] | None:
    """Return the words without what is said behind a request; None where nothing is."""
    if len(words) > 1 and _dresses(words[-1].text):
        return words[:-1]
    return take_off(words, _AFTER)


def take_off(words: list[Word], closing: Sequence[Phrase]) -> list[Word] | None:
    """Return the words without the first of some phrases that ends them, or None.

    "Now" is left where a word leads to it: "from now".
    """
    said = tuple(w.text for w in words)
    there = (len(phrase) for phrase in closing if said[-len(phrase) :] == phrase)
    size = next(there, 0)
    led = said[-1:] == ("now",) and said[-size - 1 :][0] in REACHING
    return words[:-size] if size and not led else None


_BEFORE = sorted((p.split() for p in BEFORE), key=len, reverse=True)
_AFTER = sorted(phrases(*AFTER), key=len, reverse=True)


def with_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span by the quote that touches it, where the other one is within: “no fat” milk."""
    inside = text[start:end]
    for opening, closing in ('""', "“”"):
        start -= text[:start].endswith(opening) and inside.count(closing) % 2
        end += text.startswith(closing, end) and inside.count(opening) % 2
    return start, end


def correcting(text: str) -> tuple[str, bool]:
    """Return what stands instead in "no, twenty", and whether "I meant" or its like names it.

    The text is empty where nothing says that it corrects.
    """
    words = split(text)
    said = [w.text for w in words]
    start, named = _correction_lead(said)
    end = _without_marks(said, len(said))
    behind = next((len(p) for p in INSTEAD if said[start:end][-len(p) :] == list(p)), 0)
    stop = _without_marks(said, end - behind)
    if start >= stop or not (start or behind):
        return "", named
    return text[words[start].start : words[stop - 1].end], named


def _correction_lead(said: Sequence[str]) -> tuple[int, bool]:
    """Return where a correction's own words begin, and whether its lead names what was meant."""
    i = 0
    while i < len(said) and (said[i] in DOUBTING or (i and said[i] in MARKS)):
        i += 1
    doubted = i > 0
    for lead in (*MEANING, *MAKING):
        if tuple(said[i : i + len(lead)]) == lead:
            i += len(lead)
            while i < len(said) and said[i] in MARKS:
                i += 1
            return i, doubted or lead in MEANING
    return i, False


def _without_marks(said: Sequence[str], end: int) -> int:
    while end > 0 and said[end - 1] in MARKS:
        end -= 1
    return end
