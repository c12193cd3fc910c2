from pathlib import Path

from installation.config.kiosk import Kiosk
from installation.config.loop import CUES, Loop
from installation.config.reference import with_tables

README = Path(__file__).parents[2] / "README.md"


def table(name: str) -> list[list[str]]:
    """The rows of a table, without its head."""
    written = with_tables(f"before\n<!-- keys of {name} -->\nold\n<!-- end of keys -->\nafter\n")
    lines = written.splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "old" not in lines
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert rows[1] == ["---"] * len(rows[0])
    return rows[2:]


def test_every_key_of_a_file_and_of_its_parts_has_a_row() -> None:
    keys = [row[0] for row in table("kiosk.yaml")]
    assert {f"`{key}`" for key in Kiosk.known_keys()} <= set(keys)
    assert keys[1:4] == ["`screen`", "`screen: kind`", "`screen: output`"]
    assert "`sound: volume`" in keys
    assert {f"`{key}`" for key in Loop.known_keys()} | {"`text: place`"} <= {row[0] for row in table("loop.yaml")}


def test_a_row_tells_the_meaning_and_what_holds_without_the_key() -> None:
    rows = {row[0]: row for row in table("loop.yaml")}
    assert rows["`gap`"][2] == "`0`"
    assert rows["`text: languages`"][2] == "all"
    assert rows["`cues`"][2] == "must be there"
    assert "`shuffled`" in rows["`order`"][1]


def test_a_key_that_several_cues_have_stands_there_once() -> None:
    rows = table("cues")
    keys = [row[0].strip("`") for row in rows]
    assert set(keys) == {key for cue in CUES.values() for key in cue.known_keys()}
    assert len(set(keys)) == len(keys)
    assert keys[:4] == list(CUES)
    having = {row[0]: row[1] for row in rows}
    assert (having["`hold`"], having["`for`"]) == ("clip", "still, title")
    assert (having["`fade_in`"], having["`caption`"]) == ("clip, still, title", "every cue")


def test_what_stands_around_the_tables_is_kept() -> None:
    assert with_tables("# A page\n\nwithout tables\n") == "# A page\n\nwithout tables\n"
