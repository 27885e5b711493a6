"""Tells the time, the date and the weekday, here and elsewhere."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from assistant import Clock, Settings, Skill, SkillError

skill = Skill("clock", "The time, the date, weekdays, and the time elsewhere.")

CITIES = {
    "new york": "America/New_York", "nyc": "America/New_York", "boston": "America/New_York",
    "washington": "America/New_York", "miami": "America/New_York", "atlanta": "America/New_York",
    "philadelphia": "America/New_York", "san francisco": "America/Los_Angeles",
    "la": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "california": "America/Los_Angeles", "las vegas": "America/Los_Angeles",
    "dallas": "America/Chicago", "houston": "America/Chicago", "austin": "America/Chicago",
    "montreal": "America/Toronto", "ottawa": "America/Toronto", "rio": "America/Sao_Paulo",
    "rio de janeiro": "America/Sao_Paulo", "brazil": "America/Sao_Paulo",
    "beijing": "Asia/Shanghai", "china": "Asia/Shanghai", "shenzhen": "Asia/Shanghai",
    "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "new delhi": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata", "india": "Asia/Kolkata", "japan": "Asia/Tokyo",
    "osaka": "Asia/Tokyo", "korea": "Asia/Seoul", "uk": "Europe/London",
    "england": "Europe/London", "britain": "Europe/London", "edinburgh": "Europe/London",
    "manchester": "Europe/London", "germany": "Europe/Berlin", "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "france": "Europe/Paris", "spain": "Europe/Madrid",
    "barcelona": "Europe/Madrid", "italy": "Europe/Rome", "milan": "Europe/Rome",
    "geneva": "Europe/Zurich", "switzerland": "Europe/Zurich", "russia": "Europe/Moscow",
    "st petersburg": "Europe/Moscow", "cape town": "Africa/Johannesburg",
    "south africa": "Africa/Johannesburg", "hawaii": "Pacific/Honolulu",
    "new zealand": "Pacific/Auckland", "canberra": "Australia/Sydney", "utc": "UTC", "gmt": "UTC",
}  # fmt: skip
"""Places that are not themselves the name of a zone."""


class Place:
    """A city, country or zone whose time is known."""

    examples = ("tokyo", "new york", "london", "sydney")

    def __init__(self, name: str, zone: str) -> None:
        self.name = name
        self.zone = zone

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Find the zone of a place; an unknown one has none, so that the skill can say so."""
        name = text.strip(" ?.!").removeprefix("the ")
        zone = CITIES.get(name.lower()) or _zone_named(name)
        if not name or len(name.split()) > 4:
            raise ValueError(name)
        return cls(name.title() if name.islower() else name, zone)

    def __str__(self) -> str:
        return self.name


@cache
def _zones() -> dict[str, str]:
    """Return the zones by their names and by those of their cities, in small letters."""
    zones = sorted(available_timezones(), reverse=True)
    return {key: z for z in zones for key in (z.lower().rpartition("/")[2], z.lower())}


def _zone_named(name: str) -> str:
    return _zones().get(name.lower().replace(" ", "_"), "")


def said(moment: datetime, settings: Settings) -> str:
    """Return a clock time as the user likes it."""
    if settings.time_format == "12h":
        return f"{moment:%I:%M %p}".lstrip("0").lower()
    return f"{moment:%H:%M}"


@skill.intent(
    "what time is it [now|right now]",
    "what is the time",
    "tell me the time",
    "do you have the time",
    "(how late is it|what time do we have)",
    "time please",
    "current time",
    "check the clock",
    "what does the clock say",
)
def now(clock: Clock, settings: Settings) -> str:
    """Tell the time."""
    return f"It is {said(clock.now(), settings)}."


@skill.intent(
    "what is the date [today]",
    "what is today's date",
    "what day is it [today]",
    "what day of the month is it",
    "which day is today",
    "what date do we have",
    "tell me the date",
    "today's date please",
    "what month is it",
    "what year is it",
)
def today(clock: Clock) -> str:
    """Tell today's date."""
    return f"Today is {long_date(clock.now().date())}."


@skill.intent(
    "what (weekday|day of the week) is {day}",
    "what day is {day}",
    "which day of the week is {day}",
    "what day does {day} fall on",
    "on which weekday is {day}",
    "what (date|day) is it {day}",
    "what is the date {day}",
    "what (date|day) will it be {day}",
    "what date is {day}",
    "when is {day}",
)
def weekday(day: date, clock: Clock) -> str:
    """Tell the weekday and date of a day."""
    verb = "was" if day < clock.now().date() else "is"
    return f"That {verb} {long_date(day)}."


@skill.intent(
    "what time is it in {place} [now|right now|just now|at the moment|currently]",
    "what is the current time in {place}",
    "what is the time in {place} [now|right now|just now|at the moment]",
    "tell me the time in {place}",
    "time in {place}",
    "how late is it in {place}",
    "what time do they have in {place}",
)
def elsewhere(place: Place, clock: Clock, settings: Settings) -> str:
    """Tell the time in another place."""
    if not place.zone:
        raise SkillError(f"I don't know the time zone of {place}; try a big city near it.")
    here = clock.now()
    there = here.astimezone(ZoneInfo(place.zone))
    days = (there.date() - here.date()).days
    note = {1: ", tomorrow", -1: ", yesterday"}.get(days, "")
    return f"In {place} it is {said(there, settings)} on {there:%A}{note}."


def long_date(day: date) -> str:
    """Return a date in full, e.g. Wednesday, 4 March 2026."""
    return f"{day:%A}, {day.day} {day:%B %Y}"
