"""Bare mpv, the yardstick: the installed player with a kiosk's options, on an EDL or on a playlist.

The options are those that `installation` gives to libmpv, so that a comparison shows the way of playing and
nothing else.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

KIOSK = (
    "--config=no",
    "--load-scripts=no",
    "--ytdl=no",
    "--osc=no",
    "--osd-level=0",
    "--cursor-autohide=always",
    "--input-default-bindings=no",
    "--input-vo-keyboard=no",
    "--input-cursor=no",
    "--input-media-keys=no",
    "--stop-screensaver=yes",
    "--force-window=yes",
    "--idle=yes",
    "--fullscreen=yes",
    "--border=no",
    "--hwdec=no",
    "--cache=no",
    "--demuxer-max-bytes=64MiB",
    "--demuxer-max-back-bytes=0",
    "--sub-auto=no",
    "--audio-file-auto=no",
    "--autoload-files=no",
    "--resume-playback=no",
    "--audio-channels=stereo",
    "--audio-samplerate=48000",
    "--audio-fallback-to-null=yes",
)


def write_playlist(path: Path, clips: Sequence[Path]) -> Path:
    """Write an m3u of whole clips and return its path."""
    path.write_text("".join(f"{clip}\n" for clip in clips))
    return path


@contextlib.contextmanager
def mpv(
    source: Path, display: str, output: str = "x11", sound: bool = False, options: Sequence[str] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    """Play an EDL or a playlist in a loop on `display` while the block lasts; yields the process.

    An EDL loops as one file; a playlist is played the best way a playlist can be, with the next file opened ahead.
    `sound` plays to no device, in real time.
    """
    loop = ["--loop-playlist=inf", "--prefetch-playlist=yes"] if source.suffix == ".m3u" else ["--loop-file=inf"]
    heard = ["--ao=null"] if sound else ["--aid=no"]
    named = [f"--playlist={source}"] if source.suffix == ".m3u" else [str(source)]
    process = subprocess.Popen(
        ["mpv", "--no-terminal", *KIOSK, f"--vo={output}", *loop, *heard, *options, *named],
        env={**os.environ, "DISPLAY": display},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
