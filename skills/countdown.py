"""Days between dates."""

from datetime import date

from assistant import Clock, DateRange, Skill, counted, spoken_date

skill = Skill("countdown", "How many days until a date, since one, or between two.")

YEAR = 365


@skill.intent(
    "how many days [are there] (until|till|to|before) {day}",
    "how many days are left (until|till|to|before) {day}",
    "how long [is it] (until|till) {day}",
    "how many weeks (until|till|to) {day}",
    "days (until|till|to) {day}",
    "countdown to {day}",
    "how far away is {day}",
    "how soon is {day}",
    "how many sleeps (until|till) {day}",
)
def until(day: date, clock: Clock) -> str:
    """Count the days until a date."""
    days = (day - clock.now().date()).days
    if days < 0:
        return f"{spoken_date(day)} was {told(-days)} ago."
    if days == 0:
        return "That is today."
    return f"{told(days)} until {spoken_date(day)}."


@skill.intent(
    "how many days since {day}",
    "how many days is it since {day}",
    "how long ago was {day}",
    "how many days have passed since {day}",
    "how long (is it|has it been) since {day}",
    "how many weeks since {day}",
)
def since(day: date, clock: Clock) -> str:
    """Count the days since a date."""
    today = clock.now().date()
    if day > today:
        # A date without its year is read as the next one; here the last one is meant.
        day = last(day, today)
    return f"{told((today - day).days)} since {spoken_date(day)}."


@skill.intent(
    "how many days {period}",
    "how many days are there {period}",
    "how many days lie {period}",
    "days {period}",
    "how long is it {period}",
)
def between(period: DateRange) -> str:
    """Count the days between two dates."""
    days = (period.end - period.start).days
    return f"{told(days)} from {spoken_date(period.start)} to {spoken_date(period.end)}."


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


def told(days: int) -> str:
    """Return days in words, with weeks where there are some."""
    weeks, rest = divmod(days, 7)
    if weeks < 2 or days > 2 * YEAR:
        return counted(days, "day")
    more = f" and {counted(rest, 'day')}" if rest else ""
    return f"{counted(days, 'day')} ({counted(weeks, 'week')}{more})"
