"""What `assistant voice doctor` tries: microphone, loudness, speech model, voice, in turn."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from assistant import paths
from assistant import settings as settings_file
from assistant.doors import devices
from assistant.errors import SpeechError
from assistant.measuring.checks import Check
from assistant.settings import Settings
from assistant.speech.recognizer import SpeechModel, transcript
from assistant.speech.sound import FRAME_SECONDS

if TYPE_CHECKING:
    from assistant.speech.capture.devices import Device
    from assistant.speech.capture.levels import Levels
    from assistant.speech.events import Notice

SENTENCE = "This is how I read replies. It is 3 °C, and your timer rings at 06:30."
"""What the voice says: figures and signs are in it."""

BETTER = "assistant models get lists larger ones, which hear better"
"""What is told of the model that comes along."""

EXAMPLE = "set a timer for ten minutes"

PART = 2 * 4000
"""Bytes that are heard at once: a quarter of a second."""

SERVERS = ("default", "pulse", "pipewire", "sysdefault")
"""Devices that stand for the sound server's own choice."""


@dataclass
class Findings:
    """What was found out, as ``--json`` prints it."""

    checks: list[Check] = field(default_factory=list)
    devices: list[dict[str, Any]] = field(default_factory=list)
    microphone: str = ""
    levels: Levels | None = None
    heard: str | None = None
    voices: list[dict[str, Any]] = field(default_factory=list)

    def well(self, name: str, found: str) -> None:
        """Note that something works."""
        self.checks.append(Check(name, True, found))

    def bad(self, name: str, found: str, mend: str) -> None:
        """Note that something does not, and what mends it."""
        self.checks.append(Check(name, False, found, mend))

    def failed(self, name: str, error: SpeechError) -> None:
        """Note a failure whose sentence ends with what to do."""
        found, mend = halves(str(error))
        self.bad(name, found, mend)


@dataclass(frozen=True)
class Trial:
    """How it is tried: for how long, whether aloud, and what is told meanwhile.

    ``invite`` is called when it is time to speak, ``hear`` with each frame, ``tell`` with each
    check.
    """

    seconds: float
    aloud: bool
    invite: Callable[[], object] = lambda: None
    hear: Callable[[bytes], object] = lambda _frame: None
    tell: Callable[[Check], object] = lambda _check: None


def examine(trial: Trial) -> Findings:
    """Try everything."""
    chosen = settings_file.load(paths.settings_file())
    findings = Findings()
    for step in (_devices, _sound_server, _record, _voices, _voice):
        before = len(findings.checks)
        step(findings, chosen, trial)
        for check in findings.checks[before:]:
            trial.tell(check)
    return findings


def halves(sentence: str) -> tuple[str, str]:
    """Return what is wrong and what to do, of a sentence with a colon before the latter."""
    found, _, mend = sentence.rpartition(": ")
    return (found, mend.rstrip(".")) if found else (sentence, "see the sentence above")


def _devices(findings: Findings, chosen: Settings, _trial: Trial) -> None:
    from assistant.speech.capture import devices as sound

    try:
        among = sound.devices()
        used = sound.choose(chosen.microphone, among)
    except SpeechError as error:
        findings.failed("microphone", error)
        return
    findings.devices = [asdict(each) for each in among]
    findings.microphone = used.name
    listed = ", ".join(_described(each, used) for each in among)
    findings.well("microphones", f"{listed} (* is used)")


def _described(device: Device, used: Device) -> str:
    star = "*" if device.index == used.index else ""
    return f"{star}{device.name} ({device.channels} ch, {device.rate:g} Hz)"


def _sound_server(findings: Findings, _chosen: Settings, _trial: Trial) -> None:
    """Ask the sound server, where it chooses the microphone, what it chose."""
    if findings.microphone not in SERVERS or shutil.which("pactl") is None:
        return
    source = _asked("get-default-source")
    if _asked("get-source-mute", "@DEFAULT_SOURCE@").endswith("yes"):
        mend = "pactl set-source-mute @DEFAULT_SOURCE@ 0"
        findings.bad("sound server", f"the microphone {source} is muted", mend)
    rows = (line.split("\t") for line in _asked("list", "short", "sources").splitlines())
    real = [row[1] for row in rows if len(row) > 1 and not row[1].endswith(".monitor")]
    if source.endswith(".monitor") and real:
        found = f"it records what a loudspeaker plays ({source}), not a microphone"
        findings.bad("sound server", found, f"pactl set-default-source {real[0]}")


