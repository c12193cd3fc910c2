"""What the tests of preparing share: a good loop, and looks at the show that was made."""

from pathlib import Path

import av

from installation.places import Places
from installation.show import model
from installation.show.model import Show
from tests.glass.stage import Stage

GOOD = (
    "cues:\n"
    "  - clip: 11-plain.mp4\n    out: 1\n    hold: 0.2\n"
    "  - clip: 15-b.mp4\n    in: 0.5\n    out: 0.9\n"
    "  - black: 0.4\n"
)

CROSSING = "crossfade: 1\ncues:\n  - clip: 11-plain.mp4\n  - clip: 17-plain.mkv\n  - clip: 16-b-sound.mp4\n"


def places(stage: Stage) -> Places:
    return Places.under(stage.state)


def current(stage: Stage) -> Show:
    return model.read(places(stage).current)


def names(show: Show) -> list[str]:
    return [cue.name for cue in show.cues]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file and link below a folder: its content and when it was written."""
    return {
        str(path.relative_to(folder)): (
            bytes(path.readlink()) if path.is_symlink() else path.read_bytes(),
            path.lstat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def damage(clip: Path, frames: range) -> None:
    """Overwrite some frames of a clip, which is a link to one that others use."""
    raw = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for packet in (packets[number] for number in frames):
        assert packet.pos
        raw[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    clip.unlink()
    clip.write_bytes(raw)
