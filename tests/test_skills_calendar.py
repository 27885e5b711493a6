"""The clock and the calendar: from now, elsewhere, differences, weeks, leap years, yes and no."""

from __future__ import annotations

import re

import pytest

from assistant.language.zones import zone_of
from assistant.testing import Conversation

ASKED = [
    ("what time will it be in two hours", "clock.later", "In 2 hours it will be 12:00"),
    ("in 45 minutes what time will it be", "clock.later", "10:45"),
    ("what time will it be 15 hours from now", "clock.later", "01:00 on Thursday, 5 March"),
    ("what time will it be in 2 hours in tokyo", "clock.later", "20:00 in Tokyo"),
    ("what time is 2 hours after 9 pm", "clock.later", "2 hours after 21:00 is 23:00"),
    ("what time was it half an hour ago", "clock.earlier", "09:30"),
    ("what time was it 11 hours ago", "clock.earlier", "23:00 on Tuesday, 3 March"),
    ("what time is 40 minutes before noon", "clock.earlier", "is 11:20"),
    ("what is the date in sydney", "clock.elsewhere", "20:00 on Wednesday, 4 March"),
    ("what day is it in auckland right now", "clock.elsewhere", "In Auckland it is 22:00"),
    ("what is the date and time in lagos", "clock.elsewhere", "In Lagos it is 10:00"),
    ("what time is it in brazil", "clock.elsewhere", "In Brazil it is 06:00"),
    ("what time is it in canada", "clock.elsewhere", "or it has several"),
    ("how far ahead is mumbai", "clock.difference", "Mumbai is 4 hours 30 minutes ahead of here"),
    ("how far behind is lima", "clock.difference", "Lima is 6 hours behind here: it is 04:00"),
    (
        "what is the time difference between rome and seoul",
        "clock.difference",
        "Seoul is 8 hours ahead of Rome",
    ),
    ("time difference to vienna", "clock.difference", "In Vienna it is as late as here"),
    ("if it's 9 am in madrid what time is it here", "clock.converted", "09:00 in Madrid is 09:00"),
    (
        "when it is 8 pm in dublin what time is it in chicago",
        "clock.converted",
        "20:00 in Dublin is 14:00 in Chicago",
    ),
    ("what time is it in perth when it is noon", "clock.converted", "12:00 here is 19:00 in Perth"),
    ("what time will it be in denver at 5 am", "clock.converted", "21:00 in Denver on the day bef"),
    ("what day was the day before yesterday", "clock.weekday", "was Monday, 2 March"),
    ("what was the date last thursday", "clock.weekday", "was Thursday, 26 February"),
    ("last monday's date", "clock.weekday", "was Monday, 2 March"),
    ("what day was it 10 days ago", "clock.weekday", "was Sunday, 22 February"),
    ("what is the date in two weeks", "clock.weekday", "is Wednesday, 18 March"),
    ("what dates are next weekend", "clock.dates", "14 March 2026 to Sunday, 15 March"),
    ("what year was it 5 years ago", "clock.weekday", "was Thursday, 4 March 2021"),
    ("what month was 3 months ago", "clock.weekday", "was Thursday, 4 December 2025"),
    ("is today tuesday", "clock.is_it", "^No, today is Wednesday"),
    ("is it monday or wednesday", "clock.is_it", "^Yes, today is Wednesday"),
    ("is tomorrow a friday or a saturday", "clock.is_it", "^No, that is Thursday"),
    ("how many days in february 2028", "countdown.days_in", "^29 days"),
    ("how many weeks in april", "countdown.days_in", "^30 days"),
    ("which leap years between 2021 and 2033", "countdown.leap_years", ": 2024, 2028 and 2032"),
    ("how many leap years from 2025 to 2027", "countdown.leap_years", "^No leap years from 2025"),
    ("is it wednesday today", "clock.is_it", "^Yes, today is Wednesday"),
    ("is it thursday tomorrow", "clock.is_it", "^Yes, that is Thursday"),
    ("was 1 march a sunday", "clock.is_it", "^No, that is Monday, 1 March 2027"),
    ("was 1 march 2026 a sunday", "clock.is_it", "^Yes, that was Sunday"),
    ("are we in april already", "clock.is_it", "^No"),
    ("have we reached march", "clock.is_it", "^Yes"),
    ("is it easter yet", "clock.is_it", "^No"),
    ("is it the weekend yet", "clock.is_weekend", "begins in 3 days"),
    ("is it past nine", "clock.is_past", "1 hour after 09:00"),
    ("is it noon yet", "clock.is_past", "2 hours before 12:00"),
    ("is it ten yet", "clock.is_past", "just now"),
    ("what part of the day is it", "clock.part_of_day", "morning"),
    ("how many weeks until easter", "countdown.until", "4 weeks and 4 days until"),
    ("how many hours until tomorrow", "countdown.until", "24 hours until"),
    ("how many months until 4 july", "countdown.until", "^4 months until"),
    ("how long until noon", "countdown.until_time", "2 hours until today at 12:00"),
    ("how many minutes until 11 am", "countdown.until_time", "60 minutes until"),
    ("how long until tomorrow at 8 am", "countdown.until_time", "22 hours until tomorrow"),
    ("how many years since 4 march 1990", "countdown.since", "^36 years since"),
    ("how many days from friday to sunday", "countdown.between", "^2 days from .*; 3 days with"),
    ("how many weeks between 2 march and 30 march", "countdown.between", "^4 weeks from"),
    ("how many days are there in april", "countdown.days_in", "^30 days"),
    ("how many days does 2028 have", "countdown.days_in", "^366 days"),
    ("what week is it", "countdown.week_number", "week 10 of 2026"),
    ("what week is new year's day in", "countdown.week_number", "week 53 of 2026"),
    ("what day of the year is it", "countdown.day_of_year", "day 63 of 2026; 302 days"),
    ("is this a leap year", "countdown.leap_year", "^No, 2026 is no leap year"),
    ("will 2028 be a leap year", "countdown.leap_year", "^Yes, 2028 will be a leap year"),
    ("was 1900 a leap year", "countdown.leap_year", "^No, 1900 was no"),
    ("when is the next leap year", "countdown.next_leap_year", "2028"),
    ("when was the last leap year", "countdown.last_leap_year", "2024"),
]


@pytest.mark.parametrize(("said", "intent", "reply"), ASKED, ids=[row[0] for row in ASKED])
def test_skills_calendar(say: Conversation, said: str, intent: str, reply: str) -> None:
    """Each question reaches its intent and is answered by the calendar."""
    turn = say(said)

    assert turn.understanding.intent == intent
    assert re.search(reply, turn.reply.text), turn.reply.text


NOT_COUNTED = ["how many working days until friday", "how many mondays until easter"]


@pytest.mark.parametrize("said", NOT_COUNTED)
def test_skills_calendar_counts_no_other_unit(say: Conversation, said: str) -> None:
    """What is no unit of the skill's is not counted as days."""
    assert say(said).outcome != "answered"


ZONES = [
    ("São Paulo", "America/Sao_Paulo"),
    ("London, UK", "Europe/London"),
    ("Kenya", "Africa/Nairobi"),
    ("the Netherlands", "Europe/Amsterdam"),
    ("australia", ""),
    ("atlantis", ""),
]


@pytest.mark.parametrize(("place", "zone"), ZONES)
def test_zones_of_places(place: str, zone: str) -> None:
    """Cities and countries are known with and without accents; several clocks are none."""
    assert zone_of(place) == zone
