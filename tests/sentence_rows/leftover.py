"""Words that change what is asked: each must be understood with the rest, or nothing is done."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sentence_rows.making import Told

TEA = "before=set a tea timer for 20 minutes"
ALARM = "before=set an alarm for 7 am"
LIST = "before=add milk, eggs and soap to my shopping list"


def left_over() -> Iterator[Told]:
    """Second values, another end, an exception, a condition, a repetition."""
    yield from timers()
    yield from alarms()
    yield from reminders()
    yield from elsewhere()
    yield from two_requests()


def timers() -> Iterator[Told]:
    yield ("set a timer for {L} and another one for {S}", "timer.*", "reply={L.shown} ; {S.shown}")
    yield ("start two timers, {L} and {S}", "timer.*", "reply={L.shown} ; {S.shown}")
    yield ("i need timers of {S} and {L}", "timer.*", "reply={L.shown} ; {S.shown}")
    yield ("a {N} timer for {L} and a {N2} timer for {S}", "timer.*", "reply={N} ; {N2}")
    yield ("set a timer until quarter past eleven", "timer.*", "reply=1 hour 15 minutes")
    yield ("start a {N} timer that ends at 10:40", "timer.*", "reply=40 minutes")
    yield ("set a timer for {L} unless it rains", "not acted")
    yield ("set a timer for {L} if dad is not home", "not acted")
    yield ("set a timer for {L} after the {N} timer", "not acted")
    yield ("start a {N} timer for {L} before every lesson", "not acted")
    yield ("set a timer for {L} every hour", "not acted")
    yield ("set a timer for either {L} or {S}", "not acted")
    yield ("set a timer for at most {L}", "not acted")
    yield ("set a timer for less than {L}", "not acted")
    yield ("set a timer of {L} per egg for 3 eggs", "not acted")
    yield ("cancel the {N} timer after {S}", "not acted", "before=set a {N} timer for {L}")
    yield ("cancel the {N} timer in {S}", "not acted", "before=set a {N} timer for {L}")
    yield ("stop the {N} timer unless it is over", "not acted", "before=set a {N} timer for {L}")
    yield (
        "cancel the timer for {N2}",
        "timer.*:failed|not acted",
        "before=set a {N} timer for {L}",
    )
    yield ("cancel every timer except {N}", "unchanged", "before=set a {N} timer for {L}")
    yield ("remove all timers but the {N} one", "unchanged", "before=set a {N} timer for {L}")
    yield ("add {S} to the {N} timer twice", "not acted", "before=set a {N} timer for {L}")
    yield ("add {S} to both timers", "not acted", "before=set a {N} timer for {L}")
    yield ("cancel the second timer", "not acted", "before=set a {N} timer for {L}")
    yield (
        "how much time was left on the {N} timer yesterday",
        "not acted",
        "before=set a {N} timer for {L}",
    )


def alarms() -> Iterator[Told]:
    yield ("set an alarm for {T} and for {T2}", "alarm.*", "reply={T.shown} ; {T2.shown}")
    yield ("wake me at {T} and again at {T2}", "alarm.*", "reply={T.shown} ; {T2.shown}")
    yield ("wake me at {T} {Y}", "alarm.*", "reply=every")
    yield ("set an alarm for {T} on {W}", "alarm.*", "reply=every")
    yield ("wake me at {T} until june", "alarm.*", "reply=every")
    yield ("wake me at {T} or a little later", "not acted")
    yield ("wake me at {T} unless i am up", "not acted")
    yield ("wake me {S} before {T}", "alarm.*", "reply=!{T.shown}")
    yield ("wake me some time after {T}", "not acted")
    yield ("wake me between {T} and {T2}", "not acted")
    yield ("set an alarm for {T} but not on sunday", "not acted")
    yield ("cancel the alarm except on friday", "not acted", ALARM)
    yield ("cancel my alarm for the next two weeks", "not acted", ALARM)
    yield ("cancel the alarm before 6 am", "not acted", ALARM)
    yield ("cancel the alarm at {T}", "not acted", "before=set an alarm for 3:33 am")
    yield ("move my alarm {S} earlier", "alarm.*", "reply=!07:00", ALARM)
    yield ("move the alarm to {T} every second day", "alarm.*", "reply=every", ALARM)
    yield ("move my alarm to {T} or {T2}", "not acted", ALARM)
    yield ("move the alarm from {T} to {T2}", "not acted", "before=set an alarm for 3:33 am")
    yield ("snooze twice", "not acted")


def reminders() -> Iterator[Told]:
    yield ("remind me {D} and {D2} to {K}", "reminder.add", "reply={D.shown} ; {D2.shown}")
    yield ("remind me to {K} {Y}", "reminder.*:asked|not acted")
    yield ("remind me {Y} at {T} to {K}", "reminder.*", "reply=every")
    yield (
        "remind me to {K} {D} at {T} and at {T2}",
        "reminder.add",
        "reply={T.shown} ; {T2.shown}",
    )
    yield ("remind me to {K} {S} before {T}", "reminder.add", "reply=!{T.shown}")
    yield ("remind me to {K} when i get home", "reminder.add:asked|not acted")
    yield ("remind me to {K} at {T} unless {P} does it", "not acted")
    yield ("remind {P} {D} at {T} to {K}", "not acted")
    yield (
        "cancel all reminders before friday",
        "unchanged",
        "before=remind me tomorrow at 5 pm to {K}",
    )
    yield (
        "cancel every reminder except {K}",
        "unchanged",
        "before=remind me tomorrow at 5 pm to {K}",
    )
    yield ("cancel the reminder to {K2}", "not acted", "before=remind me tomorrow at 5 pm to {K}")
    yield (
        "move the reminder to {K} {S} back",
        "unchanged",
        "before=remind me tomorrow at 5 pm to {K2}",
    )


def elsewhere() -> Iterator[Told]:
    yield ("add {I} but not {J} to my shopping list", "not acted")
    yield ("add {I} or {J} to my shopping list", "lists.add|not acted", "reply={I} or {J}")
    yield ("add {I} to my shopping list unless it is there", "not acted")
    yield (
        "remove {I} but not {J} from my shopping list",
        "not acted",
        "before=add {I} and {J} to my shopping list",
    )
    yield (
        "remove everything except {I} from my shopping list",
        "unchanged",
        "before=add {I} to my shopping list",
    )
    yield ("clear both lists", "unchanged", LIST)
    yield ("clear my shopping list every friday", "unchanged", LIST)
    yield ("delete the last three notes", "unchanged", "before=note that {P} likes {I}")
    yield ("delete every note but the last", "unchanged", "before=note that {P} likes {I}")
    yield ("what time is it in {S}", "clock.*", "reply=10:")
    yield ("what time was it {S} ago", "clock.*", "reply=09:")
    yield ("what time will it be {L} from now", "clock.*", "reply=!It is 10:00")
    yield ("what day is it two days before friday", "clock.*", "reply=Wednesday")
    yield ("what date is a week after tomorrow", "clock.*", "reply=12 March")
    yield ("what date is the second sunday of may", "clock.*", "reply=10 May")
    yield ("how many days until christmas without sundays", "not acted")
    yield ("how many working days until easter", "not acted")
    yield ("how many hours are there until friday", "*.*", "reply=hours")
    yield ("undo the last three things", "not acted", TEA)
    yield ("undo everything except the timer", "not acted", TEA)
    yield ("flip a coin until it is heads", "not acted")
    yield ("roll two dice and a coin", "not acted")
    yield ("roll a die that is not a six", "not acted")
    yield ("convert 5 miles to km and to feet", "not acted")
    yield ("convert 5 or 6 miles to km", "not acted")
    yield ("what is 12 plus 5 minus", "not acted")
    yield ("what is more than 15 percent of 80", "not acted")


def two_requests() -> Iterator[Told]:
    yield (
        "set a timer for {L} and add {I} to my shopping list",
        "timer.start",
        "reply={L.shown} ; Added {I}",
    )
    yield (
        "add {I} to my shopping list and set a timer for {L}",
        "lists.add",
        "reply=Added {I} ; {L.shown}",
    )
    yield (
        "wake me at {T} and remind me to {K} {D}",
        "alarm.set_alarm",
        "reply={T.shown} ; {K}",
    )
    yield (
        "tell me the time and start a {N} timer for {L}",
        "clock.now",
        "reply=It is ; {L.shown}",
    )
    yield ("cancel the {N} timer and wake me at {T}", "not acted", "before=set a {N} timer for {L}")
    yield ("note that {P} likes {I} and roll a die", "not acted")
    yield ("what is 7 times 6 and what time is it", "not acted")
    yield ("set a timer for {L} then play some music", "not acted")
    yield (
        "undo that and add {I} to my shopping list",
        "not acted",
        "before=add {J} to my shopping list",
    )
    yield (
        "remind me to {K} {D} at {T} and tell me a joke",
        "reminder.add",
        "reply={T.shown}: {K}",
    )
