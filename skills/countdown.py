"""Days, weeks and hours between dates, and what the calendar counts."""

from calendar import isleap
from datetime import date, time, timedelta
from typing import Literal

from assistant import (
    Clock,
    DateRange,
    Skill,
    counted,
    joined,
    plural,
    sentence,
    shown_number,
    spoken_date,
    spoken_length,
)

skill = Skill("countdown", "How long until a date, since one, or between two; weeks, leap years.")

YEAR = 365
DAY = 86_400

Unit = Literal["day", "week", "month", "year", "hour", "minute", "second"]

MINUTE = timedelta(minutes=1)

SECONDS = {"hour": 3_600, "minute": 60, "second": 1}


@skill.intent(
    "how many {unit} [are there|are] [left|remaining] (until|till|before) {day}",
    "how many {unit} (is it|do we have|do i have) [left] (until|till|to|before) {day}",
    "how many days to {day}",
    "how (long|much longer|much time) [is it|do we have] [left] (until|till|before) {day}",
    "how (long|much longer|much time) is left (until|till|before) {day}",
    "[the] [number of] {unit} (until|till) {day}",
    "what is the number of {unit} [remaining|left] until {day}",
    "countdown to {day}",
    "how (far away|far off|soon) is {day} [from today]",
    "how many sleeps (until|till) {day}",
)
def until(day: date, clock: Clock, unit: Unit = "day") -> str:
    """Count the days, weeks or hours until a date."""
    today = clock.now().date()
    if day < today:
        return f"{spoken_date(day)} was {told(day, today, unit)} ago."
    if day == today:
        return "That is today."
    return f"{told(today, day, unit)} until {spoken_date(day)}."


@skill.intent(
    "how (long|much longer|much time) [is it] [left] (until|till|before) {at} [{day}]",
    "how (long|much longer|much time) [is it] (until|till) {day} [at] {at}",
    "how many {unit} [are there|are] [left] (until|till|before) {at} [{day}]",
    "how many {unit} (until|till) {day} [at] {at}",
    "{unit} until {at}",
    "how (far off|soon) is {at}",
)
def until_time(at: time, clock: Clock, day: date | None = None, unit: Unit | None = None) -> str:
    """Tell how long it is until a time of day."""
    moment = clock.next(at, day)
    length = clock.until(moment)
    if length < timedelta():
        return f"{clock.spoken_moment(moment)} was {span(-length, unit)} ago."
    return f"{span(length, unit)} until {clock.spoken_moment(moment)}."


@skill.intent(
    "how many {unit} [is it|are there] since {day}",
    "how many {unit} [ago] (was|is) {day}",
    "how long ago (was|is) {day}",
    "how many {unit} have (passed|gone by) since {day}",
    "how long [is it|has it been] since {day}",
    "{unit} since {day}",
)
def since(day: date, clock: Clock, unit: Unit = "day") -> str:
    """Count the days, weeks or hours since a date."""
    today = clock.now().date()
    if day > today:
        # A date without its year is read as the next one; here the last one is meant.
        day = last(day, today)
    return f"{told(day, today, unit)} since {spoken_date(day)}."


@skill.intent(
    "how many {unit} [are there|is it] {period}",
    "how many {unit} (lie|have we got|pass) {period}",
    "[the] number of {unit} {period}",
    "days {period}",
    "how long is it {period}",
)
def between(period: DateRange, unit: Unit = "day") -> str:
    """Count the days, weeks or months between two dates."""
    ends = f"from {spoken_date(period.start)} to {spoken_date(period.end)}"
    both = f"; {counted(len(period), 'day')} with both" if unit == "day" else ""
    return f"{told(period.start, period.end, unit)} {ends}{both}."


@skill.intent(
    "how many days [are|are there] in {period}",
    "how many days (does|did|will) {period} have",
    "how many days (has|have) {period} [got]",
    "how long is [the month of] {period}",
    "the number of days in {period}",
    "how many weeks [are|are there] in {period}",
    "how many weeks does {period} have",
)
def days_in(period: DateRange) -> str:
    """Tell how many days a month, a year or another period has."""
    ends = f"from {spoken_date(period.start)} to {spoken_date(period.end)}"
    return f"{told(period.start, period.end + timedelta(days=1), 'day')}, {ends}."


@skill.intent(
    "what week [number] (is it|is this|are we in) [now]",
    "(what|which) [calendar|iso] week (is it|do we have|are we in)",
    "what is [the|this] [current] week's number",
    "what is the [current] week number [of {day}]",
    "[current] week number",
    "what week [number] is {day} [in]",
    "in (what|which) week is {day}",
    "the number of this week",
)
def week_number(clock: Clock, day: date | None = None) -> str:
    """Tell the number of the week, of today or another day."""
    seen = day or clock.now().date()
    year, week, _ = seen.isocalendar()
    subject = "This" if day is None else spoken_date(day)
    return f"{subject} is {'in ' if day else ''}week {week} of {year}."


