"""The photosensitivity of what the wall shows of a plan: its first iteration, and the wrap."""

from dataclasses import replace

from installation.flash.limits import SPACING_50_S, View, spacing
from installation.flash.verdicts import Assessment, Finding, Standard, merged
from installation.footage import risks
from installation.footage.fixity import Progress
from installation.footage.risks import Risks
from installation.show import seen
from installation.show.plan import Plan
from installation.show.seen import Screen


def judge(plan: Plan, screen: Screen, kept: Risks, view: View, progress: Progress) -> Assessment:
    """Judge a plan, which has a cue at least, and keep what was found. Raises FootageError where a file fails."""
    from installation.flash.risk import Risk

    spacing_s = max(
        (spacing(cue.strip.probe.rate) for cue in plan.cues if cue.strip.probe is not None), default=SPACING_50_S
    )
    risk, whole = Risk(view, spacing_s), plan.loop_s + seen.TAIL_S
    for time_s, picture in seen.seen(plan, screen):
        risk.see(time_s, picture)
        progress(round(time_s * 100), round(whole * 100))
    found = _looped(risk.finish(), float(plan.loop_s))
    kept.keep(_name(plan, screen, view), found)
    return found


def known(plan: Plan, screen: Screen, kept: Risks, view: View) -> Assessment | None:
    """Return what is known of a plan, None where it was not judged yet."""
    return kept.known(_name(plan, screen, view))


def _name(plan: Plan, screen: Screen, view: View) -> str:
    return risks.key("show", view, *seen.content(plan, screen))


def _looped(found: Assessment, loop_s: float) -> Assessment:
    """Bring what was found beyond the wrap back to where it is in the loop."""
    standards = {
        name: Standard(
            standard.verdict, _once(merged(_moved(finding, loop_s) for finding in standard.findings), loop_s)
        )
        for name, standard in found.standards.items()
    }
    return Assessment(standards, [point for point in found.curve if point.start_s < loop_s])


def _moved(finding: Finding, loop_s: float) -> Finding:
    start_s = finding.start_s % loop_s
    end_s = start_s + min(finding.end_s - finding.start_s, loop_s)
    return replace(finding, start_s=start_s, end_s=end_s, worst_s=finding.worst_s % loop_s)


def _once(found: list[Finding], loop_s: float) -> list[Finding]:
    """Leave out at the beginning what one that goes over the wrap holds already."""
    kept = list(found)
    for over in [one for one in found if one.end_s > loop_s]:
        for one in [one for one in kept if one is not over and one.kind == over.kind]:
            if one.start_s <= over.end_s - loop_s:
                kept.remove(one)
                end_s = min(max(over.end_s, one.end_s + loop_s), over.start_s + loop_s)
                worst = max(over, one, key=lambda either: either.peak)
                over.end_s, over.peak, over.worst_s = end_s, worst.peak, worst.worst_s
    return kept
