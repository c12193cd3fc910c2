from pathlib import Path

import pytest

from installation.edits.mounts import is_remote, kind_of

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /media/nas rw - cifs //nas/video rw
31 22 0:41 / /media/My\\040Disk rw master:1 - fuseblk /dev/sdb1 rw
32 31 0:42 / /media/My\\040Disk/remote rw - fuse.sshfs artist@host:/ rw
33 22 0:43 / /footage rw - autofs systemd-1 rw
34 22 0:44 / /footage rw - nfs4 server:/footage rw
"""


@pytest.fixture
def mountinfo(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("folder", "kind", "remote"),
    [
        ("/srv/kiosk", "ext4", False),
        ("/media/nas/2017/day", "cifs", True),
        ("/media/nasty", "ext4", False),
        ("/media/My Disk/footage", "fuseblk", False),
        ("/media/My Disk/remote/footage", "fuse.sshfs", True),
        ("/footage", "nfs4", True),
    ],
)
def test_a_folder_lies_on_the_file_system_mounted_nearest_above_it(
    mountinfo: Path, folder: str, kind: str, remote: bool
) -> None:
    assert kind_of(Path(folder), mountinfo) == kind
    assert is_remote(Path(folder), mountinfo) is remote


def test_where_nothing_is_known_of_mounts_a_folder_is_taken_for_local(tmp_path: Path) -> None:
    assert kind_of(tmp_path, tmp_path / "missing") == ""
    assert not is_remote(tmp_path, tmp_path / "missing")


def test_this_machine_tells_its_own(tmp_path: Path) -> None:
    assert kind_of(tmp_path.resolve())
