"""The examples of an intent as help shows them: as somebody would say them."""

from __future__ import annotations

from assistant.language.phrasing import is_bare, phrased
from assistant.skill.declared import Intent


def shown(intent: Intent) -> tuple[str, ...]:
    """Return its examples with their articles, and dots for what is the user's to say.

    One that would be nothing but dots gets values instead.
    """
    values = {name: slot.type.examples[0] for name, slot in intent.slots.items()}
    read = [(phrased(example, {}), phrased(example, values)) for example in intent.examples]
    told = (str(filled if is_bare(str(dots)) else dots) for dots, filled in read)
    return tuple(dict.fromkeys(told))
