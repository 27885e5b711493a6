"""A book shelf: lending out, getting back, and who has what."""

from typing import Annotated

from assistant import Memory, Skill, SkillError, Slot

skill = Skill("books", "Who has which of your books.")


@skill.intent(
    "i lent {book} to {friend}",
    "{friend} borrowed {book} [from me]",
    "lend {book} to {friend}",
    "{friend} has my copy of {book}",
    "i gave {book} to {friend} to read",
    "{friend} took {book} home to read",
    "{book} is lent out to {friend}",
    "{book} went to {friend} for a while",
)
def lend(book: str, friend: Annotated[str, Slot(ask="Who has it?")], memory: Memory) -> str:
    """Write down who borrowed a book."""
    memory[book.lower()] = friend
    return f"{friend} has {book}."


@skill.intent(
    "{book} is back",
    "i got {book} back",
    "{book} was returned",
    "{book} came back",
    "{book} is on the shelf again",
    "put {book} back on the shelf",
    "{book} has been given back",
    "i have {book} again",
    careful=True,
)
def back(book: str, memory: Memory) -> str:
    """Put a book back on the shelf."""
    if book.lower() not in memory:
        raise SkillError(f"{book} was not lent out.")
    del memory[book.lower()]
    return f"{book} is on the shelf again."


@skill.intent(
    "who has {book}",
    "who borrowed {book}",
    "where did {book} go",
    "which friend has {book}",
    "who did i lend {book} to",
    "who is reading {book}",
    "to whom did i lend {book}",
    "who still has my copy of {book}",
)
def who(book: str, memory: Memory) -> str:
    """Tell who has a book."""
    friend = memory.get(book.lower())
    return f"{friend} has {book}." if friend else f"{book} is on the shelf."
