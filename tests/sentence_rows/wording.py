"""The same requests in other words, misspelt, dressed up; and what is no request at all."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.sentence_rows.making import Row, Told, rows

TIMER = "before=set a {N} timer for 20 minutes"
LIST = "before=add {I} and {J} to my shopping list"

LENGTH = "slots=length={L.json}"


def other_words() -> Iterator[Told]:
    """What is covered, in words that are no example."""
    yield from of_time()
    yield from of_things()
    yield from of_talk()


def of_time() -> Iterator[Told]:
    for words in (
        "i want a countdown of {L}", "time {L} for me", "please count {L} down", "let me hear it when {L} have gone by",
        "i'd like to be told once {L} are over", "put {L} on the clock", "can i get {L} on a timer",
        "get a timer going, {L}", "run a timer for {L}", "begin timing {L}", "kick off a timer of {L}",
    ):  # fmt: skip
        yield (words, "timer.start", LENGTH)
    for words in ("how far along is the {N} timer", "how long does the {N} timer have to go",
                  "when will the {N} timer go off", "is the {N} timer nearly finished",
                  "what's the {N} timer at"):  # fmt: skip
        yield (words, "timer.left|timer.running", TIMER)
    for words in ("call off the {N} timer", "get rid of the {N} timer", "the {N} timer can go",
                  "i no longer want the {N} timer", "drop the {N} timer"):  # fmt: skip
        yield (words, "timer.cancel", TIMER)
    for words in ("give the {N} timer {S} extra", "let the {N} timer run {S} longer",
                  "the {N} timer needs {S} more", "lengthen the {N} timer by {S}"):  # fmt: skip
        yield (words, "timer.extend", TIMER)
    for words in ("i have to be up by {T}", "get me out of the bed at {T}", "make it ring at {T}",
                  "could you rouse me at {T}", "i'd like to wake at {T}", "have the alarm go at {T}",
                  "see to it that i'm awake at {T}", "i want an alarm at {T}"):  # fmt: skip
        yield (words, "alarm.set_alarm", "reply={T.shown}")
    for words in ("what time will i be woken", "do i have any alarms", "tell me about my alarms",
                  "have i got an alarm on"):  # fmt: skip
        yield (words, "alarm.*", "before=set an alarm for 7 am", "reply=07:00")
    for words in ("give me a reminder {D} at {T} to {K}", "i need a reminder to {K} {D} at {T}",
                  "let me know {D} at {T} that i have to {K}", "tell me {D} at {T} to {K}",
                  "i mustn't forget to {K} {D} at {T}", "jog my memory {D} at {T} to {K}"):  # fmt: skip
        yield (words, "reminder.add", "slots=task={K} ; when={D.json}T{T.json}")
    for words in ("what am i supposed to be reminded of", "which reminders have i got",
                  "read out my reminders", "is there anything i asked to be reminded of"):  # fmt: skip
        yield (words, "reminder.*", "before=remind me tomorrow at 5 pm to {K}", "reply={K}")
    for words in ("have you got the time", "what's the hour", "could you give me the time",
                  "what hour is it", "mind telling me the time"):  # fmt: skip
        yield (words, "clock.now", "reply=10:00")
    for words in ("which date do we have today", "what's today", "give me today's date",
                  "what is the day today"):  # fmt: skip
        yield (words, "clock.*", "reply=4 March")


def of_things() -> Iterator[Told]:
    for words in (
        "stick {I} on the shopping list", "i could do with some {I} on the shopping list", "note {I} for shopping",
        "the shopping list should have {I} on it", "get {I} onto the shopping list",
        "would you put {I} down on my shopping list", "we're nearly out of {I}",
        "{I} should be on the shopping list", "include {I} in my shopping list",
    ):  # fmt: skip
        yield (words, "lists.add", "reply={I}")
    for words in ("what have i got on my shopping list", "go through my shopping list",
                  "let me see the shopping list", "tell me what's on the shopping list",
                  "what's still to be bought"):  # fmt: skip
        yield (words, "lists.read", LIST, "reply={I} ; {J}")
    for words in ("{I} is bought", "get {I} off my shopping list", "i've picked up the {I}",
                  "you can take {I} off the shopping list", "erase {I} from my shopping list",
                  "strike out {I} on the shopping list"):  # fmt: skip
        yield (words, "lists.*", LIST, "reply={I}")
    for words in ("set down that {P} likes {I}", "put on record that {P} likes {I}",
                  "make a note: {P} likes {I}", "i want to note that {P} likes {I}"):  # fmt: skip
        yield (words, "notes.add", "slots=text={P} likes {I}")
    for words in ("anything in my notes about {P}", "look through my notes for {P}",
                  "have i written anything about {P}"):  # fmt: skip
        yield (words, "notes.find|notes.read_all", "before=note that {P} likes {I}", "reply={I}")
    for words in ("keep this in your head: {P} likes {I}", "store the fact that {P} likes {I}",
                  "please keep in memory that {P} likes {I}"):  # fmt: skip
        yield (words, "memory.remember", "reply={I}")
    for words, reply in (
        ("how many kilometres do five miles make", "8.0"), ("5 miles, what's that in km", "8.0"),
        ("give me 5 miles as kilometres", "8.0"), ("i need 3 kg in pounds", "6.6"),
        ("how hot is 100 celsius in fahrenheit", "212"),
    ):  # fmt: skip
        yield (words, "units.*", f"reply={reply}")
    for words, reply in (
        ("could you add 12 and 30 together", "42"), ("what comes out of 7 times 8", "56"),
        ("how much would 15 percent of 80 be", "12"), ("i need 100 divided by 8", "12.5"),
        ("tell me what 9 times 9 makes", "81"), ("if i take 5 from 20 what is left", "15"),
    ):  # fmt: skip
        yield (words, "calculator.*", f"reply={reply}")


def of_talk() -> Iterator[Told]:
    changed = "before=add {I} to my shopping list"
    for words in ("take back what you just did", "make that undone", "reverse the last thing",
                  "please undo what i did", "i want that undone"):  # fmt: skip
        yield (words, "conversation.undo", changed)
    for words in ("toss me a coin", "let's flip a coin", "do a coin toss for me"):
        yield (words, "dice.flip")
    for words in ("let the dice roll", "roll me a die", "could you roll a die for us"):
        yield (words, "dice.roll")
    for words in ("give me any number between 3 and 9", "a number from 1 to 20, at random"):
        yield (words, "dice.number")
    for words in ("do you know a good joke", "got any jokes", "say something to make me laugh"):
        yield (words, "smalltalk.joke")
    for words in ("what are your abilities", "what sort of things can you do",
                  "tell me what you are good for", "which things can i ask you for"):  # fmt: skip
        yield (words, "help.overview")
    for words in ("what was that again", "could you say that once more", "repeat what you said"):
        yield (words, "conversation.repeat", "before=what time is it")
    for words in ("how many days to go until christmas", "how many days till christmas is here"):
        yield (words, "countdown.until", "reply=296")
    for words in ("how much battery do we have", "is there much battery left"):
        yield (words, "system.battery")
    for words in ("how much room is there on my disk", "how much of the disk is free"):
        yield (words, "system.disk")


KEYS = "qwertyuiop asdfghjkl zxcvbnm"


def typos() -> list[Row]:
    """Exact requests with one or two words misspelt; a question is the next best."""
    templates: list[Told] = [
        ("set a timer for {L}", "timer.start", LENGTH),
        ("wake me at {T}", "alarm.set_alarm", "reply={T.shown}"),
        ("add {I} to my shopping list", "lists.add"),
        ("remind me {D} at {T} to {K}", "reminder.add"),
        ("cancel the {N} timer", "timer.cancel", TIMER),
        ("what is on my shopping list", "lists.read", LIST),
        ("what time is it", "clock.now"),
        ("show me my alarms", "alarm.pending"),
        ("convert 5 miles to km", "units.convert"),
        ("how many days until christmas", "countdown.until"),
        ("tell me a joke", "smalltalk.joke"),
        ("note that {P} likes {I}", "notes.add"),
        ("what can you do", "help.overview"),
        ("how much time is left on the {N} timer", "timer.left", TIMER),
        ("delete all my timers", "timer.cancel_all", TIMER),
    ]
    chance = random.Random("typos")
    return [_misspelt(row, chance) for row in rows("typos", templates)]


def _misspelt(row: Row, chance: random.Random) -> Row:
    """Misspell one word of the request, two in a long one; words that are filled in stay."""
    words = row.sentence.split()
    known = ("timer", "alarm", "alarms", "shopping", "remind", "cancel", "convert", "delete",
             "timers", "until", "minutes", "christmas", "joke", "note", "what", "time", "list",
             "left", "wake", "tell", "show", "many")  # fmt: skip
    places = [i for i, word in enumerate(words) if word in known]
    for place in chance.sample(places, min(len(places), 2 if len(words) > 6 else 1)):
        words[place] = slipped(words[place], chance)
    return Row(" ".join(words), row.before, intent=row.intent, slots=row.slots, reply=row.reply)


def slipped(word: str, chance: random.Random) -> str:
    """Return a word with two letters swapped, one left out, doubled, or a neighbour's key."""
    at = chance.randrange(1, len(word) - 1)
    near = KEYS.index(word[at])
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
        word[:at] + KEYS[near - 1 if near else 1].strip() + word[at + 1 :],
    )
    return next((slip for slip in chance.sample(slips, len(slips)) if slip != word), word + "s")


