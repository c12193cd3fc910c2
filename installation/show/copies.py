"""Exhibition copies: H.264 through PyAV, visually lossless, a keyframe at the start, named by what they hold."""

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, cast

from installation.errors import InstallationError
from installation.footage.frames import decode
from installation.footage.probe import Probe
from installation.show.plan import Copy

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

CRF = "12"
"""x264's constant rate factor: about 18 is taken for visually lossless at home; a wall is larger and a hold longer."""

_FULL_RANGE = 2  # AVCOL_RANGE_JPEG


class Copies:
    """The folder of the copies that there are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, copy: Copy) -> Path:
        """Say where a copy lies, or will."""
        return self.folder / f"{copy.key}.mp4"

    def missing(self, copies: list[Copy]) -> list[Copy]:
        """Return those that have yet to be made."""
        return [copy for copy in copies if not self.path(copy).exists()]

    def make(self, copy: Copy, probe: Probe | None, progress: Callable[[float], None]) -> None:
        """Encode one copy, whole or not at all; `progress` hears fractions of it.

        Raises FootageError when the master cannot be decoded, InstallationError when the disk does not take it.
        """
        unfinished = self.folder / f".{copy.key}.part.mp4"
        try:
            _encode(unfinished, copy, probe, progress)
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.rename(self.path(copy))
        except OSError as error:
            told = f"The exhibition copies cannot be written to {self.folder}: {error.strerror}. Make room there."
            raise InstallationError(told) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def tidy(self, used: set[Path]) -> None:
        """Remove every copy that is not among `used`."""
        for path in self.folder.iterdir():
            if path not in used:
                path.unlink(missing_ok=True)


def _encode(path: Path, copy: Copy, probe: Probe | None, progress: Callable[[float], None]) -> None:
    import av
    from av.video.reformatter import ColorRange

    ticks = {"video_track_timescale": str(copy.tick.denominator)}  # what the timeline is computed with
    with av.open(str(path), "w", format="mp4", options=ticks) as container:
        stream = container.add_stream("libx264", rate=copy.rate)
        encoder = stream.codec_context
        encoder.width, encoder.height = copy.width, copy.height
        encoder.pix_fmt = _pixel_format(encoder, probe)
        encoder.time_base = 1 / copy.rate
        # a keyframe a second: a restart soon finds its place; no B-frames: it starts at 0 without an edit list
        encoder.gop_size = max(1, round(copy.rate))
        encoder.max_b_frames = 0
        encoder.options = {"crf": CRF, "preset": "veryfast"}
        if probe:
            encoder.color_range = probe.color_range
            encoder.colorspace, encoder.color_primaries, encoder.color_trc = (
                probe.matrix,
                probe.primaries,
                probe.transfer,
            )
            stream.sample_aspect_ratio = probe.sample_aspect or Fraction(1)
        full = probe is not None and probe.color_range == _FULL_RANGE
        for number, frame in enumerate(_frames(copy, probe)):
            shown = frame.reformat(format=encoder.pix_fmt, dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG)
            shown.pts, shown.time_base = number, 1 / copy.rate
            shown.pict_type = 0
            container.mux(stream.encode(shown))
            progress((number + 1) / copy.frames)
        container.mux(stream.encode(None))


def _pixel_format(encoder: "VideoCodecContext", probe: Probe | None) -> str:
    """Keep the master's own pixels where x264 knows them; odd sizes cannot be subsampled."""
    known = {known.name for known in encoder.codec.video_formats or ()}
    if probe and probe.pixel_format in known:
        return probe.pixel_format
    return "yuv420p" if encoder.width % 2 == encoder.height % 2 == 0 else "yuv444p"


def _frames(copy: Copy, probe: Probe | None) -> Iterator["VideoFrame"]:
    """Yield the frames of a copy, still in the master's format."""
    if probe is None:
        import numpy as np
        from av import VideoFrame

        black = VideoFrame.from_ndarray(np.zeros((copy.height, copy.width, 3), np.uint8), format="rgb24")
        yield from repeat(black, copy.frames)
        return
    frames = _upright(decode(Path(copy.master), probe, copy.first, copy.count), probe.rotation)
    if copy.kind == "hold":
        yield from repeat(next(frames), copy.frames)
    elif copy.count == copy.frames and probe.regular:
        yield from frames
    else:
        yield from _on_the_beat(frames, copy, probe)


def _on_the_beat(frames: Iterator["VideoFrame"], copy: Copy, probe: Probe) -> Iterator["VideoFrame"]:
    """Show at each beat of the constant rate the frame that a player would show then."""
    start_s = probe.time(copy.first)
    frame, at = next(frames), copy.first
    for number in range(copy.frames):
        due_s = start_s + number / copy.rate
        while at + 1 < copy.first + copy.count and probe.time(at + 1) <= due_s:
            frame, at = next(frames), at + 1
        yield frame


def _upright(frames: Iterator["VideoFrame"], rotation: int) -> Iterator["VideoFrame"]:
    """Turn the frames as the master's rotation says, clockwise in degrees."""
    if not rotation:
        yield from frames
        return
    from av.filter import Graph

    graph: Graph | None = None
    for frame in frames:
        if graph is None:
            graph = Graph()
            turns = {90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"]}[rotation]
            steps = [
                graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
            ]
            steps += [graph.add(*turn.split("=")) for turn in turns]
            graph.link_nodes(*steps, graph.add("buffersink")).configure()
        graph.push(frame)
        yield cast("VideoFrame", graph.pull())
