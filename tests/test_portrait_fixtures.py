"""A portrait with one made defect is found out by the rule of that name, and by no other error."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.engine import Selected, applies, run_rule
from qcheck.evidence import Evidence
from qcheck.job import Job
from qcheck.media.file import File
from qcheck.registry import load_rules
from qcheck.results import Outcome, Severity
from qcheck.rule import RuleStatus
from qcheck.settings import resolve_limits
from qcheck.targets import find_target

ROOT = Path(__file__).resolve().parents[1]
MADE = {
    "colour-cast.jpg": ("colour", Severity.WARNING),
    "colour.jpg": ("colour", Severity.WARNING),
    "compression.jpg": ("compression", Severity.WARNING),
    "exposure-bright.jpg": ("exposure", Severity.ERROR),
    "exposure.jpg": ("exposure", Severity.ERROR),
    "eye-line.jpg": ("eye-line", Severity.ERROR),
    "face-centred.jpg": ("face-centred", Severity.ERROR),
    "face-cropped.jpg": ("face-cropped", Severity.ERROR),
    "face-resolution.jpg": ("face-resolution", Severity.ERROR),
    "file-limits.jpg": ("file-limits", Severity.ERROR),
    "head-and-shoulders.jpg": ("head-and-shoulders", Severity.WARNING),
    "headroom.jpg": ("headroom", Severity.WARNING),
    "image-noise.jpg": ("image-noise", Severity.WARNING),
    "orientation.jpg": ("orientation", Severity.WARNING),
    "readable-extension.png": ("readable", Severity.WARNING),
    "readable.jpg": ("readable", Severity.ERROR),
    "sharpness.jpg": ("sharpness", Severity.ERROR),
    "transparency.webp": ("transparency", Severity.ERROR),
    "true-resolution.jpg": ("true-resolution", Severity.ERROR),
}


def outcomes(path: Path) -> dict[str, Outcome]:
    """Every stable rule's word on a portrait for OmniHuman 1.5."""
    target = find_target("omnihuman-1-5")
    assert target is not None
    evidence = Evidence(File(path.name, path.read_bytes()))
    rules = [
        rule
        for rule in load_rules().all
        if applies(rule, "portrait") and rule.status is RuleStatus.STABLE
    ]
    return {
        rule.name: run_rule(
            Selected(rule, resolve_limits(rule, [(target.app, target.limits)])), evidence, Job()
        )
        for rule in rules
    }


@pytest.mark.parametrize("name", MADE)
def test_a_made_defect_is_found_by_its_rule_and_is_the_only_error(name: str) -> None:
    rule, severity = MADE[name]
    found = outcomes(ROOT / "fixtures" / "defects" / name)
    assert found[rule].severity is severity, found[rule]
    errors = {n for n, o in found.items() if o.severity is Severity.ERROR}
    assert errors <= {rule}


def test_the_sound_portrait_has_nothing_to_mend() -> None:
    found = outcomes(ROOT / "fixtures" / "portrait.png")
    worse = {n: o for n, o in found.items() if (o.severity or Severity.INFO) > Severity.INFO}
    assert not worse