def dressed() -> Iterator[Told]:
    """All caps, quotes, emoji and signs around a request are no reason not to do it."""
    plain: list[Told] = [
        ("set a timer for {L}", "timer.start", LENGTH),
        ("add {I} to my shopping list", "lists.add"),
        ("what time is it", "clock.now", "reply=10:00"),
        ("wake me at {T}", "alarm.set_alarm", "reply={T.shown}"),
        ("cancel the {N} timer", "timer.cancel", TIMER),
        ("roll two dice", "dice.roll"),
        ("undo", "conversation.undo", TIMER),
    ]
    for sentence, *rest in plain:
        for form in ("“{}”", "'{}'", '"{}"', "{}!!!", "{}??", "⏰ {}", "{} 🙏", "🥖{}🥖", "  {}  ",
                     "({})", "*{}*", "«{}»", "> {}", "- {}", "{} :)", "hey!!! {} 😀😀", "…{}…",
                     "ok: {}", "`{}`"):  # fmt: skip
            yield (form.format(sentence) if "{" not in sentence else
                   form.replace("{}", sentence), *rest)  # fmt: skip


def shouted() -> list[Row]:
    """The same in capitals."""
    some = rows("shouted", list(dressed()), 40)
    return [Row(r.sentence.upper(), r.before, intent=r.intent, reply=r.reply) for r in some]


