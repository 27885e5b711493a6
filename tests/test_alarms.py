"""Alarms, reminders and the agenda in talks: what repeats, is skipped, moved, missed, asked."""

from __future__ import annotations

import pytest

from assistant.testing import Conversation
from assistant.turn import Utterance

Talk = list[tuple[str, str]]

TALKS: dict[str, Talk] = {
    "an alarm repeats on weekdays": [
        ("wake me every weekday at seven", "every weekday at 07:00, next: tomorrow"),
        ("my alarms", "- every weekday at 07:00, next: tomorrow"),
        ("undo", "Undone"),
        ("my alarms", "No alarm is set"),
    ],
    "days without an hour ask for it": [
        ("wake me every monday", "For what time?"),
        ("at half past six", "every Monday at 06:30, next: Monday"),
    ],
    "an hour without days asks for them": [
        ("set a recurring alarm for 8 am", "On which days?"),
        ("on tuesdays", "every Tuesday at 08:00"),
    ],
    "early hours of waking stay early": [
        ("wake me every weekday at 6", "every weekday at 06:00"),
        ("remind me to tidy up every weekday at 6", "every weekday at 18:00"),
    ],
    "some times a day asks for the hours": [
        ("wake me twice a day", "At what time first?"),
        ("at 8", "every day at 08:00 and 20:00, next: today"),
        ("my alarms", "every day at 08:00 and 20:00"),
        ("remind me to drink three times a day", "At what time first?"),
        ("7 am", "every day at 07:00, 15:00 and 23:00, next: today: drink"),
    ],
    "one day is left out": [
        ("wake me every day at 7", "next: tomorrow"),
        ("skip tomorrow's alarm", "Skipped tomorrow at 07:00; after it comes Friday at 07:00"),
        ("my alarms", "next: Friday"),
        ("undo", "Undone"),
        ("my alarms", "next: tomorrow"),
        ("skip saturday's alarm", "Skipped Saturday at 07:00; after it comes Sunday"),
        ("my alarms", "next: tomorrow"),
    ],
    "one of several on a day is asked for": [
        ("wake me every day at 7", "set"),
        ("wake me every day at 8", "set"),
        ("skip tomorrow's alarm", "Which one: every day at 07:00 or every day at 08:00?"),
        ("the second", "Skipped tomorrow at 08:00; after it comes Friday at 08:00"),
        ("what's on tomorrow", "- tomorrow at 07:00: alarm"),
    ],
    "one of several that repeat is asked for": [
        ("wake me every day at 7", "set"),
        ("wake me every weekday at 9", "set"),
        ("skip the alarm", "Which one: every day at 07:00 or every weekday at 09:00?"),
        ("the second", "Skipped tomorrow at 09:00; after it comes Friday at 09:00"),
    ],
    "of several times a day one is left out": [
        ("wake me every two hours", "next: today at 12:00"),
        ("skip the alarm", "Skipped today at 12:00; after it comes today at 14:00"),
        ("what's on today", "- today at 14:00: alarm"),
        ("skip tomorrow's alarm", "Skipped tomorrow; after it comes Friday at 00:00"),
        ("what's on tomorrow", "Nothing is set for tomorrow"),
        ("what's on today", "- today at 14:00: alarm"),
    ],
    "of some hours a day one is left out": [
        ("wake me twice a day", "At what time first?"),
        ("at 8", "every day at 08:00 and 20:00, next: today"),
        ("skip the alarm", "Skipped today at 20:00; after it comes tomorrow at 08:00"),
        ("cancel the alarm", "Only the next one (tomorrow at 08:00), or all of them"),
        ("just the next", "Skipped tomorrow at 08:00; after it comes tomorrow at 20:00"),
        ("skip saturday's alarm", "Skipped Saturday; after it comes Sunday at 08:00"),
        ("my alarms", "next: tomorrow"),
    ],
    "the agenda has what was moved to another day": [
        ("wake me every monday at 7", "next: Monday"),
        ("move my alarm to friday", "next: Friday"),
        ("what's on friday", "- Friday at 07:00: alarm"),
        ("what's on monday", "Nothing is set for Monday"),
        ("push the alarm back by 30 minutes", "every Monday at 07:30, next: Friday"),
        ("move my alarm to monday", "every Monday at 07:30, next: Monday"),
        ("skip the alarm", "Skipped Monday at 07:30; after it comes Monday, 16 March at 07:30"),
    ],
    "some hours a day move together": [
        ("wake me twice a day", "At what time first?"),
        ("at 8", "every day at 08:00 and 20:00, next: today"),
        ("move my alarm to 9 am", "every day at 09:00 and 21:00, next: today"),
        ("what's on tomorrow", "- tomorrow at 09:00: alarm\n- tomorrow at 21:00: alarm"),
        ("push the alarm back by 30 minutes", "every day at 09:30 and 21:30, next: today"),
        ("move my alarm to friday", "It rings several times a day: name another hour"),
        ("push the alarm back by 4 hours", "every day at 01:30 and 13:30, next: tomorrow"),
        ("skip the alarm", "Skipped tomorrow at 01:30; after it comes tomorrow at 13:30"),
    ],
    "what comes each hour moves with all its times": [
        ("wake me every hour", "next: today at 11:00"),
        ("push the alarm back by 30 minutes", "next: today at 11:30"),
        ("skip the alarm", "Skipped today at 11:30; after it comes today at 12:30"),
        ("push the alarm back by 10 minutes", "next: today at 12:40"),
        ("skip the alarm", "Skipped today at 12:40; after it comes today at 13:40"),
    ],
    "past midnight its days move too": [
        ("wake me every monday at 23:50", "every Monday at 23:50"),
        ("push the alarm back by 20 minutes", "every Tuesday at 00:10, next: Tuesday"),
        ("skip the alarm", "after it comes Tuesday, 17 March at 00:10"),
        ("undo", "Undone"),
        ("undo", "Undone"),
        ("my alarms", "every Monday at 23:50"),
        ("cancel the alarm", "Only the next one"),
        ("all of them", "cancelled"),
        ("wake me on the 31st of every month at 23:50", "for the 31st of every month"),
        ("push the alarm back by 20 minutes", "falls on other days; cancel it and set it anew"),
        ("push the alarm back by 5 minutes", "at 23:55"),
    ],
    "some times moved are no more than before": [
        ("wake me every day at 7, 3 times", "every day at 07:00, 3 times, next: tomorrow"),
        ("skip the alarm", "Skipped tomorrow"),
        ("move my alarm to 8 am", "every day at 08:00, 3 times, next: Friday"),
        ("what's on saturday", "- Saturday at 08:00: alarm"),
        ("what's on sunday", "Nothing is set for Sunday"),
    ],
    "what would ring in the past rings the next time": [
        ("wake me every day at 11 am", "next: today"),
        ("push the alarm forward by 2 hours", "every day at 09:00, next: tomorrow"),
    ],
    "what is paused rings at no known moment": [
        ("set a timer for 20 minutes", "set"),
        ("pause the timer", "paused"),
        ("what's on today", "Nothing is set for today"),
        ("what have i set", "timer: paused"),
    ],
    "of a part of a day only those times are cancelled": [
        ("wake me every two hours", "next: today at 12:00"),
        ("cancel everything this evening", "Cancel 1 alert today from 17:00 to midnight: alarm?"),
        ("yes", "Cancelled 1 alert"),
        ("what's on this evening", "Nothing is set"),
        ("my alarms", "next: today at 12:00"),
        ("undo", "Undone"),
        ("what's on this evening", "- today at 18:00: alarm"),
    ],
    "what repeats ends": [
        ("wake me every day at 7", "set"),
        ("only this week", "every day at 07:00 until 8 March 2026, next: tomorrow"),
        ("undo", "Undone"),
        ("my alarms", "- every day at 07:00, next: tomorrow"),
    ],
    "the next one or all are cancelled": [
        ("wake me every day at 7", "set"),
        ("cancel the alarm", "Only the next one (tomorrow at 07:00), or all of them"),
        ("just the next", "Skipped tomorrow at 07:00"),
        ("cancel the alarm", "Only the next one (Friday at 07:00)"),
        ("all of them", "Alarm every day at 07:00 cancelled"),
        ("my alarms", "No alarm is set"),
    ],
    "named by its days it is cancelled whole": [
        ("wake me every weekday at 7", "set"),
        ("set an alarm for 9 pm", "set"),
        ("stop the weekday alarm", "cancelled"),
        ("my alarms", "- today at 21:00"),
    ],
    "another rule": [
        ("set an alarm for 8 am", "tomorrow at 08:00"),
        ("change my alarm to repeat every weekday", "every weekday at 08:00, next: tomorrow"),
        ("move my alarm to 9 am", "every weekday at 09:00"),
    ],
    "after a length": [
        ("wake me in 8 hours", "Alarm set for today at 18:00"),
        ("no, 9 hours", "Alarm set for today at 19:00"),
        ("alarm in 20 minutes", "today at 10:20"),
    ],
    "by a name": [
        ("set an alarm called gym for 6 pm", "Gym alarm set for today at 18:00"),
        ("set a tea alarm for 5 pm", "Tea alarm set for today at 17:00"),
        ("cancel the gym alarm", "Alarm for gym cancelled"),
        ("my alarms", "- tea: today at 17:00"),
    ],
    "a day after the time, and before it": [
        ("set an alarm for 5 pm tomorrow", "Alarm set for tomorrow at 17:00"),
        ("set an alarm for friday at 6 am", "Alarm set for Friday at 06:00"),
        ("cancel the friday alarm", "cancelled"),
        ("move my alarm to saturday at 8 am", "Alarm moved to Saturday at 08:00"),
    ],
    "a part of the day": [
        ("wake me at 7 tomorrow evening", "tomorrow at 19:00"),
        ("set an alarm for tomorrow morning", "For what time?"),
        ("8", "tomorrow at 08:00"),
    ],
    "earlier and later": [
        ("set an alarm for 8 am", "tomorrow at 08:00"),
        ("push the alarm back by 10 minutes", "Alarm moved to tomorrow at 08:10"),
        ("make it an hour earlier", "Alarm moved to tomorrow at 07:10"),
        ("alarm sooner", "By how much?"),
        ("ten minutes", "Alarm moved to tomorrow at 07:00"),
    ],
    "what has passed is asked": [
        ("set an alarm for 9 am", "tomorrow"),
        ("wake me at 9 am today", "Today at 09:00 has passed. For what time?"),
        ("11 am", "today at 11:00"),
        ("remind me to jump yesterday", "has passed. When?"),
        ("in an hour", "today at 11:00: jump"),
    ],
    "an answer with more": [
        ("set an alarm", "For what time?"),
        ("7 in the morning on friday", "Alarm set for Friday at 07:00."),
        ("set an alarm for 7", "today at 19:00"),
        ("no, in the morning", "tomorrow at 07:00"),
        ("set an alarm for 6 pm called gym", "Gym alarm set for today at 18:00"),
        ("set two alarms for 8 pm and 9 pm", "Alarms set for today at 20:00 and today at 21:00"),
        ("in 90 minutes remind me to call the plumber", "today at 11:30: call the plumber"),
    ],
    "another kind of answer": [
        ("set an alarm", "For what time?"),
        ("in 8 hours", "today at 18:00"),
        ("remind me to water the plants", "When?"),
        ("every day at 9", "every day at 09:00, next: tomorrow: water the plants"),
    ],
    "is there one": [
        ("is there an alarm for 7", "No alarm is set"),
        ("set an alarm for 7 pm", "set"),
        ("is there an alarm set for 7 pm", "today at 19:00"),
        ("when is my next alarm", "Today at 19:00"),
    ],
    "reminders repeat": [
        ("remind me to put the bins out every other tuesday at 9", "every other Tuesday at 09:00"),
        ("remind me every day to stretch", "At what time?"),
        ("noon", "every day at 12:00, next: today: stretch"),
        ("skip the reminder about the bins", "after it comes Tuesday, 24 March"),
        ("cancel the stretch reminder", "Reminder “stretch” cancelled"),
    ],
    "a reminder moves": [
        ("remind me to call mum tomorrow at 6 pm", "tomorrow at 18:00"),
        ("move the reminder about mum to friday", "Friday at 18:00: call mum"),
        ("postpone the reminder by 30 minutes", "Friday at 18:30"),
        ("push the reminder forward by 2 hours", "Friday at 16:30"),
    ],
    "a reminder of a day moves": [
        ("remind me to call mum on friday at 6 pm", "Friday at 18:00"),
        ("remind me to call dad on saturday at 6 pm", "Saturday at 18:00"),
        ("move my reminder from saturday to sunday", "Sunday at 18:00: call dad"),
        ("move my reminder from monday to sunday", "No reminder rings Monday"),
    ],
    "one time of a reminder": [
        ("remind me to stretch every day at 4 pm", "every day at 16:00"),
        ("move tomorrow's reminder to 5 pm", "tomorrow at 17:00: stretch, only this once"),
        ("don't remind me to stretch on friday", "Skipped Friday at 16:00"),
        ("my reminders", "every day at 16:00, next: today\n- stretch: tomorrow at 17:00"),
        ("undo", "don't remind me to stretch on friday"),
        ("undo", "move tomorrow's reminder to 5 pm"),
        ("what reminders do i have for tomorrow", "- tomorrow at 16:00: stretch"),
    ],
    "one time of an alarm": [
        ("wake me every friday at 7 am", "every Friday at 07:00"),
        ("move my friday alarm to 8", "Alarm moved to every Friday at 08:00, next: Friday."),
        ("move my alarm to saturday at 9", "Saturday at 09:00, only this once"),
        ("move sunday's alarm to 9", "No alarm rings Sunday"),
        ("cancel my friday alarm", "No alarm rings Friday"),
    ],
    "several times a day stay": [
        ("wake me every 2 hours", "every other hour"),
        ("move tomorrow's alarm to 9:30", "several times a day"),
    ],
    "appointments by name": [
        ("i have a dentist appointment on friday at 3 pm", "Friday at 15:00: dentist appointment"),
        ("i have a meeting with tom on friday at 10 am", "meeting with tom"),
        ("when is the meeting with tom", "meeting with tom: Friday at 10:00"),
        ("move my dentist appointment to 4 pm", "Friday at 16:00: dentist appointment"),
        ("cancel my meeting with anna", "No reminder is “anna”"),
        ("cancel the dentist appointment on friday", "(dentist appointment) cancelled"),
        ("my reminders", "- meeting with tom: Friday at 10:00"),
    ],
    "the agenda": [
        ("what's on tomorrow", "Nothing is set for tomorrow"),
        ("remind me to call mum tomorrow at 5 pm", "set"),
        ("wake me every weekday at 7", "set"),
        ("what's on tomorrow", "tomorrow at 07:00: alarm\n- tomorrow at 17:00: call mum (remind"),
        ("what do i have on saturday", "Nothing is set for Saturday"),
        ("what's on tomorrow night", "Nothing is set for tomorrow from 18:00 to midnight"),
        ("what have i set", "call mum (reminder): tomorrow at 17:00"),
    ],
    "an event is a reminder": [
        ("add a meeting with tom to my calendar tomorrow at 3", "I keep no calendar, so it is a"),
        ("my reminders", "meeting with tom: tomorrow at 15:00"),
    ],
    "a day that no month has": [
        ("wake me on 31 april at 7", "There is no 31 April: it has 30 days. Name another day."),
        ("remind me to pay the rent on the 30th of february", "There is no 30 February"),
        ("remind me to pay the rent", "When?"),
        ("on 29 february 2027", "There is no 29 February 2027: it has 28 days. I didn't get"),
        ("on 29 february 2028", "29 February 2028 at 09:00: pay the rent"),
    ],
    "all alerts": [
        ("cancel all my alerts", "Nothing is set"),
        ("set a timer for 5 minutes", "set"),
        ("wake me every day at 7", "set"),
        ("cancel all my alerts", "Cancel 2 alerts: timer and alarm?"),
        ("no", "cancel nothing"),
        ("cancel the alerts for friday", "Cancel 1 alert Friday: alarm?"),
        ("yes", "Cancelled 1 alert"),
        ("what's on friday", "Nothing is set for Friday"),
        ("what's on saturday", "alarm"),
        ("cancel all my alerts", "Cancel 2 alerts"),
        ("yes", "Cancelled 2 alerts"),
        ("my alarms", "No alarm is set"),
    ],
}