def _asked(*words: str) -> str:
    """Return what pactl answers; nothing where it doesn't."""
    try:
        done = subprocess.run(
            ["pactl", *words], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _record(findings: Findings, chosen: Settings, trial: Trial) -> None:
    """Record, measure and transcribe; the model is tried also where nothing can be recorded."""
    sound = b""
    if findings.microphone:
        trial.invite()
        notices: list[Notice] = []
        try:
            sound, lost = recorded(chosen.microphone, trial.seconds, notices.append, trial.hear)
        except SpeechError as error:
            findings.failed("recording", error)
        else:
            _judge(findings, sound, lost, [n.text for n in notices if n.trouble])
    _transcribe(findings, chosen, sound)


def recorded(
    name: str, seconds: float, tell: Callable[[Notice], object], show: Callable[[bytes], object]
) -> tuple[bytes, int]:
    """Return seconds of sound of a microphone and how many frames were lost. Raises SpeechError."""
    from assistant.speech.capture.microphone import Microphone

    microphone = Microphone(name, tell)
    wanted = round(seconds / FRAME_SECONDS)
    frames: list[bytes] = []
    try:
        for frame in microphone.frames():
            frames.append(frame)
            show(frame)
            if len(frames) >= wanted:
                break
    finally:
        microphone.close()
    return b"".join(frames), microphone.lost


def _judge(findings: Findings, sound: bytes, lost: int, troubles: list[str]) -> None:
    from assistant.speech.capture.levels import faults, measure_bytes

    findings.levels = levels = measure_bytes(sound)
    for trouble in troubles:
        findings.failed("recording", SpeechError(trouble))
    if lost:
        found = f"{lost} frames were lost: this machine is too busy"
        findings.bad("recording", found, "close other programs")
    if troubles:
        return
    found = (
        f"{findings.microphone}, {levels.seconds:.1f} s: speech {levels.speech:.0f} dB, background "
        f"{levels.floor:.0f} dB, peak {levels.peak:.0f} dB, {_share(levels.clipped)} cut off"
    )
    wrong = faults(levels)
    for fault, kind in wrong:
        findings.bad("level", f"{findings.microphone}: {fault}", mend_level(kind))
    if not wrong:
        findings.well("level", found)


def _share(clipped: float) -> str:
    return f"{clipped:.1%} of the samples" if clipped else "nothing"


def mend_level(kind: str) -> str:
    """Return what helps on this system: kind is unmute, lower, raise, speak or quiet."""
    from assistant.speech.capture.devices import permission

    system = platform.system()
    input_settings = {
        "Darwin": "System Settings > Sound > Input",
        "Windows": "Settings > System > Sound > Input",
    }.get(system, "the sound settings")
    pactl = system == "Linux" and shutil.which("pactl") is not None
    return {
        "unmute": "pactl set-source-mute @DEFAULT_SOURCE@ 0, or choose another: assistant "
        "settings set microphone NAME"
        if pactl
        else f"unmute it in {input_settings}, and {permission()}",
        "lower": "pactl set-source-volume @DEFAULT_SOURCE@ -10%"
        if pactl
        else f"lower its volume in {input_settings}, or move away from it",
        "raise": "pactl set-source-volume @DEFAULT_SOURCE@ +10%, or go nearer"
        if pactl
        else f"raise its volume in {input_settings}, or go nearer",
        "speak": "speak while it records, or choose another: assistant settings set microphone "
        "NAME",
        "quiet": "go nearer to the microphone, or use a headset",
    }[kind]


def _transcribe(findings: Findings, chosen: Settings, sound: bytes) -> None:
    from assistant.speech.models.shelf import BUNDLED

    try:
        model = devices.speech_model(chosen)
    except SpeechError as error:
        findings.failed("speech model", error)
        return
    better = f"; {BETTER}" if model.name == BUNDLED else ""
    findings.well("speech model", model.name + better)
    if not sound:
        return
    findings.heard = heard = words(model, sound)
    if heard:
        findings.well("words", f"I heard “{heard}”")
    elif all(check.well for check in findings.checks):
        mend = f"say “{EXAMPLE}” while it records: assistant voice doctor --seconds 5"
        findings.bad("words", "I heard no words", mend)


def words(model: SpeechModel, sound: bytes) -> str:
    """Return what is heard in samples."""
    parts = (sound[begin : begin + PART] for begin in range(0, len(sound), PART))
    return transcript(model.recognizer(), parts)


def _voices(findings: Findings, chosen: Settings, _trial: Trial) -> None:
    """Try every voice in its own process, and tell which reads and how another is chosen."""
    from assistant.speech.speaking.trial import look

    seen = look(chosen.voice_name, chosen.voice_folder)
    findings.voices = [asdict(each) for each in seen.voices]
    for each in seen.voices:
        if each.trouble:
            findings.failed("voice found", SpeechError(each.trouble))
        elif each.used:
            findings.well("voice found", f"{each.told}; it reads replies")
        else:
            how = f"assistant settings set voice_name {each.name}"
            findings.well("voice found", f"{each.told}; to choose it: {how}")
    for trouble in seen.troubles:
        findings.failed("voice found", SpeechError(trouble))
    if seen.voices and not seen.pleasant:
        findings.checks.append(Check("pleasant voice", True, f"none; {PLEASANT}", seen.mend))


PLEASANT = (
    "piper (piper-tts, GPL-3, which we only run as a program of its own) and Kokoro (kokoro-onnx, "
    "MIT, pronouncing by phonemizer, GPL-3; its model is Apache-2.0) sound better"
)
"""What there is beside the system's voices, and under what licence."""


def _voice(findings: Findings, chosen: Settings, trial: Trial) -> None:
    from assistant.speech.events import Notice
    from assistant.speech.speaking.voice import Manner, Voice, no_voice

    troubles: list[Notice] = []
    voice = Voice(Manner(chosen.voice_name), troubles.append, folder=chosen.voice_folder)
    if not voice.found:
        findings.failed("voice", SpeechError(no_voice()))
        return
    name, player = voice.name, voice.player
    if trial.aloud:
        troubles.clear()
        trouble = devices.aloud(chosen, SENTENCE)
        troubles.extend([Notice(trouble, trouble=True)] if trouble else [])
    for notice in troubles:
        findings.failed("voice", SpeechError(notice.text))
    if not troubles:
        read = "" if chosen.voice == "on" else "; off: assistant settings set voice on"
        said = "it has spoken" if trial.aloud else "it was not asked to speak"
        findings.well("voice", f"{name} by {player or 'its own player'}, {said}{read}")
