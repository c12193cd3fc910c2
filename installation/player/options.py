"""What libmpv is told, and why. The one list of its options."""

from enum import IntEnum
from pathlib import Path
from typing import Any

from installation.show.model import Settings


class Rung(IntEnum):
    """How much of the machine is still trusted, after faults that follow no cue; each rung keeps those before it."""

    CONFIGURED = 0
    NO_HARDWARE_DECODING = 1
    PLAIN_OUTPUT = 2
    """No graphics processor."""
    NO_SOUND = 3


ALWAYS: dict[str, Any] = {
    # nothing of the machine's own mpv: no files, scripts, keys or words on the wall
    "config": False,
    "load_scripts": False,
    "ordered_chapters": False,  # a Matroska file would open others
    "ytdl": False,
    "osc": False,
    "osd_level": 0,
    "input_default_bindings": False,
    "input_vo_keyboard": False,
    "input_cursor": False,
    "input_media_keys": False,
    "sub_auto": "no",
    "audio_file_auto": "no",
    "cover_art_auto": "no",
    "sid": "no",  # of a clip's own subtitles
    "resume_playback": False,
    # a black window over the whole screen, before the first frame and whenever nothing plays
    "force_window": "immediate",
    "idle": True,
    "fullscreen": True,
    "border": False,
    "ontop": True,
    "cursor_autohide": "always",
    "stop_screensaver": True,
    "title": "installation",
    # the show's timeline repeats the loop for hours; this only bridges its end
    "loop_file": "inf",
    # at a wrap where another show waits, the last picture stays until that is there
    "keep_open_pause": False,
    # a place to resume at is a frame, not the keyframe before it
    "hr_seek": "yes",
    # local files: small buffers are enough, and 500 cues must not fill the memory
    "cache": False,
    "demuxer_max_bytes": "64MiB",
    "demuxer_max_back_bytes": 0,
    # titles and captions: their file, where one is given, before any subtitles of a clip; nothing else is looked for
    "autoload_files": True,
    # … they come when it says, and stand by the screen, not by the picture's shape
    "sub_fix_timing": False,
    "sub_ass_force_margins": True,
    "sub_ass_vsfilter_aspect_compat": False,
    "sub_ass_vsfilter_blur_compat": False,
    # one format for the sound device, so that a join between two clips never reopens it
    "audio_channels": "stereo",
    "audio_samplerate": 48000,
    "audio_fallback_to_null": True,
}

SILENT = {"ao": "null", "aid": "no"}
"""No sound, whatever sound the show has: no device is ever opened."""

_FIT: dict[str, dict[str, Any]] = {
    "contain": {},
    "cover": {"panscan": 1.0},
    "stretch": {"keepaspect": False},
    "none": {"video_unscaled": True},
}


def need_another_player(before: Settings, after: Settings) -> bool:
    """Whether a player set up for `before` cannot play as `after` says: screen, sound and picture are set up once."""
    return before.screen != after.screen or options(before, "x11", None) != options(after, "x11", None)


def options(
    settings: Settings, screen: str, output: str | None, rung: int = Rung.CONFIGURED, sysfs: Path | None = None
) -> dict[str, Any]:
    """Return libmpv's options for this kiosk on a rung of the ladder.

    `screen` is x11, wayland, drm or none; `output` is the video output that worked before, or None to try, on X11 and
    DRM, the graphics processor first and the plain output after it. `sysfs` is where the kernel lists its connectors.
    """
    chosen = ALWAYS | _FIT[settings.fit] | {"video_rotate": settings.rotate, "volume": settings.volume}
    # letters keep their size where the picture leaves bars; over one that is cut off libmpv would make them smaller
    chosen |= {"sub_ass_scale_with_window": settings.fit == "contain"}
    chosen |= {"hwdec": "auto-safe" if rung < Rung.NO_HARDWARE_DECODING else "no"}
    sound = _sound(settings) if rung < Rung.NO_SOUND else SILENT
    if screen == "none":
        return chosen | {"vo": "null", "ao": "null"} | sound
    # OpenGL alone: looking for Vulkan costs a start 0.1 s
    chosen |= {"gpu_api": "opengl"} | sound
    if screen == "drm":
        tried = output or "gpu,drm" if rung < Rung.PLAIN_OUTPUT else "drm"
        return chosen | {"vo": tried, "gpu_context": "drm"} | _connector(settings.output, sysfs)
    named = {} if settings.output == "auto" else {"fs_screen_name": settings.output}
    chosen |= named
    if screen == "wayland":
        # its plain output, wlshm, plays on unseen when the compositor stands still: software drawing beats that
        return chosen | {"vo": "gpu", "gpu_context": "wayland", "gpu_sw": True}
    # software drawing is refused in favour of plain X11
    tried = output or "gpu,x11" if rung < Rung.PLAIN_OUTPUT else "x11"
    return chosen | {"vo": tried} | ({"screen_name": settings.output} if named else {})


def rungs(settings: Settings, screen: str, output: str | None) -> tuple[int, ...]:
    """Return the rungs that are another way to play here; `output` is the video output in use, None if not known."""
    found = [Rung.CONFIGURED]
    if screen != "none" and output not in ("x11", "drm", "null"):  # the plain ones never decode by hardware
        found.append(Rung.NO_HARDWARE_DECODING)
    if screen in ("x11", "drm") and output != screen:  # whose plain output has the same name
        found.append(Rung.PLAIN_OUTPUT)
    if settings.sound:
        found.append(Rung.NO_SOUND)
    return tuple(found)


def _connector(wanted: str, sysfs: Path | None) -> dict[str, Any]:
    """Name the card and the socket as the kernel does: mpv ends where a name is unknown or its socket empty."""
    from installation.screens import drm

    plugged = drm.plugged(wanted, sysfs or drm.SYSFS)
    return {"drm_device": f"/dev/dri/{plugged[0].card}", "drm_connector": plugged[0].name} if plugged else {}


def _sound(settings: Settings) -> dict[str, Any]:
    if not settings.sound:
        return SILENT
    return {} if settings.device == "auto" else {"audio_device": settings.device}