@skill.intent(
    "(what|which) day of the year is (it|today)",
    "(what|which) day of the year is {day}",
    "what number day of the year is it",
    "how many days are left (in|of) (the|this) year",
    "how many days of the year have passed",
    "how far [are we] into the year",
)
def day_of_year(clock: Clock, day: date | None = None) -> str:
    """Tell which day of the year a day is, and how many are left."""
    seen = day or clock.now().date()
    number = seen.timetuple().tm_yday
    left = YEAR + isleap(seen.year) - number
    return f"{spoken_date(seen)} is day {number} of {seen.year}; {counted(left, 'day')} are left."


@skill.intent(
    "is {year} a leap year",
    "(was|will) {year} [be] a leap year",
    "is (it|this) a leap year [now|this year]",
    "are we in a leap year",
    "does {year} have a 29th of february",
)
def leap_year(clock: Clock, year: DateRange | None = None) -> str:
    """Tell whether a year is a leap year."""
    today = clock.now().year
    seen = year.start.year if year else today
    verb = "was" if seen < today else "is" if seen == today else "will be"
    said, article = ("Yes", "a") if isleap(seen) else ("No", "no")
    return f"{said}, {seen} {verb} {article} leap year."


@skill.intent(
    "(which|what) [years] (are|were|will be) [the] leap years {period}",
    "(which|what) years {period} (are|were|will be) leap years",
    "[list|tell me] [which|the|all] leap years {period}",
    "how many leap years [are there] {period}",
)
def leap_years(period: DateRange) -> str:
    """Tell the leap years of a period."""
    first, end = period.start.year, period.end.year
    found = [str(year) for year in range(first, end + 1) if isleap(year)]
    ends = f"from {first} to {end}" if end > first else f"in {first}"
    told = f"{counted(len(found), 'leap year')} {ends}"
    return sentence(f"{told}: {joined(found)}" if found else told)


@skill.intent(
    "(when|what year|which year) is the next leap year",
    "(when|what year|which year) will the next leap year be",
    "[the] (next|coming) leap year",
    "how long until the next leap year",
    "when do we have a leap year [again]",
)
def next_leap_year(clock: Clock) -> str:
    """Tell the next leap year."""
    year = clock.now().year
    return f"The next leap year is {next(y for y in range(year + 1, year + 9) if isleap(y))}."


@skill.intent(
    "(when|what year|which year) was the (last|previous) leap year",
    "[the] (last|previous) leap year",
    "how long ago was the last leap year",
)
def last_leap_year(clock: Clock) -> str:
    """Tell the leap year before this one."""
    year = clock.now().year
    return f"The last leap year was {next(y for y in range(year - 1, year - 9, -1) if isleap(y))}."


def last(day: date, today: date) -> date:
    """Return the last such day of a year that has come."""
    for year in range(today.year, today.year - 9, -1):
        try:
            found = day.replace(year=year)
        except ValueError:  # the 29th of February
            continue
        if found <= today:
            return found
    return day


def told(start: date, end: date, unit: Unit) -> str:
    """Return the time between two days in words: "30 days (4 weeks and 2 days)", "2 months"."""
    days = (end - start).days
    if unit in SECONDS:
        return f"{days * DAY // SECONDS[unit]:,} {plural(unit)}"
    if unit == "week":
        return pieces((days // 7, "week"), (days % 7, "day"))
    if unit in ("month", "year"):
        months = whole_months(start, end)
        rest = (end - moved(start, months)).days
        years = months // 12 if unit == "year" else 0
        return pieces((years, "year"), (months - 12 * years, "month"), (rest, "day"))
    weeks, rest = divmod(days, 7)
    if weeks < 2 or days > 2 * YEAR:
        return counted(days, "day")
    return f"{counted(days, 'day')} ({pieces((weeks, 'week'), (rest, 'day'))})"


def span(length: timedelta, unit: Unit | None) -> str:
    """Return a length in words, in hours, minutes or seconds where those were asked for."""
    if unit in SECONDS:
        number = shown_number(length / timedelta(seconds=SECONDS[unit]), 1)
        return f"{number} {unit}" if number == "1" else f"{number} {plural(unit)}"
    return spoken_length(length // MINUTE * MINUTE if length > MINUTE else length)


def pieces(*parts: tuple[int, str]) -> str:
    """Return counts with their nouns, without those of nothing."""
    return joined(counted(count, noun) for count, noun in parts if count) or f"no {parts[0][1]}s"


def whole_months(start: date, end: date) -> int:
    """Return how many whole months lie between two days."""
    months = 12 * (end.year - start.year) + end.month - start.month
    return months - (moved(start, months) > end)


def moved(day: date, months: int) -> date:
    """Return the same day some months on, or the last one of that month."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return day
