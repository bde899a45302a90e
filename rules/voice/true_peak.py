"""The loudest peak leaves no room below full scale.

What it measures: the highest point of the wave between the samples, not only at them, in dBTP.

Why it matters: The pipeline converts the recording (to MP3, to another rate) before a model hears
it, and peaks this close to full scale are cut off on the way: a crackle on every loud syllable.

How to mend it: Turn the recording down by some decibels, or normalise its peaks to −1 dBTP or
less. For the next one, set the recording level lower.

References: ITU-R BS.1770-5 Annex 2; EBU R 128 asks for −1 dBTP at most. Where peaks have been cut
off already, clipping says so and this rule keeps quiet.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Clipping, Judgement, TruePeak, at_most, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_dbtp: float = -1


@rule("true-peak", code="V22", medium="voice", limits=Limits)
def true_peak(peak: TruePeak, clipping: Clipping, limits: Limits) -> Judgement:
    if clipping.spans:
        return passed(
            "The true peak is {measured}, where the clipping cut it off.",
            measured=peak.peak_dbtp,
            unit="dBTP",
            score=80.0,
        )
    return at_most(
        peak.peak_dbtp,
        warn=limits.warn_above_dbtp,
        unit="dBTP",
        where=peak.at,
        says="The true peak is {measured}; {wanted} or less is wanted.",
    )
