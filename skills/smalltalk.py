"""A little talk."""

from random import choice

from assistant import Clock, Skill

skill = Skill("smalltalk", "Greetings and a little talk.")

JOKES = (
    "I would tell you a joke about sockets, but I never open one.",
    "Why did the timer break up with the alarm? It needed more time for itself.",
    "I asked the shopping list how it felt. It said: a bit crossed.",
    "My favourite exercise is running. In the background.",
    "There are 10 kinds of assistants: those that count in binary, and those that ask the cloud.",
)


@skill.intent(
    "(hello|hi|hey) [there|assistant]",
    "good (morning|afternoon|evening)",
    "howdy",
    "greetings",
    "hello how are you",
    "nice to meet you",
)
def greet(clock: Clock) -> str:
    """Greet."""
    hour = clock.now().hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}. What can I do for you?"


@skill.intent(
    "how are you [doing|today]",
    "how is it going",
    "how do you feel",
    "are you well",
    "what's up",
    "are you ok",
)
def wellbeing() -> str:
    """Say how it is going."""
    return choice(
        ("All well here, thank you.", "Fine, and all on this machine.", "Very well, thanks.")
    )


@skill.intent(
    "who are you",
    "what are you",
    "what is your name",
    "introduce yourself",
    "are you a (robot|human|person|computer|machine)",
    "who made you",
    "tell me about yourself",
)
def identity() -> str:
    """Say who this is."""
    return "I am an assistant that runs on this machine alone: nothing you say leaves it."


@skill.intent(
    "are you listening to me",
    "do you (send|share) my data",
    "is this private",
    "are you online",
    "do you need the internet",
    "who can read what i say",
)
def privacy() -> str:
    """Say what happens with what you say."""
    return "I work offline. What you say stays in one database file on this machine."


@skill.intent(
    "tell me a joke",
    "make me laugh",
    "do you know a joke",
    "say something funny",
    "another joke",
    "cheer me up",
)
def joke() -> str:
    """Tell a joke."""
    return choice(JOKES)


@skill.intent(
    "good night",
    "sleep well",
    "i am going to bed",
    "sweet dreams",
)
def good_night() -> str:
    """Say good night."""
    return "Good night. Your alarms stay set."


@skill.intent(
    "(you are|that was|that's) (great|good|nice|helpful|clever|awesome|brilliant)",
    "well done",
    "good (job|work)",
    "i like you",
    "i love you",
)
def praised() -> str:
    """Take praise."""
    return choice(("Thank you.", "Glad to help.", "That is kind."))


@skill.intent(
    "(you are|that was|that's) (bad|stupid|wrong|useless|terrible|annoying)",
    "you don't understand me",
    "that is not what i (meant|wanted|said)",
    "you got that wrong",
)
def scolded() -> str:
    """Take criticism."""
    return (
        "I'm sorry. “Undo” takes back the last change; “what can you do” shows what I understand."
    )
