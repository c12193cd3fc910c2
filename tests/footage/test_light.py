from collections.abc import Callable
from pathlib import Path

from installation.footage.light import lights
from installation.footage.probe import probe
from tests.footage.conftest import grey

Clip = Callable[..., Path]


def test_every_frame_comes_with_its_time_and_its_light(clip: Clip) -> None:
    path = clip(frames=30)
    known = probe(path)
    seen = list(lights(path, known, colour=True))
    assert [light.time for light in seen] == [known.time(number) for number in range(30)]
    for number, light in enumerate(seen):
        level = (grey(number) - 16) * 255 / 219
        assert light.luma.shape == (180, 320)
        assert abs(int(light.luma[90, 160]) - level) <= 1
        assert light.colour is not None
        assert abs(light.colour[90, 160].astype(int) - level).max() <= 1


def test_a_stretch_begins_and_ends_where_it_is_told(clip: Clip) -> None:
    path = clip(frames=30)
    known = probe(path)
    seen = list(lights(path, known, 13, 4))
    assert [light.time for light in seen] == [known.time(number) for number in range(13, 17)]
    assert all(light.colour is None for light in seen)
