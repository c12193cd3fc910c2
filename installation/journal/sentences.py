"""The one catalogue of sentences for staff: what is said of each event and of the present, in each language.

English stands here, Chinese beside it: what is added to one must be added to the other.
"""

from datetime import datetime
from typing import Any

from installation.hours import Hours, is_open, local, next_change
from installation.journal.chinese import CHINESE
from installation.journal.languages import Language, spell

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

_RUNGS = {
    0: "It plays as configured again",
    1: "It plays without the graphics processor's decoder now, because the player kept failing",
    2: "It plays with the plain video output now, because the player kept failing",
    3: "It plays without sound now, because the player kept failing",
}

_DRAWN = {
    "gpu": "The graphics processor draws the picture again",
    "plain": "The graphics processor cannot be used now; the picture is drawn without it",
}

_DARK = {
    "saver": "A screen saver covered the picture",
    "sleep": "The screen was asleep",
    "unlit": "The screen's output was switched off",
}

_GREETINGS = {
    "morning": "Good morning",
    "afternoon": "Good afternoon",
    "evening": "Good evening",
    "night": "Good night",
    "bye": "Good bye",
}

_EVENTS = {
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
    "drawn": "{drawn}. Nothing to do.",
    "needs_memory": "The player needs {needed} of memory, and kiosk.yaml allows {allowed}. It is given that, and the "
    "picture goes on. Please tell the technician: `watchdog: memory` is to be larger.",
    "set_aside": "The player failed twice at the same place of {name} (cue {number} in loop.yaml). "
    "It is left out until the loop or its footage is changed.",
    "seen_again": "The picture could not be seen for {dark}; it is to be seen again. Nothing to do.",
    "unseen": "{unseen}",
    "woken": "{cause}. It was woken. Nothing to do.",
    "unswitchable": "The screen does not obey when it is to be switched off; it stays black instead. Nothing to do.",
    "sound_gone": "The sound device does not answer. The picture goes on without sound, which is tried again by "
    "itself. If the room stays silent, please see whether its loudspeakers or its amplifier are on.",
    "sound_back": "The sound is back. Nothing to do.",
    "master_changed": "Not as the archive was sealed: {name}. The picture goes on. Please tell the artist: it is to be "
    "put back from the original, or, if the change is meant, sealed anew with `installation footage seal`.",
    "master_gone": "Gone from the archive since it was sealed: {name}. Please tell the artist.",
    "master_unread": "The archive cannot be read any more: {problem}{more} The disk may be failing. "
    "Please tell the artist.",
    "log_late": "The disk did not take this log from {refused} on. It does now, and what happened meanwhile is written "
    "above.{lost} Nothing to do.",
    "clock": "The clock was set {direction} by {by}. The opening hours follow it. Nothing to do.",
    "drill_began": "A drill begins: faults are made on purpose, and the lines up to its end are about them. "
    "Nothing to do.",
    "drill_ended": "The drill is over: {faults} rehearsed, everything healed by itself. Nothing to do.",
    "drill_failed": "The drill is over: {faults} rehearsed, and {unhealed} did not heal. Please tell the technician.",
    "still_closed": "The wall is closed until {until}.",
    "closed": "{greeting}. {loops}{today}, {shown} on screen, {restarts}, {dark} dark.",
}

_PRESENT = {
    "stale": "The watchdog has not written for {written}. Please restart the installation.",
    "playing": "All is well: the picture is on the screen since {since}.",
    "playing_unseen": "All is well: the loop plays since {since}.",
    "troubled": "There is a problem, but the picture is on the screen since {since}.",
    "troubled_unseen": "There is a problem, but the loop plays since {since}.",
    "starting": "The player is starting.",
    "resting": "The player has failed and is about to be started again.",
    "waiting": "There is no screen since {since}. The picture comes back by itself when the screen does.",
    "preparing": "The loop is being prepared; the wall is black until it is done.",
    "black": "The wall is black, because nothing can be played.",
    "always_open": "The wall is always open.",
    "open_until": "The wall is open until {until}.",
    "closed_until": "The wall is closed until {until}.",
    "closed": "The wall is closed.",
    "cue": "Cue {number} of {of} ({name} at {position}), loop {iteration}.",
    "no_cue": "Cue {number} of {of} (black), loop {iteration}.",
    "day": "{restarts} and {dark} dark since the start.",
    "turn": "A new loop is ready and comes at the next turn, in about {turn_in}.",
    "progress": "A loop is being prepared ({progress}).",
    "picture": "There is no screen; the current picture is {picture}.",
    "problem": "Problem: {problem}{more_problems}",
}

ENGLISH = Language(
    events=_EVENTS,
    present=_PRESENT,
    words={
        "greeting": _GREETINGS,
        "fault": _FAULTS,
        "reason": _REASONS,
        "unseen": _UNSEEN,
        "rung": _RUNGS,
        "drawn": _DRAWN,
        "cause": _DARK,
        "direction": {"forward": "forward", "back": "back"},
        "today": {True: " today", False: ""},
    },
    numbers={
        "cues": ("{} cue", "{} cues"),
        "loops": ("{} loop", "{} loops"),
        "restarts": ("{} restart", "{} restarts"),
        "count": ("{} time", "{} times"),
        "faults": ("{} fault", "{} faults"),
    },
    extras={
        "more": (
            " And {} more mistake; see `installation check`.",
            " And {} more mistakes; see `installation check`.",
        ),
        "more_problems": (
            " And {} more problem; see `installation check`.",
            " And {} more problems; see `installation check`.",
        ),
        "lost": (" {} line did not fit into the memory.", " {} lines did not fit into the memory."),
    },
    place=" in {} at {}",
    tomorrow="tomorrow",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    spell=spell,
)

CATALOGUE = {"en": ENGLISH, "zh-Hant": CHINESE}


def sentence(kind: str, fields: dict[str, Any], language: str = "en") -> str:
    """Say an event in plain words; lengths of time come in seconds and are spelled out here."""
    return CATALOGUE[language].event(kind, fields)


def opening(hours: Hours | None, now: float, language: str = "en") -> str:
    """Say whether the wall is open, and until when; `now` in Unix seconds."""
    change = next_change(hours, now)
    if change is None:
        return CATALOGUE[language].now("always_open" if is_open(hours, now) else "closed")
    return until(local(hours, change), local(hours, now), language, closed=not is_open(hours, now))


def until(change: datetime, now: datetime, language: str, *, closed: bool) -> str:
    """Say until when the wall is open, or closed."""
    said = CATALOGUE[language]
    return said.now("closed_until" if closed else "open_until", until=said.when(change, now))


def count(number: int, one: str, many: str | None = None) -> str:
    """Say a number of things: 1 cue, 14 cues."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def greeting(hour: int, *, leaving: bool = False) -> str:
    """Return which greeting goes with the hour of the day (0 to 23)."""
    if leaving:
        return "night" if hour >= 17 or hour < 5 else "bye"
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
