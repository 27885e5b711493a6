"""Makes the sentence vectors that ship with the bundled skills: ``make vectors``."""

from __future__ import annotations

from pathlib import Path

from assistant import paths
from assistant.doors import terminal
from assistant.skill.registry import Registry
from assistant.understanding.accounting import verb_it
from assistant.understanding.learning.lessons import read_background, sentences_of
from assistant.understanding.lexicon import Lexicon


def wanted() -> list[str]:
    """Return every sentence a first start needs the vector of."""
    skills = Registry([("bundled", paths.bundled() / "skills")], packages=False).skills
    sampled = [
        sentence
        for templates in sentences_of(skills.intents).values()
        for sentences in templates
        for sentence in sentences
    ]
    verbs = [verb_it(verb) for verb in Lexicon(skills.intents).all_verbs]
    return sampled + verbs + read_background(paths.bundled() / "data" / "background")


def make(out: Path) -> int:
    """Encode what is wanted into a file; return how many sentences it holds."""
    from assistant.engine import Encoder
    from assistant.understanding.learning.vectors import encoded, save

    encoder = Encoder.load(paths.checkpoint())
    vectors = encoded(encoder, wanted())
    save(out, encoder.fingerprint, vectors)
    return len(vectors)


if __name__ == "__main__":
    count = make(paths.bundled() / "data" / "vectors" / "bundled.npz")
    terminal.tell(f"{count} sentence vectors written.")
