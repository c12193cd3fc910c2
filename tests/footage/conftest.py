import fractions
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Clip = Callable[..., Path]


def grey(frame: int) -> int:
    """The brightness of a clip's frame, which tells its number."""
    return 20 + frame % 25 * 8


def write_clip(
    path: Path,
    *,
    frames: int = 50,
    rate: fractions.Fraction | int = 25,
    keyframes_every: int = 10,
    b_frames: int = 2,
    codec: str = "libx264",
    sound: bool = False,
    at: Sequence[int] | None = None,
    container_options: dict[str, str] | None = None,
    color_range: int = 1,
) -> Path:
    """Encode grey frames; `at` sets their times in frames of `rate`."""
    import av
    import numpy as np

    with av.open(str(path), "w", options=container_options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.gop_size, stream.max_b_frames = keyframes_every, b_frames
        stream.color_range, stream.colorspace, stream.color_primaries, stream.color_trc = color_range, 6, 6, 6
        if codec == "libx264":
            stream.options = {"x264-params": "scenecut=0", "crf": "4"}
        else:
            stream.bit_rate = 4_000_000
        voice: Any = container.add_stream("aac", rate=48000, layout="mono") if sound else None
        for number in range(frames):
            planes = np.full((72, 64), 128, np.uint8)
            planes[:48] = grey(number)
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts, frame.time_base = at[number] if at else number, 1 / fractions.Fraction(rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if voice:
            for number in range(int(frames / fractions.Fraction(rate) * 48000 / 1024)):
                quiet = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
                quiet.sample_rate, quiet.pts = 48000, number * 1024
                container.mux(voice.encode(quiet))
            container.mux(voice.encode())
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Makes a clip by a file name and the arguments of `write_clip`."""

    def make(name: str = "clip.mp4", **wanted: Any) -> Path:
        return write_clip(tmp_path_factory.mktemp("clips") / name, **wanted)

    return make


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real camera footage beside the project."""
    folder = Path(__file__).parents[2].parent / "shared" / "footage"
    if not (folder / "SOURCES.txt").is_file():
        pytest.skip("real footage is not beside the project (shared/footage)")
    return folder
