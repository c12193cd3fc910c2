"""The one door to libmpv. Everything behind it is the engine's business; the rest of the player sees `Engine`."""

import contextlib
import sys
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from installation.player.shown import Frame

STARTED = "started"
"""The first picture of what was opened is on the screen."""
FAILED = "failed"
"""What was opened cannot be played, or stopped being playable."""
ENDED = "ended"
"""The time given to `end_at` has come; the last picture before it stands on the screen."""
GONE = "gone"
"""The engine has ended; only a new process brings the picture back."""
WAKE = "wake"
"""Nothing happened inside the engine: somebody called `wake`."""

EDGE_S = 0.002
"""`end_at` lets libmpv end so long before the wrap: the first frame after it may be timed up to half of this early."""
OPENS_S = 0.015
"""Opening a timeline takes at least this long in libmpv 0.35 on a fast machine: it may begin so early."""

EARLY_S = 0.5
"""With sound libmpv may say the end this much early: two of the slowest frames."""


class Engine(Protocol):
    """What the player needs of a media engine. Times are seconds in the opened timeline."""

    def open(self, timeline: Path, start_s: float, audio: int | None, captions: Path | None) -> None:
        """Play a timeline from `start_s` with sound track `audio` and the captions' file, None for none.

        It replaces what plays, whose last picture stays until the first one is there. Answers at once.
        """

    def end_at(self, time_s: float) -> None:
        """Show no frame of the timeline from `time_s` on, and say ENDED then; less than two seconds before."""

    def stop(self) -> None:
        """Play nothing: black."""

    def next_event(self, timeout_s: float) -> str | None:
        """Wait for STARTED, ENDED, FAILED, GONE or WAKE; None when the time is over."""

    def wake(self) -> None:
        """End a `next_event` early; for signal handlers and other threads."""

    def position_s(self) -> float | None:
        """Where the timeline stands; None while nothing plays."""

    def dropped(self) -> int:
        """Frames that came too late to be shown, since the timeline was opened."""

    def output(self) -> str:
        """The video output in use: gpu, x11 or null."""

    def save_picture(self, path: Path) -> None:
        """Write the current picture as PNG, scaled as the file has it."""

    def frame(self) -> Frame | None:
        """The picture that is on the screen now; None where there is none. While the screen is frozen it blocks."""

    def sound(self) -> str:
        """The sound output in use: alsa, pulse …, null where no device answers, empty where nothing sounds."""

    def choose_sound(self, track: int) -> None:
        """Have a sound track heard from now on. Answers at once."""

    def find_sound(self) -> None:
        """Look for the sound device again. Answers at once."""

    def close(self) -> None:
        """End the engine; nothing may be called after."""


