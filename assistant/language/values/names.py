"""Names of people and places: any words, which named-entity recognition finds best."""

from __future__ import annotations


class Person(str):
    """Somebody's name, as it was said."""

    __slots__ = ()
    entity = "person"
    examples = ("anna", "my brother", "bob smith", "dr jones")


class Place(str):
    """A place's name, as it was said."""

    __slots__ = ()
    entity = "place"
    examples = ("berlin", "new york", "the station", "scotland")
