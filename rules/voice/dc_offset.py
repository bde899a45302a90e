"""The wave does not swing around zero.

What it measures: the mean of all samples, as a share of full scale.

Why it matters: The offset takes room from the loud peaks on one side, clicks at every cut and
joint, and looks like sound to a tool that measures levels.

How to mend it: Use "remove DC offset" or a low cut at 20 Hz in an audio editor. If it comes back,
the sound card or interface is faulty.

References: Converters are within 0.001 of full scale; 0.01 is −40 dBFS.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import DcOffset, Judgement, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_share: float = 0.01


@rule("dc-offset", code="V42", medium="voice", limits=Limits)
def dc_offset(offset: DcOffset, limits: Limits) -> Judgement:
    return at_most(
        offset.offset_share,
        warn=limits.warn_above_share,
        unit="share",
        says="The wave is {measured} of full scale off its zero line; {wanted} or less is wanted.",
    )
