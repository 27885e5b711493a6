"""The time zones of places that are not themselves the name of one, and zones said of a time."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from assistant.language.tokens import Words, word

PLACES = {
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


def zone_of(place: str) -> str:
    """Return the IANA zone of a city or country, e.g. "Asia/Tokyo"; "" for one not known."""
    name = place.lower().strip(" ?.!").removeprefix("the ")
    return PLACES.get(name) or _zones().get(name.replace(" ", "_"), "")


LETTERS = frozenset(
    "utc gmt zulu bst ist wet west cet cest eet eest msk est edt cst cdt mst mdt pst pdt akst akdt "
    "hst jst kst sgt hkt aest aedt acst awst nzst nzdt".split()
)
"""Zones by their letters, which no other word is."""

LONGEST = 3
"""Words of a place's name before "time"."""


def zone_at(words: Words, i: int) -> bool:
    """Tell whether the name of a zone stands at a place: "EST", "eastern time", "tokyo time"."""
    if word(words, i) in LETTERS:
        return True
    ends = [k for k in range(i + 1, i + LONGEST + 2) if word(words, k) == "time"]
    return bool(ends) and _names_a_zone(words, i, ends[0])


def zone_before(words: Words, i: int) -> bool:
    """Tell whether the name of a zone ends before a place."""
    if word(words, i - 1) in LETTERS:
        return True
    starts = range(max(i - 1 - LONGEST, 0), i - 1) if word(words, i - 1) == "time" else ()
    return any(_names_a_zone(words, k, i - 1) for k in starts)


def _names_a_zone(words: Words, i: int, j: int) -> bool:
    said = [word(words, k) for k in range(i, j)]
    name = " ".join(each for each in said if each not in ("standard", "daylight"))
    return bool(name) and bool(zone_of(name))


@cache
def _zones() -> dict[str, str]:
    """Return the zones by their names and by those of their cities, in small letters."""
    zones = sorted(available_timezones(), reverse=True)
    return {key: z for z in zones for key in (z.lower().rpartition("/")[2], z.lower())}
