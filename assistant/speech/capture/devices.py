"""The microphones PortAudio knows, chosen by name, and its errors in plain words."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from assistant.errors import SpeechError

INSTALL = {
    "apt-get": "sudo apt install libportaudio2",
    "dnf": "sudo dnf install portaudio",
    "pacman": "sudo pacman -S portaudio",
    "zypper": "sudo zypper install libportaudio2",
    "apk": "sudo apk add portaudio",
}
"""How PortAudio is installed, by the program that does."""

SERVERS = ("default", "pipewire", "pulse", "sysdefault")
"""What a sound server calls itself: taken where the system names no microphone."""

UNAVAILABLE = -9985
"""PortAudio's code for a device that another program holds (paDeviceUnavailable)."""

UNFIT = (-9993, -9994, -9997, -9998)
"""PortAudio's codes for a rate, format or number of channels the device doesn't take."""

_ONE_AT_A_TIME = threading.RLock()
"""Two threads that put standard error aside at once would lose it."""


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone: its name, channels, usual rate, and whether the system takes it itself.

    ``index`` is its number in PortAudio's list of the moment.
    """

    name: str
    channels: int
    rate: float
    default: bool = False
    index: int = -1


def portaudio() -> Any:
    """Return sounddevice, which starts PortAudio. Raises SpeechError with the command to type."""
    try:
        with _ONE_AT_A_TIME:  # the import puts standard error aside too
            import sounddevice
    except ImportError as error:
        raise SpeechError(
            f"The microphone needs sounddevice ({error}): {sys.executable} -m pip install "
            "sounddevice."
        ) from error
    except OSError as error:
        raise SpeechError(
            f"The microphone needs the PortAudio library ({error}): {portaudio_command()}"
        ) from error
    except Exception as error:  # PortAudioError, of a module that was not imported to the end
        raise SpeechError(
            f"PortAudio does not start ({error}): restart the sound server."
        ) from error
    return sounddevice


def portaudio_command() -> str:
    """Return the command that installs the PortAudio library on this system."""
    if platform.system() != "Linux":
        return f"{sys.executable} -m pip install --force-reinstall sounddevice"
    found = (command for program, command in INSTALL.items() if shutil.which(program))
    return next(found, "install the package portaudio")


def rescan() -> None:
    """Look for devices anew. Ends every open stream of this process.

    PortAudio lists them once, when it starts; sounddevice has no public name for starting it
    again (its documentation of ``query_devices`` names none), hence the private ones.
    """
    sounddevice = portaudio()
    with quiet():
        try:
            sounddevice._terminate()
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise SpeechError(
                f"PortAudio does not start again ({error}): restart the sound server."
            ) from error


def devices() -> list[Device]:
    """Return the microphones as PortAudio lists them. Raises SpeechError without PortAudio."""
    sounddevice = portaudio()
    usual = _default_index(sounddevice)
    return [
        Device(
            name=str(each["name"]),
            channels=int(each["max_input_channels"]),
            rate=float(each["default_samplerate"]),
            default=index == usual,
            index=index,
        )
        for index, each in enumerate(sounddevice.query_devices())
        if each["max_input_channels"] > 0
    ]


def choose(name: str, among: list[Device]) -> Device:
    """Return the device of that name, or with that part in its name; empty takes the system's.

    Raises SpeechError listing the names. One device may be listed by several drivers: the
    system's own comes first.
    """
    if not among:
        raise SpeechError(no_device())
    if not name:
        return _usual(among)
    wanted = name.casefold()
    for fits in (
        [each for each in among if each.name.casefold() == wanted],
        [each for each in among if wanted in each.name.casefold()],
    ):
        if fits:
            return next((each for each in fits if each.default), fits[0])
    raise SpeechError(
        f"There is no microphone “{name}”; there are: {', '.join(names(among))}. "
        "Choose one: assistant settings set microphone NAME."
    )


def names(among: list[Device]) -> list[str]:
    """Return the names, each once."""
    return list(dict.fromkeys(each.name for each in among))


def no_device() -> str:
    """Return the sentence for a system without any microphone."""
    mend = {
        "Linux": "plug one in, or start the sound server (systemctl --user start pipewire-pulse)",
        "Darwin": "plug one in and choose it in System Settings > Sound > Input",
        "Windows": "plug one in and switch it on in Settings > System > Sound > Input",
    }
    return f"No microphone was found: {mend.get(platform.system(), 'plug one in')}."


def why_not(device: Device, error: Exception) -> str:
    """Return why a device does not open, and what to do, in one sentence."""
    host = error.args[2][2] if len(error.args) > 2 else ""
    said = f"{error.args[0]} {host}".strip() if error.args else "no reason given"
    text = said.casefold()
    if _code(error) == UNAVAILABLE or "busy" in text:
        return f"The microphone {device.name} is busy: close the other program that uses it."
    if "permission" in text or "denied" in text or "not permitted" in text:
        return f"The microphone {device.name} may not be used: {permission()}."
    return (
        f"The microphone {device.name} can't be opened ({said}): see assistant voice "
        "doctor, or choose another by assistant settings set microphone NAME."
    )


def permission() -> str:
    """Return how this system is told to let a program use the microphone."""
    return {
        "Linux": "sudo usermod -aG audio $USER, then log in again",
        "Darwin": "allow the terminal in System Settings > Privacy & Security > Microphone",
        "Windows": "allow desktop apps in Settings > Privacy & security > Microphone",
    }.get(platform.system(), "allow this program to use it")


def unfit(error: Exception) -> bool:
    """Tell whether another rate or number of channels may open it."""
    return _code(error) in UNFIT


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what C libraries print to standard error away (ALSA does, device by device)."""
    with _ONE_AT_A_TIME:
        try:
            kept = os.dup(2)
        except OSError:  # there is none
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


def _code(error: Exception) -> int:
    return error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else 0


def _default_index(sounddevice: Any) -> int:
    try:
        return int(sounddevice.query_devices(kind="input")["index"])
    except (sounddevice.PortAudioError, ValueError, KeyError):
        return -1


def _usual(among: list[Device]) -> Device:
    by_name = {each.name: each for each in reversed(among)}
    servers = (by_name[name] for name in SERVERS if name in by_name)
    return next((each for each in among if each.default), next(servers, among[0]))
