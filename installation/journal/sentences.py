"""The one catalogue of sentences for staff: what is said of each event and of the present, in each language."""

from typing import Any

_FAULTS = {
    "ended": "The player ended",
    "heavy": "The player used too much memory",
    "silent": "The player stopped answering",
    "still": "The picture stopped",
    "unready": "The player did not start",
    "covered": "Something lay over the picture",
    "frozen": "The screen stood still",
    "dark": "The screen was dark",
}

_REASONS = {
    "none_found": "No screen was found (there is no X display)",
    "none_wanted": "No screen is wanted (kiosk.yaml says none)",
}

_UNSEEN = {
    "covered": "Something lies over the picture and stays there. Please close it, or switch the machine off and on.",
    "frozen": "The screen stands still although the loop plays. Please switch the screen off and on.",
    "dark": "The screen is dark although the loop plays. Please switch the screen off and on.",
}

_RUNGS = (
    "It plays as configured again",
    "It plays without the graphics processor's decoder now, because the player kept failing",
    "It plays with the plain video output now, because the player kept failing",
    "It plays without sound now, because the player kept failing",
)

_DARK = {
    "saver": "A screen saver covered the picture",
    "sleep": "The screen was asleep",
    "unlit": "The screen's output was switched off",
}

_ENGLISH = {
    "opened": "{greeting}. The loop has {cues} and lasts {loop}.",
    "playing": "The picture is on the screen.",
    "playing_unseen": "{reason}. The loop plays all the same; its current picture is in {picture}.",
    "preparing": "The loop is being prepared. This can take some minutes; then it comes on screen by itself.",
    "changed": "The new loop is on screen ({cues}, {loop}).",
    "same": "The files say what is on the wall already. Nothing changes.",
    "kept": "The edit of {edited} has a mistake in {problem}{more} The loop before it goes on.",
    "left_out": "Left out of the loop: {problem}",
    "nothing_to_play": "The wall is black, because nothing can be played: {problem}{more}",
    "prepare_failed": "The loop could not be prepared ({problem}). It is tried again by itself.",
    "fixed": "{fault}{place}. The player was restarted; the picture was back after {dark}. Nothing to do.",
    "again": "The same happened {count} more, the last time at {last}. The picture was dark for {dark}. Nothing to do.",
    "screen_gone": "There is no screen. The picture comes back by itself when the screen does.",
    "screen_missing_long": "The screen has been gone for two minutes. Please check its cable and its power.",
    "screen_back": "The screen is back after {away}, and so is the picture. Nothing to do.",
    "player_fails": "The player has failed {count} in a row and is started again every {pause}. "
    "If the wall stays black, please switch the machine off and on.",
    "rung": "{rung}. Nothing to do.",
    "set_aside": "The player failed twice at the same place of {name} (cue {number} in loop.yaml). "
    "It is left out until the loop or its footage is changed.",
    "seen_again": "The picture could not be seen for {dark}; it is to be seen again. Nothing to do.",
    "unseen": "{unseen}",
    "woken": "{cause}. It was woken. Nothing to do.",
    "unswitchable": "The screen does not obey when it is switched off or on. Please see whether it is on.",
    "master_changed": "Not as the archive was sealed: {name}. The picture goes on. Please tell the artist: it is to be "
    "put back from the original, or, if the change is meant, sealed anew with `installation footage seal`.",
    "master_gone": "Gone from the archive since it was sealed: {name}. Please tell the artist.",
    "master_unread": "The archive cannot be read any more: {problem}{more} The disk may be failing. "
    "Please tell the artist.",
    "log_late": "The disk did not take this log from {refused} on. It does now, and what happened meanwhile is written "
    "above.{lost} Nothing to do.",
    "closed": "{greeting}. {loops}, {shown} on screen, {restarts}, {dark} dark.",
}

CATALOGUE = {"en": _ENGLISH}
"""Language to event kind to sentence."""


def sentence(kind: str, fields: dict[str, Any], language: str = "en") -> str:
    """Say an event in plain words; lengths of time come in seconds and are spelled out here."""
    return CATALOGUE[language][kind].format(**_spelled(fields))


def spell(seconds: float) -> str:
    """Spell a length of time as people say it: 0.8 s, 42 s, 22 min 10 s, 8 h."""
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, second = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {second:02d} s" if second else f"{minutes} min"
    hours, minute = divmod(minutes, 60)
    return f"{hours} h {minute:02d} min" if minute else f"{hours} h"


def count(number: int, one: str, many: str | None = None) -> str:
    """Say a number of things: 1 cue, 14 cues."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def greeting(hour: int, *, leaving: bool = False) -> str:
    """Greet by the hour of the day (0 to 23)."""
    if leaving:
        return "Good night" if hour >= 17 or hour < 5 else "Good bye"
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if 12 <= hour < 18 else "Good evening"


def _spelled(fields: dict[str, Any]) -> dict[str, Any]:
    """Turn figures into words: every field that a sentence may name."""
    spelled = dict(fields)
    for name in ("loop", "dark", "away", "shown", "pause"):
        if name in spelled:
            spelled[name] = spell(spelled[name])
    if "cues" in spelled:
        spelled["cues"] = count(spelled["cues"], "cue")
    if "loops" in spelled:
        spelled["loops"] = count(spelled["loops"], "loop")
    if "restarts" in spelled:
        spelled["restarts"] = count(spelled["restarts"], "restart")
    if "count" in spelled:
        spelled["count"] = count(spelled["count"], "time")
    if "lost" in spelled:
        lost = spelled["lost"]
        spelled["lost"] = f" {count(lost, 'line')} did not fit into the memory." if lost else ""
    if "fault" in spelled:
        spelled["fault"] = _FAULTS[spelled["fault"]]
    if "unseen" in spelled:
        spelled["unseen"] = _UNSEEN[spelled["unseen"]]
    if "rung" in spelled:
        spelled["rung"] = _RUNGS[spelled["rung"]]
    if "cause" in spelled:
        spelled["cause"] = _DARK[spelled["cause"]]
    if "reason" in spelled:
        spelled["reason"] = _REASONS[spelled["reason"]]
    more = spelled.get("more", 0)
    spelled["more"] = f" And {count(more, 'more mistake')}; see `installation check`." if more else ""
    return spelled
