"""On which kind of file system a folder lies: what others write to one over the network, the kernel does not hear."""

import re
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")

_REMOTE = frozenset({"9p", "afs", "ceph", "cifs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf", "virtiofs"})


def is_remote(folder: Path, mountinfo: Path = MOUNTINFO) -> bool:
    """Whether others may change what lies in `folder`, its links resolved, without this kernel's knowledge."""
    kind = kind_of(folder, mountinfo)
    return kind in _REMOTE or kind.startswith("fuse.")  # fuse.sshfs, fuse.rclone …; a local NTFS disk is fuseblk


def kind_of(folder: Path, mountinfo: Path = MOUNTINFO) -> str:
    """Name the kind of file system of a folder, as proc(5) does; empty where it cannot be told."""
    try:
        lines = mountinfo.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        mounted, _, source = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), mounted.split()[4])
        depth = len(Path(point).parts)
        if folder.is_relative_to(point) and depth >= best:  # of two on one point the later one is seen
            best, kind = depth, source.split()[0]
    return kind
