"""When which words stand on the wall: a plan's titles and captions on its timeline."""

from collections.abc import Iterator
from fractions import Fraction

from installation.show.captions import Lettering, chosen
from installation.show.plan import Plan
from installation.show.turns import PlannedCue


def letterings(plan: Plan, languages: tuple[str, ...] | None) -> Iterator[Lettering]:
    """Yield every cue's words, turn by turn; they come and go as the picture does, crossfades included."""
    at_s = Fraction(0)
    for number, after in plan.played(plan.iterations):
        cue, ends_s = plan.cues[number], at_s + plan.length_s(number)
        yield from _of_cue(cue, at_s - cue.blend_s, ends_s, plan.cues[after].blend_s, languages)
        at_s = ends_s + plan.gap_s
    if plan.cues:
        # the first words again, as they begin to come while the timeline ends
        first = plan.cues[plan.orders[0][0]]
        if first.blend_s:
            yield from _of_cue(first, at_s - first.blend_s, at_s, Fraction(0), languages)


def _of_cue(
    cue: PlannedCue, start_s: Fraction, end_s: Fraction, leaving_s: Fraction, languages: tuple[str, ...] | None
) -> Iterator[Lettering]:
    for kind, words in (("title", cue.title), ("caption", cue.caption)):
        if words:
            coming_s = cue.blend_s or cue.fade_in_s
            going_s = leaving_s or cue.fade_out_s
            lines = chosen(dict(words), languages)
            yield Lettering(kind, lines, start_s, end_s, coming_s, going_s, cue.strip.shape)