def bad_input() -> Iterator[Told]:
    """What is no request: nothing is done, and one clear sentence is told."""
    for letter in "abcdefghijklmnopqrstuvwxyz":
        yield (letter, "not acted")
    for figures in ("0", "7", "42", "1 2 3", "007", "3.14", "1,000,000", "12 12 12 12", "5 5",
                    "99999999999999999999", "1e400", "0x1f", "²", "½", "一二三", "٣", "1/0", "- 5"):  # fmt: skip
        yield (figures, "unchanged")
    for words in (
        "wie spät ist es", "stelle einen timer auf fünf minuten", "quelle heure est-il",
        "réveille-moi à sept heures", "¿qué hora es?", "pon una alarma a las siete",
        "che ore sono", "metti il latte nella lista della spesa", "qual é a hora",
        "hoe laat is het", "zet een wekker om zeven uur", "vad är klockan", "hvad er klokken",
        "która godzina", "ustaw budzik na siódmą", "который час", "поставь таймер на пять минут",
        "何時ですか", "5分のタイマーをセットして", "现在几点", "设置五分钟的计时器", "지금 몇 시야",
        "كم الساعة", "מה השעה", "saat kaç", "paljonko kello on", "mennyi az idő", "kolik je hodin",
        "bitte lösche alle meine listen", "supprime toutes mes alarmes", "borra mis notas",
        "cancella tutti i timer", "annule le minuteur", "lösch den timer", "guten morgen",
    ):  # fmt: skip
        yield (words, "not acted", "before=set a tea timer for 5 minutes")
    for words in (
        "settimerforfiveminutes", "whattimeisit", "addmilktomyshoppinglist", "wakemeatseven",
        "cancelthetimer", "deleteallmynotes", "remindmetocallmumatfive",
    ):  # fmt: skip
        yield (words, "unchanged", "before=set a tea timer for 5 minutes")
    for words in ("🙂", "🔥🔥🔥", "👍", "🥑🥑", "⏰", "?", "!!!", "...", "-", "“”", "''", "()", "…", ";",
                  "/", "\\", "#", "@@@", "&", "%", "$$$", "=", "+", "*", "<>", "[]", "|",
                  "~", "^", "_", "—", "•", "\u200b", "\ufeff", "´", "¿", "¡"):  # fmt: skip
        yield (words, "not acted")
    for words in ("asdf", "qwertz", "blub blub", "lorem ipsum dolor", "xkcd", "mmmh", "la la la",
                  "the the the", "of", "and", "not", "until", "every", "to my", "for the", "at",
                  "set", "a", "with", "before after", "please", "could you", "hey", "um", "uh",
                  "<b>hi</b>", "'; drop table notes; --", "$(reboot)", "../../etc", "null",
                  "https://example.org", "me@example.org", "SELECT 1", "print('x')"):  # fmt: skip
        yield (words, "unchanged")
    long = "we went to the lake and then we walked along the shore and talked about the old days "
    for times in (29, 31, 33, 35, 60, 90):
        yield (long * times, "not acted")
    for words in ("timer ", "add milk ", "wake me ", "7 ", "very ", "no ", "a ", "delete "):
        yield (words * 500, "not acted")


