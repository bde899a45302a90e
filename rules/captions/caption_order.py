"""Captions overlap, stand out of order, or end before they begin.

What it measures: the start and end of every caption against its own and its neighbours'.

Why it matters: Captions that overlap are drawn over each other; one that ends before it begins is
never seen.

How to mend it: Open the file in a subtitle editor, sort it by time, and let every caption end
where the next one begins or earlier.

References: WebVTT (W3C), cues; BBC Subtitle Guidelines.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Captions, Judgement, failed, passed, rule


@rule("caption-order", code="C01", medium="captions")
def caption_order(captions: Captions) -> Iterator[Judgement]:
    if not captions.cues:
        yield failed("There is no caption in the file.", measured=0)
        return
    fine = True
    for cue in captions.cues:
        if cue.seconds <= 0 or cue.start_s < 0:
            fine = False
            yield failed(
                f"Caption {cue.number} ends before it begins "
                f"({cue.start_s:.2f} to {cue.end_s:.2f} s).",
                where=cue.span,
            )
    for before, cue in zip(captions.cues, captions.cues[1:], strict=False):
        if cue.start_s < before.start_s:
            fine = False
            yield failed(
                f"Caption {cue.number} begins before caption {before.number}.", where=cue.span
            )
        elif cue.start_s < before.end_s - 1e-3:
            fine = False
            yield failed(
                f"Caption {cue.number} begins {{measured}} before caption {before.number} ends.",
                measured=before.end_s - cue.start_s,
                unit="s",
                where=cue.span,
            )
    if fine:
        yield passed("The captions are in order.", measured=len(captions.cues))
