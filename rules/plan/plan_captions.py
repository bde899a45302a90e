"""The plan makes a video without captions.

What it measures: whether the plan names captions, takes them from its script, or says in so many
words that none are wanted.

Why it matters: Most people watch with the sound off, and a talking head says nothing without it.
It is one of the seven common mistakes of talking-head videos.

How to mend it: Name an SRT or WebVTT file: `captions = "talk.srt"`. Where a script is spoken,
`captions = "script"` makes them from its words. `captions = false` says that none are wanted.

References: docs/jobs.md.
"""

from __future__ import annotations

from qcheck import Judgement, Production, info, passed, rule, warned


@rule("plan-captions", code="K03", medium="plan")
def plan_captions(production: Production) -> Judgement:
    if production.captions_declined:
        return info("The video will have no captions, as the plan says.")
    if production.captions is None and not production.captions_from_script:
        return warned("The video will have no captions: who watches without sound is lost.")
    return passed("The video will have captions.")