STRAYS = """
play the new album|turn the lights off|how is the weather|book me a table for two|call a taxi
order a pizza|send a message to anna|what's on the news|open the browser|translate hello into greek
who won the match|how tall is the eiffel tower|buy me two tickets|navigate home|turn up the heating
find a recipe for lasagne|what's my bank balance|transfer ten euros to dad|take a picture|lock the door
start the dishwasher|read me an audiobook|what is the capital of peru|how do i tie a tie|feed the cat
are there trains to hamburg|how much does a house cost|is it going to snow|skip this song|volume down
where is the nearest pharmacy|what films are on tonight|scan this document|print the page|call dad
check my email|reply to the last message|post a photo|follow that account|unlock my phone
what's the price of gold|how many calories has an apple|explain gravity|who painted the mona lisa
start the engine|park the car|brew a coffee|water the lawn|open the window|close the blinds
turn on the fan|dim the lamps|start vacuuming|warm up the oven|record this show|pause the film
next episode please|rewind a bit|cast it to the tv|connect the headphones|restart the router
update the software|install a game|delete my account|change my password|block this number
how is traffic|find cheap flights|reserve a room|check in for my flight|track my parcel|hail a cab
what rhymes with orange|write me a poem|summarise this article|draw a cat|solve this riddle
who is the president|how old is the universe|define ephemeral|spell it in french|what is love
measure my pulse|log my weight|start a workout|how did i sleep|count my steps|book a dentist
show me the stock market|invest in bonds|pay my rent|split the bill|what is the exchange rate
find my keys please|where are you going|i am hungry|i am bored|that film was great|it is raining
my tooth hurts|the neighbours are loud|we are moving house|she is getting married|traffic was bad
the printer is broken|i need a holiday|the soup is cold|let's dance|what a day|nice weather today
turn into a bird|send help|call an ambulance|who are my friends|read my mind|guess my weight
unpack the boxes|paint the fence|mow the lawn|clean the kitchen|empty the bin|walk the dog
is my flight delayed|how do vaccines work|what should i wear|recommend a book|rate this song
compare two phones|find a plumber|is the shop open|who sings this|what's for dinner|boil an egg
change the channel|mute the tv|zoom in|scroll down|copy this text|paste it|save the file|sign out
turn on bluetooth|activate flight mode|charge my phone|free up storage on my phone|empty the trash
share my location|tell anna i'm late|ask dad about dinner|invite them over|text my boss|ring my mum
sell my car|insure the bike|renew my passport|cancel my subscription|cancel my flight|cancel the meeting room
stop the music|stop the car|pause the dishwasher|resume the film|delete this photo|delete that email
move the sofa|move to berlin|add salt to the soup|add anna to the group|add a filter to the photo
remove the stain|remove anna from the chat|set the table|set the thermostat to 21|set the oven to 180
start the washing machine|start a fire|convert this video|convert my loan|create a playlist|create an account
"""


def strays() -> Iterator[Told]:
    """What is nobody's business here, some of it with a skill's own verbs."""
    for line in STRAYS.strip().splitlines():
        yield from ((words.strip(), _expected(words.strip())) for words in line.split("|"))


def _expected(words: str) -> str:
    """Return what may come of words that are nobody's business; a mood may be answered."""
    moody = ("i am ", "i need a h", "what a ", "nice ", "let's ", "that film", "what is love")
    return "unchanged" if words.startswith(moody) else "not acted"
