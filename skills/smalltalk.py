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
    "(hello|hi|hey) [there|assistant|again]",
    "good (morning|afternoon|evening|day) [to you]",
    "(howdy|ahoy|greetings|hiya)",
    "hello how are you",
    "nice to (meet|see) you",
    "long time no see",
    "say (hello|hi|good morning) [to me]",
    "i am (back|home)",
)
def greet(clock: Clock) -> str:
    """Greet."""
    hour = clock.now().hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"{f'Good {part}' if hour >= 4 else 'Hello'}. What can I do for you?"


@skill.intent(
    "how are you [doing|feeling|today|going]",
    "how (is it|are things) going",
    "how do you feel",
    "are you (well|ok|fine|happy)",
    "(what's|what is) up",
    "how (has your|was your|is your) day [been|going]",
)
def wellbeing() -> str:
    """Say how it is going."""
    return choice(
        ("All well here, thank you.", "Fine, and all on this machine.", "Very well, thanks.")
    )


@skill.intent(
    "who are you",
    "what are you",
    "introduce yourself",
    "are you a (robot|bot|human|person|computer|machine|program|man|woman)",
    "are you (human|real|alive|intelligent)",
    "(tell me about|define|describe) yourself",
    "what (kind|type|sort) of (thing|creature|assistant|being) are you",
    "(what|who) do you identify as",
)
def identity() -> str:
    """Say what this is."""
    return (
        "I am a program, an assistant that runs on this machine alone: nothing you say leaves it."
    )


@skill.intent(
    "what is your name",
    "do you have a name",
    "what (are you called|do i call you|should i call you)",
    "what do they call you",
    "who am i talking to",
)
def called() -> str:
    """Tell the assistant's name."""
    return "I have no name of my own: “assistant” will do."


@skill.intent(
    "who (made|built|wrote|created|designed|developed|programmed) you",
    "who (invented|trained|owns) you",
    "who is your (maker|creator|author|owner|boss)",
    "who is behind you",
    "were you (made|built) by (a company|google|amazon|apple)",
)
def maker() -> str:
    """Say who made this."""
    return (
        "I am a program; whoever wants to know how I am made can read my source, which is under "
        "the Apache licence 2.0. On this machine I answer to nobody but you."
    )


@skill.intent(
    "how old are you",
    "when were you (born|made|created|built)",
    "when is your birthday",
    "what is your (age|birthday|date of birth)",
    "where (were you|are you) (born|made|created|from)",
    "where do you (come from|live)",
    "where are you [from|now]",
    "what is your home",
)
def origin() -> str:
    """Say how old this is, and where it is."""
    return (
        "I am a program, so I have no birthday and was born nowhere. "
        "Where I am is simple: on this machine, and only here."
    )


@skill.intent(
    "do you (sleep|eat|drink|dream|breathe|get tired)",
    "do you have (feelings|a body|friends|a family|children)",
    "are you (tired|hungry|sad|bored|lonely|single|married)",
    "can you (feel|think|see|smell)",
)
def body() -> str:
    """Say what a program does not do."""
    return "I am a program: I don't sleep, eat or feel. I am here whenever you start me."


@skill.intent(
    "are you (listening|spying) [to me|on me|now]",
    "do you (listen|record) [to me|me|all the time|everything i say]",
    "do you (send|share|sell|collect) my data",
    "is (this|it|what i say) private",
    "(are you|do you work) (online|offline)",
    "do you need the internet",
    "who can (read|hear|see) what i say",
    "where (is|do you keep|do you store) my data",
    "is my data safe",
)
def privacy() -> str:
    """Say what happens with what you say."""
    return (
        "I work offline. What you say stays in one database file on this machine; the microphone "
        "is open only while you use the voice."
    )


@skill.intent(
    "tell me a [good|funny|short|neutral|another] joke",
    "tell me a joke about {topic}",
    "(make me laugh|entertain me|amuse me)",
    "(do you know|have you got|got) (a|any|another) (joke|jokes) [about {topic}]",
    "say (something funny|a joke)",
    "another joke [about {topic}]",
    "give me a joke [about {topic}]",
    "(cheer me up|brighten my day)",
    "do you know any {topic} jokes",
    "a joke about {topic}",
    "{topic} joke",
)
def joke(topic: str | None = None) -> str:
    """Tell a joke."""
    note = f"I know none about {topic}, but here is another. " if topic else ""
    return note + choice(JOKES)


@skill.intent(
    "good night",
    "(sleep well|sleep tight)",
    "i am going to (bed|sleep)",
    "sweet dreams",
    "time for bed",
)
def good_night() -> str:
    """Say good night."""
    return "Good night. Your alarms stay set."


@skill.intent(
    "(you are|that was|that's|that is) [so|very|really] (great|good|nice|helpful|clever|smart)",
    "(you are|that was|that is) [so|really] (awesome|amazing|brilliant|wonderful|perfect|funny)",
    "you are the best",
    "(well done|nice one|not bad|very good|excellent)",
    "good (job|work|answer|assistant)",
    "i (like|love) you",
)
def praised() -> str:
    """Take praise."""
    return choice(("Thank you.", "Glad to help.", "That is kind."))


@skill.intent(
    "(ok|okay|cool|alright|got it|i see|understood|fair enough|good to know|sounds good)",
)
def noted() -> str:
    """Take a word that only says one has heard."""
    return "OK."


@skill.intent(
    "[i am] [so|very|really] sorry [about that]",
    "(my bad|my mistake|my fault)",
    "i (apologise|apologize)",
)
def apology() -> str:
    """Take an apology."""
    return "No harm done. “Undo” takes back the last change."


@skill.intent(
    "you are [so|very] (bad|stupid|wrong|useless|terrible|annoying)",
    "(that was|that's|that is) [so|very] (bad|stupid|useless|terrible|annoying)",
    "i (hate|don't like) you",
)
def scolded() -> str:
    """Take criticism."""
    return (
        "I'm sorry. “Undo” takes back the last change; “what can you do” shows what I understand."
    )


@skill.intent(
    "(i am|i feel) [so|very|a bit|really] (sad|down|lonely|unhappy|depressed|bad) [today]",
    "(i am|i feel) [so|very|a bit|really] (tired|exhausted|stressed|worried|ill|sick) [today]",
    "(i am|i feel) [so|very|really] (angry|upset|annoyed|frustrated) [today]",
    "i (had|have had) a (bad|hard|long|terrible) day",
    "nobody likes me",
)
def low() -> str:
    """Answer someone who is not well."""
    return (
        "I'm sorry to hear that. I am only a program, but I can tell a joke, wake you later or "
        "remind you to call somebody who is good for you."
    )


@skill.intent(
    "(i am|i feel|i'm feeling) [so|very|really] (happy|good|great|fine|well|excited|glad) [today]",
    "i (had|have had|am having) a (good|great|lovely|wonderful) day",
    "life is good",
)
def glad() -> str:
    """Answer someone who is well."""
    return "I'm glad to hear it."


@skill.intent("(i am|i'm) [so|very] bored", "i have nothing to do", "this is boring")
def bored() -> str:
    """Answer someone who is bored."""
    return f"Then here is one: {choice(JOKES)}"