@pytest.mark.parametrize("name", TALKS)
def test_alarms_in_a_talk(say: Conversation, name: str) -> None:
    """Each line is answered with what stands beside it."""
    for said, told in TALKS[name]:
        reply = say(said).reply.text
        assert told in reply, f"{said} -> {reply}"


def test_alarms_what_rang_is_snoozed_dismissed_and_missed(say: Conversation) -> None:
    """What rang of a series is snoozed alone; dismissing tells the truth; late ones are missed."""
    say("wake me every day at 11 am")
    assert say("stop ringing").reply.text == "Nothing is ringing."
    say.clock.advance(hours=1)
    assert [alarm.message for alarm in say.ring()] == ["Wake up."]
    assert say("snooze for 5 minutes").reply.text == "Snoozed until 11:05."
    say.clock.advance(minutes=5)
    assert len(say.ring()) == 1
    assert say("snooze until half past eleven").reply.text == "Snoozed until 11:30."
    say.clock.advance(minutes=25)
    assert len(say.ring()) == 1
    assert say("stop").reply.text == "OK, it is quiet."
    assert say("dismiss it").reply.text == "Nothing is ringing."
    assert "Nothing rang while you were away" in say("what did i miss").reply.text
    say.clock.advance(days=3)
    (rung,) = say.ring()
    assert rung.due.day == 7
    assert say("what did i miss").reply.text == "- today at 11:00: Wake up."
    assert "next: tomorrow" in say("my alarms").reply.text


