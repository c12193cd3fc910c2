from pathlib import Path

from tests.disks import ext4
from tests.show.power_cuts import Kiosk

CUTS = 6
"""`python -m tests.bench.power_cuts` makes hundreds."""


def test_after_a_power_cut_there_is_the_old_show_or_the_new_and_a_picture(tmp_path: Path) -> None:
    with ext4(tmp_path / "disk") as disk:
        kiosk = Kiosk.on(disk, tmp_path, seed=2017)
        try:
            for _ in range(CUTS):
                kiosk.live_through_a_cut()
        finally:
            kiosk.engine.close()
    assert kiosk.cut_early > CUTS / 4
    assert kiosk.counted > 0
    assert kiosk.lines > 0
