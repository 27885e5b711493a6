"""Puts an assistant together from a home folder; every door and every test starts here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assistant import paths
from assistant.conversation.assistant import Assistant
from assistant.errors import StoreError
from assistant.settings import Settings
from assistant.skill.given import Clock
from assistant.skill.packages import may_bring
from assistant.skill.registry import Loader, OnceNeeded, Registry
from assistant.store import Store
from assistant.teaching.examples import Examples
from assistant.teaching.teacher import Teaching
from assistant.understanding.learning.model import IntentModel
from assistant.understanding.learning.reading import FeatureReader
from assistant.understanding.parsers import chain

log = logging.getLogger(__name__)


def assemble(
    settings: Settings,
    *,
    clock: Clock | None = None,
    skill_files: Sequence[Path] = (),
    store: Store | None = None,
    model: IntentModel | None = None,
    features: FeatureReader | None = None,
    packages: bool = True,
    loader: Loader | None = None,
) -> Assistant:
    """Open the store and the skills; weights are loaded later, by ``warm`` or when needed.

    ``loader`` loads what is not bundled, where that is not to run in processes of its own.

    Raises StoreError when the database can't be used.
    """
    clock = clock or Clock(settings.zone(), time_format=settings.time_format)
    chosen = model or intent_model(settings, spare=True)
    return Assistant(
        store or Store.open(paths.database(), clock.now),
        registry(settings, skill_files, packages=packages, loader=loader),
        chosen,
        features or feature_reader(settings, chosen, weights=model is None, spare=True),
        settings,
        clock,
        partial(chain.from_packages, settings.trusted) if packages else chain.none,
        partial(Teaching, Examples(paths.user_examples()), paths.user_conversations()),
    )


def assemble_anyway(settings: Settings, skill_files: Sequence[Path] = ()) -> Assistant:
    """Assemble, with a store of what can still be read where the real one can't be used.

    ``Assistant.notice`` then says so. Raises StoreError where not even that is possible.
    """
    try:
        return assemble(settings, skill_files=skill_files)
    except StoreError as error:
        log.warning("the store can't be used", exc_info=True)
        left = Store.left_of(paths.database(), Clock(settings.zone()).now, error)
        assistant = assemble(settings, skill_files=skill_files, store=left)
        assistant.notice = left.trouble
        return assistant


def registry(
    settings: Settings,
    skill_files: Sequence[Path] = (),
    *,
    packages: bool = True,
    loader: Loader | None = None,
) -> Registry:
    """Find the skills: bundled, installed packages, the user's folder, and single files."""
    folders = [("bundled", paths.bundled() / "skills"), ("user", paths.user_skills())]
    loads, own = loader or strangers(settings), Examples(paths.user_examples())
    return Registry(folders, skill_files, settings.disabled, packages, loads, own)


def waiting(settings: Settings) -> list[str]:
    """Tell which parsers of installed packages wait until those are trusted."""
    if not may_bring(chain.GROUP):
        return []
    return [
        f"The parser {entry.name} of the package {package} waits, and may do all that you may once "
        f"it runs: if you trust it, assistant skills trust {package}."
        for entry, package in chain.entries()
        if package not in settings.trusted
    ]


def strangers(settings: Settings) -> Loader:
    """Return what loads skills that are not bundled, into processes of their own."""

    def made() -> Loader:
        from assistant.sandbox.strangers import Strangers
        from assistant.sandbox.workers import Workers

        return Strangers(Workers(), paths.cache() / "skills", paths.home(), settings.trusted)

    return OnceNeeded(made)


def feature_reader(
    settings: Settings, model: IntentModel, *, weights: bool = True, spare: bool = False
) -> FeatureReader:
    """Return the reader of sentiment and entities, which learns slots beside a model's encoder.

    A ``spare`` one, the bundled, is for those who talk; what is measured is what was chosen.
    """
    fills = paths.bundled() / "data" / "fills" / "words.txt"
    return FeatureReader(
        paths.model(settings.feature_model) if weights else None,
        fills,
        paths.cache() / "slots",
        lambda: model.encoder,
        paths.bundled_model(Settings.feature_model) if spare else None,
    )


def templates_only() -> IntentModel:
    """Return a model without weights, so that only what matches an example is understood."""
    nowhere = paths.cache() / "no-checkpoint"
    return IntentModel(None, nowhere, nowhere, nowhere, nowhere)


def intent_model(settings: Settings, *, spare: bool = False) -> IntentModel:
    """Return the intent model of the chosen checkpoint, nothing loaded yet; ``spare`` as above."""
    data = paths.bundled() / "data"
    return IntentModel(
        paths.model(settings.intent_model),
        cache=paths.cache() / "vectors.npz",
        shipped=data / "vectors" / "bundled.npz",
        background=data / "background",
        judge=paths.judge(),
        spare=paths.checkpoint() if spare else None,
    )
