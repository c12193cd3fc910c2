"""The preview's window: libmpv with the keys of an editing desk and a few lines of text in its corner."""

import contextlib
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from installation.errors import InstallationError
from installation.player.engine import FAILED, GONE, STARTED
from installation.player.options import options
from installation.show import model
from installation.show.model import Settings

PREVIOUS, NEXT, BEGINNING = "previous", "next", "beginning"
BACK, ON = "back", "on"
LINE, RELOAD = "line", "reload"
"""What keys ask of the preview; libmpv sees to the others by itself."""

WIDE = "\u2002"
"""The space between two parts of the text."""

KEYS = {
    "SPACE": "cycle pause",
    ",": "frame-back-step",
    ".": "frame-step",
    "LEFT": f"repeatable script-message {BACK}",
    "RIGHT": f"repeatable script-message {ON}",
    "UP": f"repeatable script-message {PREVIOUS}",
    "DOWN": f"repeatable script-message {NEXT}",
    "HOME": f"script-message {BEGINNING}",
    "m": "cycle mute",
    "f": "cycle fullscreen",
    "h": f"script-message {LINE}",
    "r": f"script-message {RELOAD}",
    "q": "quit",
    "ESC": "quit",
    "CLOSE_WIN": "quit",
}
"""libmpv's names of the keys, and its commands."""

_HEIGHT = 720
"""The text is set as for a window of this height, and grows with it."""
_FONT = r"\an1\q2\fnNoto Sans CJK TC\1c&HFFFFFF&\bord1\3c&H000000&\3a&H60&\shad0\blur1"
_LINE, _NOTICE, _DIM = r"\fs25\pos(24,706)", r"\fs20\1a&H18&\pos(24,674)", r"{\1a&H40&}"
_SHADE = r"{\an7\pos(0,%d)\bord0\shad0\1c&H000000&\1a&H60&\blur14\p1}m -99 0 l 9999 0 l 9999 999 l -99 999"
"""A soft shade along the lower edge, higher where there is a notice: white is then read on a flash as on black."""


class Window(Protocol):
    """What the preview needs of a window. Times are seconds in the show's timeline."""

    def open(self, folder: Path, audio: int | None, start_s: Fraction) -> None:
        """Play a show's folder from `start_s` with sound track `audio`; replaces what plays. Answers at once."""

    def seek(self, time_s: Fraction) -> None:
        """Go to the frame that is shown at a time. Answers at once; STARTED tells when it is there."""

    def repeat(self, part: tuple[Fraction, Fraction] | None) -> None:
        """Play a part, from its start to its end, again and again; None: everything."""

    def time_s(self) -> float | None:
        """Where the timeline stands; None while nothing plays."""

    def paused(self) -> bool:
        """Whether one frame stands still."""

    def write(self, line: str, beside: str, notice: str) -> None:
        """Set the text in the corner: a line, what stands dimmer beside it, a notice above; empty: nothing."""

    def next_event(self, timeout_s: float) -> str | None:
        """Wait for STARTED, FAILED, GONE or what a key asks; None when the time is over."""

    def close(self) -> None:
        """Close the window; nothing may be called after."""


