"""Shortens long pauses between words.

Unsafe, because a pause is part of how somebody speaks. The middle of the pause is taken out and its
ends are crossfaded, so that the room's tone goes on.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.media.content import Recording
from qcheck.probes.voice import Pauses

# A pause of 0.6 s ends a sentence in read speech (Goldman-Eisler 1968).
_LEFT_S = 0.6
_CROSSFADE_S = 0.02


@fix("pauses", medium="voice", turn=50, answers=("long-pause",), safe=False)
def shorten_pauses(recording: Recording, pauses: Pauses, wish: Wish) -> Repaired | None:
    """Shorten long pauses between words."""
    longest_s = wish.limit("long-pause", "warn_above_s")
    long = [pause for pause in pauses.inside if pause.seconds > longest_s]
    if not long:
        return None
    left_s = min(_LEFT_S, longest_s)
    fade = round(_CROSSFADE_S * recording.rate_hz)
    falling = np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    parts, at = [], 0
    for pause in long:
        # As much of the room stays behind the last word as before the next.
        start = round((pause.start_s + left_s / 2) * recording.rate_hz)
        end = round((pause.end_s - left_s / 2) * recording.rate_hz)
        before, after = recording.samples[start : start + fade], recording.samples[end - fade : end]
        parts += [recording.samples[at:start], before * falling + after * (1 - falling)]
        at = end
    samples = np.concatenate([*parts, recording.samples[at:]])
    times = "a pause" if len(long) == 1 else f"{len(long)} pauses"
    shortest, most = min(p.seconds for p in long), max(p.seconds for p in long)
    of = f"{most:.2f} s" if len(long) == 1 else f"{shortest:.2f} to {most:.2f} s"
    return Repaired(
        (dataclasses.replace(recording, samples=samples),),
        f"{times} of {of} shortened to {left_s:g} s",
    )
