"""The mains hums in the recording.

What it measures: the level of steady, narrow tones at 50 or 60 Hz and their harmonics, in dBFS. A
tone at 100 or 120 Hz alone counts where it neither moves nor is off its frequency.

Why it matters: Hum is there in every pause, so that no pause is silent to the model, and it is the
first thing that a listener with headphones notices.

How to mend it: Use a balanced cable, keep it away from power supplies, run the laptop on its
battery, and plug everything into one outlet. In an editor, remove 50 Hz (60 Hz in America) and its
harmonics with a notch or de-hum filter; a low cut at 80 Hz takes the deepest part away.

References: Mains frequencies after IEC 60038; hum at −45 dBFS is told from none with an AUC of
1.0, at −55 dBFS with 0.92.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Hum, Judgement, at_most, info, rule


@dataclass(frozen=True)
class Limits:
    warn_above_dbfs: float = -55
    fail_above_dbfs: float = -40
    fail_listen_at_least_s: float = 5
    """In less, a drawn-out rumble may pass for a hum: then it is a warning."""


@rule("hum", code="V40", medium="voice", limits=Limits)
def hum(hum: Hum, limits: Limits) -> Judgement:
    if not hum.certain:
        return info("Whether the mains hums cannot be told in less than 3 s.")
    return at_most(
        hum.level_dbfs,
        warn=limits.warn_above_dbfs,
        fail=limits.fail_above_dbfs if hum.listened_s >= limits.fail_listen_at_least_s else None,
        unit="dBFS",
        says=f"The mains hums at {hum.mains_hz:.0f} Hz with {{measured}}; {{wanted}} or less "
        "is wanted.",
    )
