from contextlib import chdir
from pathlib import Path

import pytest

from installation.places import Places


def all_of(places: Places) -> list[Path]:
    return [
        places.staff_log,
        places.journal,
        places.shows,
        places.current,
        places.copies,
        places.probes,
        places.run,
        places.status,
        places.resume,
        places.lock,
        places.picture,
    ]


def test_with_a_folder_of_ones_own_everything_lies_under_it(tmp_path: Path) -> None:
    assert all(path.is_relative_to(tmp_path) for path in all_of(Places.under(tmp_path)))
    assert Places.under(tmp_path).staff_log == tmp_path / "log" / "installation.log"
    assert Places.under(tmp_path).status == tmp_path / "run" / "status.json"


def test_no_two_things_share_a_place(tmp_path: Path) -> None:
    paths = all_of(Places.under(tmp_path))
    assert len(set(paths)) == len(paths)


def test_a_relative_folder_stays_the_same_one_wherever_one_goes(tmp_path: Path) -> None:
    with chdir(tmp_path):
        places = Places.under(Path("state"))
    assert places.state == tmp_path / "state"


@pytest.mark.parametrize(
    ("environ", "state", "log"),
    [
        ({"STATE_DIRECTORY": "/var/lib/i", "LOGS_DIRECTORY": "/var/log/i"}, "/var/lib/i", "/var/log/i"),
        ({"STATE_DIRECTORY": "/var/lib/i"}, "/var/lib/i", "/var/lib/i/log"),
        ({"STATE_DIRECTORY": "/var/lib/i:/var/lib/j", "LOGS_DIRECTORY": "/a:/b"}, "/var/lib/i", "/a"),
    ],
)
def test_what_systemd_hands_out_is_used(environ: dict[str, str], state: str, log: str) -> None:
    places = Places.usual(environ)
    assert (places.state, places.log) == (Path(state), Path(log))


@pytest.mark.parametrize("environ", [{}, {"STATE_DIRECTORY": ""}, {"LOGS_DIRECTORY": "/var/log/i"}])
def test_without_systemd_it_is_the_users_own_state_folder(environ: dict[str, str]) -> None:
    places = Places.usual(environ)
    assert places.state.name == "installation"
    assert places.log == places.state / "log"


def test_making_the_folders_twice_does_no_harm(tmp_path: Path) -> None:
    places = Places(tmp_path / "a" / "state", tmp_path / "b" / "log")
    places.make()
    (places.run / "lock").touch()
    places.make()
    assert (places.run / "lock").exists()
    assert all(path.parent.is_dir() for path in all_of(places))


def test_a_log_folder_that_cannot_be_made_keeps_nothing_else_from_being_made(tmp_path: Path) -> None:
    places = Places(tmp_path / "state", tmp_path / "medium" / "log")
    (tmp_path / "medium").touch()
    places.make()
    assert places.run.is_dir()
    (tmp_path / "other").touch()
    with pytest.raises(OSError, match="other"):
        Places(tmp_path / "other" / "state", tmp_path / "log").make()


def test_a_preview_has_places_of_its_own_for_every_configuration(tmp_path: Path) -> None:
    kiosk = Places.under(tmp_path / "state")
    one, two = kiosk.preview(tmp_path / "a" / "config"), kiosk.preview(tmp_path / "b" / "config")
    assert not set(all_of(one)) & (set(all_of(two)) | set(all_of(kiosk)))
    assert all(path.is_relative_to(kiosk.state / "preview") for path in all_of(one))
    assert kiosk.preview(tmp_path / "b" / ".." / "a" / "config") == one


def test_the_log_of_a_preview_is_not_where_the_kiosks_logs_are(tmp_path: Path) -> None:
    kiosk = Places(tmp_path / "state", tmp_path / "log")
    assert kiosk.preview(tmp_path).log.is_relative_to(kiosk.state)
