"""More, or fewer, people speak than the job has speakers.

What it measures: whether the stretches of speech belong to one voice or to two that take turns, by
comparing voiceprints of 1.6 seconds each. People who talk at the same time are not told apart.

Why it matters: One portrait speaks everything that is in the recording. A second voice, an
interviewer's question or a helper's "go ahead", comes out of the same mouth. Where two people are
to speak, a recording with one voice leaves the other face still.

How to mend it: Cut the other voice out, or give each person a recording of their own. If two people
are meant to speak, say so with `--speakers 2`. A voice that changes its sound in the middle
(another microphone, a voice that is acted) may be taken for two: then record in one go.

References: Wan and others, "Generalized end-to-end loss for speaker verification", 2018;
Resemblyzer (Resemble AI).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Job, Judgement, RuleStatus, Voices, at_most, info, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_likelihood_share: float = 0.5
    one_below_likelihood_share: float = 0.1
    listen_at_least_s: float = 8


@rule(
    "speaker-count",
    code="V43",
    medium="voice",
    limits=Limits,
    status=RuleStatus.PREVIEW,
)
def speaker_count(voices: Voices, job: Job, limits: Limits) -> Judgement:
    if job.speakers == 1:
        return at_most(
            voices.two_likelihood,
            warn=limits.warn_above_likelihood_share,
            unit="share",
            where=voices.second,
            says="That two people speak in turns is {measured} likely, and one was expected; "
            "{wanted} or less is wanted.",
        )
    if voices.two_likelihood > limits.warn_above_likelihood_share:
        return passed("Two voices are heard.", measured=2)
    alone = voices.two_likelihood < limits.one_below_likelihood_share
    if alone and voices.speech_s >= limits.listen_at_least_s:
        return warned(
            f"Only one voice is heard, where {job.speakers} were expected.",
            measured=1,
            wanted=job.speakers,
        )
    return info("Whether one or two voices speak cannot be told.")
