"""The published speech models that can be fetched by name."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import SpeechError

ORIGIN = "https://alphacephei.com/vosk/models"


@dataclass(frozen=True)
class Published:
    """A model as it is published: ``size`` in bytes of the zip (about), ``sha256`` of it."""

    name: str
    size: int
    sha256: str
    about: str
    licence: str = "Apache-2.0"

    @property
    def address(self) -> str:
        """Return where the zip lies."""
        return f"{ORIGIN}/{self.name}.zip"


CATALOGUE = (
    Published(
        "vosk-model-small-en-us-0.15",
        41_205_931,
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
        "small and fast, for any machine",
    ),
    Published(
        "vosk-model-en-us-0.22-lgraph",
        130_557_655,
        "d9838b4aaa82a75c4a17f5aca300eaca129aaab2a7cbf951bafbb500eb9c4334",
        "hears better, needs twice the memory",
    ),
    Published(
        "vosk-model-en-us-0.22",
        1_900_000_000,
        "47f9a81ebb039dbb0bd319175c36ac393c0893b796c2b6303e64cf58c27b69f6",
        "hears dictation best, needs 6 GB of memory, can't be limited to what can be said now",
    ),
)
"""Each sha256 is pinned alike by independent packagings, one of them an Arch PKGBUILD each time."""


def published(name: str) -> Published:
    """Return a model of the catalogue. Raises SpeechError naming those there are."""
    found = next((each for each in CATALOGUE if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in CATALOGUE)
        raise SpeechError(
            f"{name} can't be fetched, only {names}: download another yourself from {ORIGIN}, "
            "then assistant models add its zip."
        )
    return found
