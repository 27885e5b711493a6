"""The time zones of places that are not themselves the name of one."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

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


@cache
def _zones() -> dict[str, str]:
    """Return the zones by their names and by those of their cities, in small letters."""
    zones = sorted(available_timezones(), reverse=True)
    return {key: z for z in zones for key in (z.lower().rpartition("/")[2], z.lower())}