class MpvWindow:
    """libmpv in a window of its own, or without one where `screen` is none."""

    def __init__(self, settings: Settings, screen: str = "x11") -> None:
        """Open the window. Raises InstallationError where there is no display for it."""
        import mpv

        self._events: SimpleQueue[str] = SimpleQueue()
        self._ended = (mpv.ShutdownError, SystemError)  # what any use of libmpv raises after its end
        try:
            self._mpv = mpv.MPV(**window_options(settings, screen))
        except ValueError as error:
            raise InstallationError("No window can be opened here: there is no display that answers.") from error
        # python-mpv calls back on its one event thread, where calling libmpv again is a deadlock: store, no more
        self._mpv.event_callback("playback-restart", "end-file", "client-message", "shutdown")(self._store)
        for key, command in KEYS.items():
            self._mpv.command("keybind", key, command)

    def open(self, folder: Path, audio: int | None, start_s: Fraction) -> None:
        """See Window."""
        captions = folder / model.CAPTIONS
        with contextlib.suppress(*self._ended):
            # without a graphics processor every decoder would look for one in vain, at every join
            self._mpv["hwdec"] = "auto-safe" if self._mpv.current_vo == "gpu" else "no"
            self._mpv["sub-files"] = [str(captions)] if captions.exists() else []
            # told with the file: a track that the show before does not have cannot be chosen while that one plays
            aid, sid = audio or "no", 1 if captions.exists() else "no"
            start = f"{float(start_s):.6f}"
            self._mpv.loadfile(str(folder / model.TIMELINE), "replace", start=start, aid=aid, sid=sid)

    def seek(self, time_s: Fraction) -> None:
        """See Window."""
        self._command("seek", f"{float(time_s):.6f}", "absolute+exact")

    def repeat(self, part: tuple[Fraction, Fraction] | None) -> None:
        """See Window."""
        with contextlib.suppress(*self._ended):
            start, end = [f"{float(time_s):.6f}" for time_s in part] if part else ("no", "no")
            self._mpv["ab-loop-a"], self._mpv["ab-loop-b"] = start, end

    def time_s(self) -> float | None:
        """See Window."""
        with contextlib.suppress(*self._ended):
            time_s = self._mpv.time_pos
            return None if time_s is None else float(time_s)
        return None

    def paused(self) -> bool:
        """See Window."""
        with contextlib.suppress(*self._ended):
            return bool(self._mpv.pause)
        return True

    def write(self, line: str, beside: str, notice: str) -> None:
        """See Window."""
        # osd_overlay() of python-mpv 1.0.8 is broken
        drawn = drawing(line, beside, notice)
        self._command("osd-overlay", 1, "ass-events" if drawn else "none", drawn, 0, _HEIGHT)

    def next_event(self, timeout_s: float) -> str | None:
        """See Window."""
        try:
            event = self._events.get(timeout=timeout_s)
        except Empty:
            return None
        if event == GONE:
            self._events.put(GONE)  # once gone it stays so, whoever asks
        if event == STARTED:
            with contextlib.suppress(*self._ended):
                # else the end of the timeline would lead back to the place it was entered at
                self._mpv["start"] = "none"
        return event

    def close(self) -> None:
        """See Window."""
        with contextlib.suppress(*self._ended):
            self._mpv.terminate()

    def _command(self, *words: object) -> None:
        with contextlib.suppress(*self._ended):
            self._mpv.command(*words)

    def _store(self, event: Any) -> None:
        told = event.as_dict()
        name = told["event"].decode()
        if name == "playback-restart":
            self._events.put(STARTED)
        elif name == "shutdown":
            self._events.put(GONE)
        elif name == "client-message":
            self._events.put(told["args"][0].decode())
        elif told.get("reason") == b"error":
            self._events.put(FAILED)


def window_options(settings: Settings, screen: str) -> dict[str, Any]:
    """Return what libmpv is told for a window on a person's desktop, instead of on a wall.

    Of the kiosk's settings only the sound counts: its output, its sound device and how it hangs are another machine's.
    """
    chosen = options(Settings(sound=settings.sound, volume=settings.volume), screen, None)
    return chosen | {
        "fullscreen": False,
        "border": True,
        "ontop": False,
        # shaped like the screen, as a wall would be, and never resized by a clip of another shape
        "geometry": "70%x70%",
        "keepaspect_window": False,
        "title": "preview",
        "input_vo_keyboard": True,
        "input_ar_rate": 20,  # a key that is held: slow enough that the picture follows
        "cursor_autohide": 1000,
    }


def drawing(line: str, beside: str, notice: str) -> str:
    """Return the text as ASS events: the shade, the notice, the line."""
    events = [_SHADE % (_HEIGHT - (78 if notice else 44))] if line or notice else []
    if notice:
        events.append(f"{{{_FONT}{_NOTICE}}}{_plain(notice)}")
    if line:
        events.append(f"{{{_FONT}{_LINE}}}{_plain(line)}{_DIM}{_plain(beside)}")
    return "\n".join(events)


def _plain(text: str) -> str:
    """Take away what libass would not show as it stands: its own marks, and characters that print nothing."""
    printed = "".join(letter if letter.isprintable() or letter == WIDE else " " for letter in text)
    return printed.replace("\\", "\\\u2060").replace("{", r"\{")
