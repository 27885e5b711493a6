"""Which words of a text say what it is about, and a text as it is told back to who said it."""

from __future__ import annotations

from assistant.language.plurals import singular
from assistant.language.tokens import split

EMPTY = frozenset(
    "a about am an and any are at be been but by can could did do does for from had has have he "
    "her here his how i if in is it its know me mine my no not of on or our ours please put she "
    "should so some tell that the their them then there these they this those to us was we were "
    "what when where which who whose why will with would you your yours".split()
)
"""Words that every text has, whatever it is about."""

TURNED = {
    "my": "your", "mine": "yours", "i": "you", "me": "you", "i'm": "you're", "i've": "you've",
    "i'll": "you'll", "i'd": "you'd", "myself": "yourself", "your": "my", "yours": "mine",
    "we": "you", "us": "you", "our": "your", "ours": "yours",
}  # fmt: skip
"""Words for who speaks and who listens, each as the other says it. "You" may be "I" or "me"."""

VERBS = {"am": "are", "was": "were"}
"""What comes after "I", as it is after "you"."""


def content_words(text: str) -> set[str]:
    """Return the words that say what a text is about, in the singular: "my red keys": red, key."""
    words = (w.text.removesuffix("'s") for w in split(text) if w.text[0].isalnum())
    return {singular(word) for word in words if word not in EMPTY}


def turned(text: str) -> str:
    """Return what a user says as it is told back: "my code" is "your code"."""
    words = split(text)
    told, end = "", 0
    for before, word in zip([None, *words], words, strict=False):
        said = VERBS.get(word.text) if before and before.text == "i" else TURNED.get(word.text)
        told += text[end : word.start] + (said or text[word.start : word.end])
        end = word.end
    return told + text[end:]
