"""Cuts the power hundreds of times, at random moments: `python -m tests.bench.power_cuts [CUTS] [SEED]`, as root."""

import sys
import tempfile
import time
from pathlib import Path

from tests.disks import ext4
from tests.show.power_cuts import Kiosk


def main() -> None:
    cuts = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 2017
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ext4(Path(folder) / "disk", megabytes=64) as disk:
        kiosk = Kiosk.on(disk, Path(folder), seed)
        for number in range(1, cuts + 1):
            kiosk.live_through_a_cut()
            print(f"\r{number} of {cuts}", end="", flush=True, file=sys.stderr)
        kiosk.engine.close()
    print(
        f"\n{cuts} power cuts in {time.monotonic() - begun:.0f} s: {kiosk.cut_early} while the show was prepared, "
        f"{cuts - kiosk.cut_early} after; each time the old show or the new one was whole and played, the place was "
        f"one of the last two written ({kiosk.counted} times), and no line of the log was lost that had been safe "
        f"({kiosk.lines})."
    )


if __name__ == "__main__":
    main()