def test_alarms_the_next_is_the_one_that_was_named(say: Conversation) -> None:
    """Where it rang before the answer came, no other time is skipped in its place."""
    say("wake me every day at 11 am")
    assert "Only the next one (today at 11:00)" in say("cancel the alarm").reply.text
    say.clock.advance(hours=2)
    assert len(say.ring()) == 1
    assert "no longer rings today at 11:00" in say("just the next").reply.text
    assert "next: tomorrow" in say("my alarms").reply.text


def test_alarms_only_what_was_named_is_cancelled(say: Conversation) -> None:
    """What was set in another window after the question stays as it is."""
    say("wake me every day at 7")
    assert "Cancel 1 alert tomorrow" in say("cancel everything tomorrow").reply.text
    other = say.assistant.open_session("other")
    later = Utterance("wake me every day at 9", say.clock())
    assert "set" in say.assistant.respond(later, other.id).reply.text
    assert "Cancelled 1 alert" in say("yes").reply.text
    assert say("what's on tomorrow").reply.text == "- tomorrow at 09:00: alarm"


def test_alarms_every_time_is_on_the_agenda_between_two_seconds(say: Conversation) -> None:
    """What comes after hours is on the agenda and can be skipped, wherever in a second it began."""
    say.clock.advance(milliseconds=1500)
    say("wake me every two hours")
    say.reopen()
    assert say("what's on today").reply.text == "- today at 12:00: alarm"
    assert "after it comes today at 14:00" in say("skip the alarm").reply.text
    say.reopen()
    say.clock.advance(hours=3)
    assert say.ring() == []
    say.clock.advance(hours=2)
    assert [each.due.hour for each in say.ring()] == [14]


def test_alarms_say_the_time_at_which_they_ring(say: Conversation) -> None:
    """What rings tells no time that it was set to before; of several a day it tells none."""
    say("set an alarm for 11 am")
    say("move my alarm to 11:30 am")
    say.clock.advance(minutes=90)
    assert [each.message for each in say.ring()] == ["Wake up, it is 11:30."]
    say("snooze for 10 minutes")
    say.clock.advance(minutes=10)
    assert [each.message for each in say.ring()] == ["Wake up, it is 11:40."]
    say("set an alarm for 1 pm called pills")
    say("change my alarm to repeat every day")
    say.clock.advance(hours=2)
    assert [each.message for each in say.ring()] == ["Pills."]


def test_alarms_undo_after_a_restart_restores_the_rule(say: Conversation) -> None:
    """What was changed of a rule comes back with undo, also after a restart."""
    say("wake me every weekday at 7")
    say("skip tomorrow's alarm")
    say.reopen()
    assert "next: Friday" in say("my alarms").reply.text
    say("undo")
    assert "every weekday at 07:00, next: tomorrow" in say("my alarms").reply.text
