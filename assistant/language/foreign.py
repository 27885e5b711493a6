"""Tells that a text is in another language, by its letters or by its most frequent small words."""

from __future__ import annotations

import unicodedata

from assistant.language.content import EMPTY
from assistant.language.tokens import split

SMALL_WORDS = {
    "German": "der die das den dem ein eine einen einem und oder nicht ich du er wir ist sind auf "
    "für mit von zu im mir mich bitte wie viel wann wo stelle setze füge hinzu uhr morgen",
    "French": "le la les un une des du et ou ne pas je tu il nous est sont sur pour avec de mon ma "
    "mes s'il vous plaît quel quelle combien où moi demain",
    "Spanish": "el la los las un una unos y o no yo tu es son en para con de del mi mis por favor "
    "qué cuál cuánto cuándo dónde pon añade mañana",
    "Italian": "il lo la gli le un una e o non io tu è sono su per con di del mio mia miei che "
    "quale quanto quando dove per favore metti aggiungi domani",
    "Portuguese": "o a os as um uma e ou não eu é são em para com de do da meu minha por favor "
    "qual quanto quando onde adiciona coloca amanhã",
    "Dutch": "de het een en of niet ik jij is zijn op voor met van te mijn alstublieft hoe veel "
    "wanneer waar zet voeg toe morgen",
}
"""The smallest words of some languages, those that stand in nearly every sentence."""

_WORDS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}

FEWEST = 2
"""How many small words of another language make a sentence one of that language."""


def language_of(text: str) -> str:
    """Return the language of a text that is not English, "" for English and where it is open.

    Letters that are not Latin give "another language".
    """
    letters = [sign for sign in text if sign.isalpha()]
    if letters and sum(not _latin(sign) for sign in letters) * 2 > len(letters):
        return "another language"
    words = {word.text for word in split(text)}
    own = len(words & EMPTY)
    found = {name: len(words & small) for name, small in _WORDS.items()}
    likeliest = max(found, key=lambda name: found[name])
    most = found[likeliest]
    return likeliest if most >= FEWEST and most > own else ""


def _latin(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(("LATIN", "FULLWIDTH LATIN"))
