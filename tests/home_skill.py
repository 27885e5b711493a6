"""Runs a house: lights, covers, locks, scenes, players, timers; a small home of our own.

The kinds of order are those of Home Assistant's intents; the names are a made-up home's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from assistant import Clock, Percentage, Skill, Slot, Text, spoken_length

skill = Skill(
    "home", "Lights, doors, music and timers of a house.", sounds_like={"ecobee": "echo bee"}
)

Area = Literal[
    "kitchen", "office", "bedroom", "living room", "bathroom", "garage", "hallway", "dining room"
]
Light = Literal[
    "bed light", "standing light", "desk lamp", "ceiling light", "reading lamp", "porch light"
]
Device = Literal["tv", "television", "radio", "stereo", "fan", "ceiling fan", "heater", "kettle"]
Player = Literal["tv", "television", "radio", "stereo", "speaker", "music", "song"]
Cover = Literal["sliding door", "garage door", "gate", "skylight", "awning"]
Kind = Literal[
    "window", "windows", "blind", "blinds", "curtain", "curtains", "shutter", "shutters", "shades"
]
Lock = Literal["front door", "back door", "side door", "shed"]
Scene = Literal["mood lighting", "movie night", "bright morning", "dinner"]
Script = Literal["party time", "good night", "leaving home", "wake up"]
Thermostat = Literal["ecobee", "thermostat", "heating"]
Town = Literal["new york", "boston", "london", "chicago", "paris"]
Colour = Literal[
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "warm white", "brown"
]
Change = Literal["cancel", "stop", "pause", "resume", "unpause", "restart"]
State = Literal["on", "off"]
Level = Annotated[Percentage, Slot(ask="To how many percent?")]
Length = Annotated[timedelta, Slot(ask="For how long?")]

SET = "(set|change|adjust|turn|put)"
TURN = "(turn|switch|put)"
EVERY = "[all|all of|every] [the|my]"
LIGHTS = (
    f"{EVERY} "
    "({light} [in [the] {area}]|[{area}] (light|lights)|lights (in|of) [the] {area})"
)
PLACE = (
    "[the|my] ({light} [in [the] {area}]|{area} [light|lights]|lights|all [the] lights"
    "|lights (in|of) [the] {area})"
)
COVERS = f"{EVERY} ({{cover}} [in [the] {{area}}]|{{area}} {{kind}}|{{kind}} [in [the] {{area}}])"


def where(*names: str | None) -> str:
    """Return what is meant, of names that were said or not."""
    return " ".join(filter(None, names)) or "everything here"


@skill.intent(
    f"{TURN} {{state}} {LIGHTS}",
    f"{TURN} {LIGHTS} {{state}}",
    "[all|all of] [the] ({area} lights|lights [in [the] {area}]) {state}",
)
def lights(state: State, light: Light | None = None, area: Area | None = None) -> str:
    """Switch lights."""
    return f"{where(area, light)} is {state}."


@skill.intent(
    f"{TURN} {{state}} [the|my] {{device}} [in [the] {{area}}]",
    f"{TURN} [the|my] {{device}} [in [the] {{area}}] {{state}}",
    f"{TURN} {{state}} [the|my] {{area}} {{device}}",
)
def switch(state: State, device: Device, area: Area | None = None) -> str:
    """Switch a device."""
    return f"{where(area, device)} is {state}."


@skill.intent(
    f"{SET} [the] brightness [(of|in|for) {PLACE}] to {{level}}",
    f"{SET} {PLACE} [brightness] to {{level}}",
    f"(dim|brighten) {PLACE} to {{level}}",
)
def brightness(level: Level, light: Light | None = None, area: Area | None = None) -> str:
    """Set how bright lights are."""
    return f"{where(area, light)} is at {level}."


@skill.intent(
    f"{SET} [[the] (color|colour) of] {PLACE} [(color|colour)] to {{colour}}",
    f"(turn|make) {PLACE} {{colour}}",
)
def colour(colour: Colour, light: Light | None = None, area: Area | None = None) -> str:
    """Set the colour of lights."""
    return f"{where(area, light)} is {colour}."


@skill.intent(f"(open|raise) {COVERS}")
def opened(cover: Cover | None = None, kind: Kind | None = None, area: Area | None = None) -> str:
    """Open what covers."""
    return f"I open {where(area, cover, kind)}."


@skill.intent(f"(close|shut|lower) {COVERS}")
def closed(cover: Cover | None = None, kind: Kind | None = None, area: Area | None = None) -> str:
    """Close what covers."""
    return f"I close {where(area, cover, kind)}."


@skill.intent(f"(set|open|close|move) {COVERS} [position] to {{level}}")
def position(
    level: Level, cover: Cover | None = None, kind: Kind | None = None, area: Area | None = None
) -> str:
    """Set how far something is open."""
    return f"{where(area, cover, kind)} is at {level}."


@skill.intent("lock [the|my] {lock}", careful=True)
def lock(lock: Lock) -> str:
    """Lock a door."""
    return f"I lock the {lock}."


@skill.intent("unlock [the|my] {lock}", careful=True)
def unlock(lock: Lock) -> str:
    """Unlock a door."""
    return f"I unlock the {lock}."


@skill.intent("is [the|my] {lock} [currently] {is_it}", "did i (lock|unlock) [the|my] {lock}")
def is_locked(lock: Lock, is_it: Literal["locked", "unlocked"] = "locked") -> str:
    """Tell whether something is locked."""
    return f"The {lock} is {is_it}."


@skill.intent(
    "is [the|my] {cover} [in [the] {area}] [currently] {is_it}",
    "(is|are) (any|all|the|my) ({area} {kind}|{kind} [in [the] {area}]) [currently] {is_it}",
)
def is_open(
    is_it: Literal["open", "closed", "shut"],
    cover: Cover | None = None,
    kind: Kind | None = None,
    area: Area | None = None,
) -> str:
    """Tell whether something is open."""
    return f"{where(area, cover, kind)} is {is_it}."


@skill.intent(
    "(is|are) [the|any] ({light}|[{area}] lights) [currently] {state} [in [the] {room}]",
    "is [the|my] {device} [currently] {state}",
)
def is_on(
    state: State,
    light: Light | None = None,
    area: Area | None = None,
    room: Area | None = None,
    device: Device | None = None,
) -> str:
    """Tell whether something is on."""
    return f"{where(area, room, light, device)} is {state}."


@skill.intent(
    "(activate|start|set|turn on|switch on) [the] {scene} [scene]",
    "(scene|set the scene to) {scene}",
)
def scene(scene: Scene) -> str:
    """Set a scene."""
    return f"{scene} it is."


@skill.intent("(run|start|execute|launch) [the] {script} [script]")
def script(script: Script) -> str:
    """Run a script."""
    return f"{script} runs."


@skill.intent("pause [[the|my|this] {player}]", "(stop|pause) playing")
def pause(player: Player | None = None) -> str:
    """Pause what plays."""
    return f"{where(player)} waits."


@skill.intent(
    "(resume|unpause) [[the|my|this] {player}]",
    "(play|continue) [the|my] {player}",
    "(continue|go on) playing",
)
def play(player: Player | None = None) -> str:
    """Play, or go on with what waits."""
    return f"{where(player)} plays."


@skill.intent("mute [[the|my] {player}]")
def mute(player: Player | None = None) -> str:
    """Make it silent."""
    return f"{where(player)} is silent."


@skill.intent(
    "(skip|skip to the) [(this|the)] [next] (song|track|one) [on [the] {player}]",
    "(next|skip) [song|track] [on [the] {player}]",
)
def following(player: Player | None = None) -> str:
    """Play what comes next."""
    return f"Next on {where(player)}."


@skill.intent(
    "(previous|last) (song|track) [on [the] {player}]", "(go back|back) (a|one) (song|track)"
)
def previous(player: Player | None = None) -> str:
    """Play what came before."""
    return f"The last one on {where(player)}."


@skill.intent(
    f"{SET} [the] volume [(of|on) [the] {{player}}] to {{level}}",
    f"{SET} [the|my] {{player}} [volume] to {{level}}",
)
def volume(level: Level, player: Player | None = None) -> str:
    """Set how loud it is."""
    return f"{where(player)} is at {level}."


@skill.intent(
    "turn [the] volume {way}", "turn {way} [the] volume", "turn [the] {player} {way}",
    "turn {way} [the] {player}",
)  # fmt: skip
def louder(way: Literal["up", "down"], player: Player | None = None) -> str:
    """Make it louder or softer."""
    return f"{where(player)} goes {way}."


@skill.intent(
    "(set|start|create|make) [a|the] timer (for|of) {length}",
    "(set|start|create|make) [a|the] {length} timer",
    "timer [for] {length}",
)
def timer(length: Length) -> str:
    """Start a timer."""
    return f"{spoken_length(length)}."


@skill.intent("{does} [the|my] timer")
def change(does: Change) -> str:
    """Change the timer that runs."""
    return f"I {does} it."


@skill.intent("{does} (all|every) [of] [the|my] (timer|timers)", "{does} (the|my) timers")
def change_all(does: Change) -> str:
    """Change all timers that run."""
    return f"I {does} them."


@skill.intent(
    "[the] status of [the|my] timer", "(timer|timers) status",
    "how much time is left [on [the|my] timer]", "check [the|my] timer",
)  # fmt: skip
def left() -> str:
    """Tell how much time is left."""
    return "Some."


@skill.intent(
    "what is [the] (temp|temperature) [in [the] {area}]",
    "what is [the] (temp|temperature) (of|on) [the] {thermostat}",
    "what is [the] ({area}|{thermostat}) (temp|temperature)",
    "how (hot|cold|warm) is (it|it in [the] {area}|[the] {area})",
)
def temperature(area: Area | None = None, thermostat: Thermostat | None = None) -> str:
    """Tell how warm it is."""
    return f"It is 20 degrees in {where(area, thermostat)}."


@skill.intent(
    f"{SET} [the] (temperature|{{thermostat}}) [in [the] {{area}}] to {{degrees}} [degrees]",
    "(heat|cool) [the] {area} to {degrees} [degrees]",
)
def heat(degrees: int, area: Area | None = None, thermostat: Thermostat | None = None) -> str:
    """Set how warm it shall be."""
    return f"{where(area, thermostat)} will have {degrees} degrees."


@skill.intent(
    "what is [the] weather [like|forecast] [in {town}]", "what is [the] {town} weather",
    "how is [the] weather [in {town}]",
)  # fmt: skip
def weather(town: Town | None = None) -> str:
    """Tell the weather."""
    return f"It rains in {where(town)}."


@skill.intent("what time is it", "what is the time")
def time_of_day(clock: Clock) -> str:
    """Tell the time."""
    return f"{clock.now():%H:%M}."


@skill.intent("what is (today's|the) date [today]", "what (day|date) is (it|today)")
def day(clock: Clock) -> str:
    """Tell the day."""
    return told(clock.now())


@skill.intent("(start|stop|pause) [the] vacuum [in [the] {area}]", "vacuum [the] {area}",
              "(send|return) [the] vacuum [home|to its dock]")  # fmt: skip
def vacuum(area: Area | None = None) -> str:
    """Clean the floor."""
    return f"The vacuum knows about {where(area)}."


@skill.intent("(broadcast|announce) [that] {message}")
def broadcast(message: Text) -> str:
    """Say something everywhere."""
    return f"“{message}”."


@skill.intent("(add|put) {item} (to|on) [my|the] {which} [list]")
def todo(item: Text, which: Literal["shopping", "chores", "to do", "groceries"]) -> str:
    """Put something on a list."""
    return f"{item} is on {which}."


@skill.intent("never mind", "forget it")
def nothing() -> str:
    """Do nothing."""
    return "All right."


def told(now: datetime) -> str:
    """Return a day as one says it."""
    return f"{now:%A}, {now.day} {now:%B}."
