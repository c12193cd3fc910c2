"""Makes exhibition copies of pictures: H.264 through PyAV, visually lossless, a keyframe at the start."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

from installation.footage.frames import decode
from installation.footage.probe import Probe
from installation.show.colours import HD, Colours, blend, dim, fitted, of_clip, planes
from installation.show.segments import Copy, Light
from installation.show.strips import BLACK, FRAMES, STILL, Run, Runs

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

CRF = "12"
"""x264's constant rate factor: about 18 is taken for visually lossless at home; a wall is larger and a hold longer."""

FindProbe = Callable[[Path], Probe]


def encode(path: Path, copy: Copy, probe: FindProbe, progress: Callable[[float], None]) -> None:
    """Write a copy to `path`; `progress` hears fractions of it. Raises FootageError, and OSError of the disk."""
    import av
    from av.video.reformatter import ColorRange

    colours = colours_of(copy, probe)
    ticks = {"video_track_timescale": str(copy.tick.denominator)}  # what the timeline is computed with
    with av.open(str(path), "w", format="mp4", options=ticks) as container:
        stream = container.add_stream("libx264", rate=copy.rate)
        encoder = stream.codec_context
        encoder.width, encoder.height = copy.width, copy.height
        encoder.pix_fmt = _pixel_format(encoder, copy, colours)
        encoder.time_base = 1 / copy.rate
        # a keyframe a second: a restart soon finds its place; no B-frames: it starts at 0 without an edit list
        encoder.gop_size = max(1, round(copy.rate))
        encoder.max_b_frames = 0
        encoder.options = {"crf": CRF, "preset": "veryfast"}
        encoder.color_range, encoder.colorspace = colours.range, colours.matrix
        encoder.color_primaries, encoder.color_trc = colours.primaries, colours.transfer
        stream.sample_aspect_ratio = colours.aspect
        color_range = ColorRange.JPEG if colours.is_full else ColorRange.MPEG
        for number, frame in enumerate(pictures(copy, colours, probe)):
            shown = frame.reformat(format=encoder.pix_fmt, dst_color_range=color_range)
            shown.pts, shown.time_base = number, 1 / copy.rate
            shown.pict_type = 0
            container.mux(stream.encode(shown))
            progress((number + 1) / copy.frames)
        container.mux(stream.encode(None))


def colours_of(copy: Copy, probe: FindProbe) -> Colours:
    """Keep a clip's own colours; two that blend keep theirs where they agree. All else is shown in those of HD."""
    runs = [run for run in (*copy.runs, *copy.under) if run.kind != BLACK]
    if not runs or any(run.kind == STILL for run in runs):
        return HD
    own = [of_clip(probe(Path(run.master))) for run in runs]
    if not copy.under:
        return own[0]
    told = {colours.tags for colours in own}
    return replace(own[0], aspect=Fraction(1)) if len(told) == 1 and own[0].is_told else HD


def _pixel_format(encoder: "VideoCodecContext", copy: Copy, colours: Colours) -> str:
    """Keep the master's own pixels where x264 knows them and nothing is mixed; odd sizes cannot be subsampled."""
    known = {known.name for known in encoder.codec.video_formats or ()}
    even = copy.width % 2 == copy.height % 2 == 0
    if colours.pixels in known and (even or "444" in colours.pixels) and copy.light == Light() and not copy.under:
        return colours.pixels
    return planes(copy.width, copy.height)


def pictures(copy: Copy, colours: Colours, probe: FindProbe) -> Iterator["VideoFrame"]:
    """Yield the frames of a copy, faded or blended where they are to be."""
    reel = _Reel(copy, colours, probe)
    if copy.under:
        both = zip(reel.frames(copy.under, copy.seen_s), reel.frames(copy.runs), strict=True)
        for number, (before, frame) in enumerate(both):
            yield blend(before, frame, Fraction(number, copy.frames), colours)
        return
    for number, frame in enumerate(reel.frames(copy.runs)):
        light = copy.light.first + copy.light.change * number / copy.rate
        yield frame if light == 1 else dim(frame, light, colours)


class _Reel:
    """The frames of runs as the copy needs them, before they fade."""

    def __init__(self, copy: Copy, colours: Colours, probe: FindProbe) -> None:
        self._copy, self._colours, self._probe = copy, colours, probe
        self._size = copy.width, copy.height

    def frames(self, runs: Runs, start_s: Fraction = Fraction(0)) -> Iterator["VideoFrame"]:
        """Yield, at each beat of the copy's rate from `start_s` on, the frame that a player would show then."""
        timed = self._timed(runs)
        until_s, frame = next(timed)
        for number in range(self._copy.frames):
            while until_s <= start_s + number / self._copy.rate:
                until_s, frame = next(timed, (until_s + 1, frame))  # where a part of a frame is missing the last stays
            yield frame

    def _timed(self, runs: Runs) -> Iterator[tuple[Fraction, "VideoFrame"]]:
        """Yield the frames one after the other, each with the time until which it stays."""
        at_s = Fraction(0)
        for run in runs:
            if run.kind == FRAMES:
                known = self._probe(Path(run.master))
                start_s = known.time(run.first)
                for number, frame in enumerate(self._decoded(run, known), run.first + 1):
                    is_last = number == run.first + run.count
                    yield at_s + (run.length_s if is_last else known.time(number) - start_s), frame
            else:
                yield at_s + run.length_s, self._one(run)
            at_s += run.length_s

    def _one(self, run: Run) -> "VideoFrame":
        """Return the one picture of a run that stands still."""
        if run.kind == BLACK:
            return fitted(_black(*self._size), self._size, HD, self._colours)
        if run.kind == STILL:
            return fitted(_still(Path(run.master), self._size), self._size, HD, self._colours)
        return next(self._decoded(run, self._probe(Path(run.master))))

    def _decoded(self, run: Run, known: Probe) -> Iterator["VideoFrame"]:
        frames = _upright(decode(Path(run.master), known, run.first, run.count), known.rotation)
        if not self._copy.under:
            return frames
        return (fitted(frame, self._size, of_clip(known), self._colours) for frame in frames)


def _black(width: int, height: int) -> "VideoFrame":
    import numpy as np
    from av import VideoFrame

    return VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), format="rgb24")


def _still(path: Path, size: tuple[int, int]) -> "VideoFrame":
    from av import VideoFrame

    from installation.footage.stills import picture

    return VideoFrame.from_ndarray(picture(path, size), format="rgb24")


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