class MpvEngine:
    """libmpv in this process. One for the life of the process: a process restart is the cure for anything."""

    def __init__(self, options: dict[str, Any]) -> None:
        import mpv

        self._events: SimpleQueue[str] = SimpleQueue()
        self._shutdown_error = mpv.ShutdownError
        self._hardware_decoding = options["hwdec"]
        self._silent = options.get("aid") == "no"
        self._mpv = mpv.MPV(**options, log_handler=_complain, loglevel="error")
        # python-mpv calls back on its one event thread, where calling libmpv again is a deadlock: store, no more
        self._mpv.event_callback("playback-restart", "end-file", "shutdown")(self._store)
        self._mpv.observe_property("eof-reached", self._store_end)
        self._ends_at = 0.0

    def open(self, timeline: Path, start_s: float, audio: int | None, captions: Path | None) -> None:
        """See Engine."""
        chosen = {
            "start": f"{start_s:.6f}",
            # without a graphics processor every decoder would look for one in vain, at every join
            "hwdec": self._hardware_decoding if self.output() == "gpu" else "no",
            "aid": "no" if audio is None or self._silent else audio,
            # a file of captions goes before tracks inside the footage, which are never shown
            "sid": "auto" if captions else "no",
        }
        self._mpv["sub-files"] = [str(captions)] if captions else []
        self._mpv.loadfile(str(timeline), "replace", **chosen)

    def end_at(self, time_s: float) -> None:
        """See Engine."""
        heard_s = self._ask("audio-pts")
        # with sound libmpv says the end when the last frame is queued, two frames early: the sound tells when it is
        self._ends_at = 0.0 if heard_s is None else time.monotonic() + time_s - float(heard_s) - OPENS_S
        # what is set for the file alone is forgotten with it
        for name, value in ("keep-open", "always"), ("loop-file", "no"), ("end", f"{time_s - EDGE_S:.6f}"):
            self._mpv.command("set", f"file-local-options/{name}", value)

    def stop(self) -> None:
        """See Engine."""
        self._mpv.command("stop")

    def next_event(self, timeout_s: float) -> str | None:
        """See Engine."""
        try:
            event = self._events.get(timeout=timeout_s)
        except Empty:
            return None
        if event == STARTED:
            # else the end of the timeline would lead back to the place it was entered at
            with contextlib.suppress(self._shutdown_error):
                self._mpv["start"] = "none"
        if event == ENDED:
            time.sleep(min(max(0.0, self._ends_at - time.monotonic()), EARLY_S))
        return event

    def wake(self) -> None:
        """See Engine."""
        self._events.put(WAKE)

    def position_s(self) -> float | None:
        """See Engine."""
        position = self._ask("time-pos")
        return None if position is None else float(position)

    def dropped(self) -> int:
        """See Engine."""
        return int(self._ask("frame-drop-count") or 0) + int(self._ask("decoder-frame-drop-count") or 0)

    def output(self) -> str:
        """See Engine."""
        return str(self._ask("current-vo") or "")

    def save_picture(self, path: Path) -> None:
        """See Engine."""
        unfinished = path.with_name(f".{path.name}.part.png")
        self._mpv.command("screenshot-to-file", str(unfinished), "video")
        unfinished.replace(path)

    def frame(self) -> Frame | None:
        """See Engine."""
        # drawn by the graphics processor once more it is the window's; else it is the file's, with its captions
        whole = self.output() == "gpu"
        try:
            raw = self._mpv.command("screenshot-raw", "window" if whole else "subtitles")
        except (SystemError, self._shutdown_error):
            return None
        shot = Frame(raw["w"], raw["h"], raw["stride"], raw["data"])
        window = None if whole else self._ask("osd-dimensions")
        if not window or not window["w"] or not window["h"]:
            return shot
        return shot._replace(
            left=window["ml"] / window["w"],
            top=window["mt"] / window["h"],
            right=1 - window["mr"] / window["w"],
            bottom=1 - window["mb"] / window["h"],
            lettered=any(window[bar] for bar in ("ml", "mt", "mr", "mb")) and bool(self._ask("sub-text")),
        )

    def sound(self) -> str:
        """See Engine."""
        return str(self._ask("current-ao") or "")

    def choose_sound(self, track: int) -> None:
        """See Engine."""
        self._mpv.command_async("set", "aid", str(track))

    def find_sound(self) -> None:
        """See Engine."""
        self._mpv.command_async("ao-reload")

    def close(self) -> None:
        """See Engine."""
        with contextlib.suppress(self._shutdown_error):
            self._mpv.terminate()

    def _ask(self, name: str) -> Any:
        try:
            return getattr(self._mpv, name.replace("-", "_"))
        except (AttributeError, RuntimeError, self._shutdown_error):
            return None

    def _store_end(self, _name: str, reached: bool | None) -> None:
        if reached:
            self._events.put(ENDED)

    def _store(self, event: Any) -> None:
        name = event.as_dict()["event"].decode()
        if name == "playback-restart":
            self._events.put(STARTED)
        elif name == "shutdown":
            self._events.put(GONE)
        elif event.as_dict().get("reason") == b"error":
            self._events.put(FAILED)


def _complain(level: str, prefix: str, text: str) -> None:
    # the watchdog keeps the last of these beside a fault; the wall never shows them
    sys.stderr.write(f"{level} {prefix}: {text}")
