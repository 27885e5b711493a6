"""What can go wrong in words a user can act on; anything else is a bug and shows in the log."""


class AssistantError(Exception):
    """A problem told to the user as one sentence: what, where, what to do."""


class SkillError(AssistantError):
    """A skill's polite no, e.g. ``SkillError("I have no list called milk.")``."""


class SkillLoadError(AssistantError):
    """A skill file that cannot be used; the message names its file and line."""


class TemplateError(AssistantError):
    """An example sentence that cannot be read."""


class CheckpointError(AssistantError):
    """A checkpoint folder that is missing, damaged or of another shape than its config says."""


class StoreError(AssistantError):
    """A database that cannot be opened, read or written."""


class ForeignError(StoreError):
    """A database of another program."""


class UnsureError(StoreError):
    """What was written was committed, but the disk would not say that it has it."""


class RaceError(Exception):
    """Another one has written since a turn began to read: it is run anew, and nobody is told."""

    def meanwhile(self) -> None:
        """Do what is to be done before that, while the turn holds nothing."""


class HomeError(AssistantError):
    """A folder for everything that can't be told."""


class SettingsError(AssistantError):
    """A setting with an unknown name or a value that is not allowed."""


class SpeechError(AssistantError):
    """A microphone, sound file, voice or speech model that can't be used."""


class SandboxError(AssistantError):
    """A process that can't be confined to the rights of a skill."""


def places(error: BaseException) -> str:
    """Return for the log of which kind an error is and where it was raised, first what it came of.

    Its words are left out, for they may quote what was said (``KeyError: 'milk'``), but for those
    of the system and SQLite that say what kind it is.
    """
    import traceback

    parts, left, seen = list[str](), [error], set[int]()
    while left and id(left[-1]) not in seen:
        each = left[-1]
        seen.add(id(each))
        kind = getattr(each, "sqlite_errorname", None) or _strerror(each)
        where = "".join(traceback.format_tb(each.__traceback__))
        parts.append(f"{where}{type(each).__name__}{f' ({kind})' if kind else ''}")
        before = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
        left += [before] if before else []
    return "\nfrom which came\n".join(reversed(parts))


def _strerror(error: BaseException) -> str:
    """Return what the system calls the kind of an error, "" for one that is not the system's."""
    import os

    if isinstance(error, OSError) and isinstance(error.errno, int):
        return os.strerror(error.errno)
    return ""
