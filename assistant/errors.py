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


class HomeError(AssistantError):
    """A folder for everything that can't be told."""


class SettingsError(AssistantError):
    """A setting with an unknown name or a value that is not allowed."""


class SpeechError(AssistantError):
    """A microphone, sound file, voice or speech model that can't be used."""


class SandboxError(AssistantError):
    """A process that can't be confined to the rights of a skill."""
