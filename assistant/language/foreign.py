"""Tells that a text is in another language, by its letters or by its most frequent small words."""

from __future__ import annotations

import unicodedata

from assistant.language.content import EMPTY
from assistant.language.tokens import split

SMALL_WORDS = {
    "German": "der die das den dem ein eine einen einem und oder nicht ich du er wir ist sind auf "
    "für mit von zu im mir mich dich dir bitte wie was wer viel wann wo welcher welche welches es "
    "um meine mein meiner alle heute morgen gestern uhr stelle setze füge hinzu mach guten eins "
    "zwei drei vier fünf sechs sieben acht neun zehn geht",
    "French": "le la les un une des du et ou ne pas je tu il nous vous est sont sur pour avec de "
    "mon ma mes s'il vous plaît quel quelle combien que qui où comment moi toi ça à au toutes "
    "tous demain hier aujourd'hui heure bonjour deux trois quatre cinq six sept huit neuf dix font",
    "Spanish": "el la los las un una unos y o no yo tú tu es son en para con de del a mi mis me te "
    "por favor qué que cuál cuánto cuándo cómo dónde quién pon añade hoy mañana ayer todas todos "
    "hora buenos buenas días está estás uno dos tres cuatro cinco seis siete ocho nueve diez más",
    "Italian": "il lo la gli le un una e o non io tu è sono su per con di del alla alle dei mio "
    "mia miei mi che quale quanto quando come dove chi per favore metti aggiungi oggi domani ieri "
    "tutte tutti ore ora buongiorno stai fa due tre quattro cinque sei sette otto nove dieci più",
    "Portuguese": "o a os as um uma e ou não eu é são em para com de do da à às ao meu minha me "
    "por favor qual que quanto quando como onde quem adiciona coloca hoje amanhã ontem todos todas "
    "horas bom dia está estás dois três quatro cinco seis sete oito nove dez mais",
    "Dutch": "de het een en of niet ik jij je is zijn op om aan voor met van te mijn wat wie hoe "
    "hoeveel welke wanneer waar alle alstublieft veel zet voeg toe maak vertel vandaag morgen "
    "gisteren uur twee drie vier vijf zes zeven acht negen tien gaat",
    "Swedish": "en ett och eller inte jag du är på för med av till min mina hur vad vem när var "
    "mycket många alla snälla idag imorgon klockan två tre fyra fem sex sju åtta nio tio",
    "Polish": "i lub nie ja ty jest są na dla z do w mój moja proszę jak co kto kiedy gdzie ile "
    "która który dziś jutro wszystkie minut godzina dwa trzy cztery pięć sześć siedem dziesięć",
}
"""The smallest words of some languages, those that stand in nearly every sentence."""

ENGLISH = EMPTY | frozenset("as up or".split())
"""Small words of English, which tell nothing where another language has them too."""

_WORDS = {language: frozenset(said.split()) - ENGLISH for language, said in SMALL_WORDS.items()}

FEWEST = 2
"""How many small words of another language, or words with its letters, make a sentence its own."""

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz'")
"""Letters that English words are written in, but for a few that were borrowed."""

OTHER = "another language"


def language_of(text: str) -> str:
    """Return the language of a text that is not English, "" for English and where it is open.

    Letters that are not Latin give "another language".
    """
    letters = [sign for sign in text if sign.isalpha()]
    if letters and sum(not _latin(sign) for sign in letters) * 2 > len(letters):
        return OTHER
    words = {word.text for word in split(text)}
    own = len(words & EMPTY)
    found = {name: len(words & small) for name, small in _WORDS.items()}
    most = max(found.values())
    strange = any(word.isalpha() and not PLAIN.issuperset(word) for word in words)
    if not most or most + strange < FEWEST or most + strange <= own:
        return ""
    likeliest = [name for name, count in found.items() if count == most]
    return likeliest[0] if len(likeliest) == 1 else OTHER


def _latin(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(("LATIN", "FULLWIDTH LATIN"))
