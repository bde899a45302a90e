"""How each rule's example is drawn, and its captions, which are the picture's alt text too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FACTS", "RECIPES", "Film", "Portrait", "Voice"]


@dataclass(frozen=True)
class Recipe:
    good: str
    bad: tuple[str, ...]
    """One for each fixture that is shown."""


@dataclass(frozen=True)
class Portrait(Recipe):
    view: Literal["whole", "face", "eyes", "eye"] = "whole"
    """What of each picture is shown, around the face in it."""
    guides: tuple[Literal["third", "middle"], ...] = ()
    stored: bool = False
    """As the bytes have it: neither turned upright nor refused where they end too soon."""


@dataclass(frozen=True)
class Voice(Recipe):
    lane: Literal["wave", "spectrum", "level"] = "wave"
    window_s: tuple[float, float] | None = None
    """What is shown; None: all of it."""
    gain: float = 1.0
    """How much the wave is enlarged."""
    top_hz: float | None = None
    line_dbfs: float | None = None
    """A limit to draw."""


@dataclass(frozen=True)
class Film(Recipe):
    drawn: Literal["frames", "ticks", "cuts", "voice", "size"] = "frames"
    """What is shown beside the frames on the time axis."""


# Nothing of these is to be seen or heard: their example is what the file is.
FACTS = ("file-limits", "voice-format", "video-container")

RECIPES: dict[str, Portrait | Voice | Film] = {
    "readable": Portrait("the whole picture", ("the file breaks off",), stored=True),
    "face-count": Portrait("one face", ("a second face, marked",)),
    "orientation": Portrait("stored upright", ("stored on its side",), stored=True),
    "face-resolution": Portrait(
        "an eye of a face 1064 px across", ("the same of a face 381 px across",), "eye"
    ),
    "face-cropped": Portrait("the whole face", ("left and right are cut off",)),
    "face-centred": Portrait(
        "the face on the middle line", ("the face left of it",), guides=("middle",)
    ),
    "eye-line": Portrait(
        "the eyes near the line at a third", ("the eyes far below it",), guides=("third",)
    ),
    "headroom": Portrait("little room above the head", ("far too much room above it",)),
    "head-and-shoulders": Portrait("head and shoulders", ("the head alone",)),
    "frontal-pose": Portrait("facing the lens", ("turned 42° to the side",)),
    "head-roll": Portrait("the head upright", ("the head tilted by 25°",)),
    "eye-contact": Portrait(
        "the eyes look into the lens", ("the eyes look past it, 30° to the side",), "eyes"
    ),
    "eyes-open": Portrait("both eyes open", ("both eyes closed",), "eyes"),
    "neutral-expression": Portrait("a calm, closed mouth", ("a smile that shows teeth",), "face"),
    "eyes-visible": Portrait("bare eyes", ("dark glasses hide both eyes",), "face"),
    "face-visible": Portrait("the whole face bare", ("a mask over nose and mouth",), "face"),
    "even-light": Portrait(
        "both halves in the light", ("one half of the face in the dark",), "face"
    ),
    "shadow": Portrait("soft light everywhere", ("most of the face in heavy shadow",), "face"),
    "exposure": Portrait(
        "well exposed", ("far too dark", "blown out, without detail in the skin"), "face"
    ),
    "sharpness": Portrait("every lash is sharp", ("out of focus",), "eye"),
    "true-resolution": Portrait(
        "as much detail as pixels", ("enlarged: the pixels hold no detail",), "eye"
    ),
    "compression": Portrait("lightly compressed", ("squares and smears of JPEG",), "eye"),
    "image-noise": Portrait("clean skin", ("grain all over the skin",), "eye"),
    "colour": Portrait("natural colour", ("black and white", "a blue cast"), "face"),
    "background": Portrait("a quiet background", ("a busy background",)),
    "transparency": Portrait("no transparency", ("holes in face and background",)),
    "sample-rate": Voice("sound up to 24 kHz", ("nothing above 6 kHz",), "spectrum"),
    "true-bandwidth": Voice(
        "sound up to the top of its band", ("nothing above 3.7 kHz",), "spectrum"
    ),
    "speech-present": Voice("speech", ("noise without a word",), "spectrum"),
    "noise-floor": Voice("quiet between the words", ("noise between the words",), "level"),
    "signal-to-noise": Voice("the voice stands out", ("the voice drowns in noise",), "level"),
    "loudness": Voice("a good level", ("so quiet that the wave is a line",)),
    "loudness-consistency": Voice("one level throughout", ("one half louder than the other",)),
    "level-jump": Voice(
        "one level throughout", ("turned down at the mark, noise and all",), "level"
    ),
    "true-peak": Voice(
        "every peak below −1 dB (dashed)",
        ("the wave rises above it between two samples",),
        window_s=(2.3287, 2.3347),
        line_dbfs=-1.0,
    ),
    "clipping": Voice("round peaks", ("peaks cut flat",), window_s=(0.85, 0.89)),
    "reverberation": Voice(
        "words end at once", ("every word rings on into the pause",), "spectrum"
    ),
    "music": Voice("speech alone", ("tones of music in the pauses",), "spectrum"),
    "duration": Voice("10 s, one clip", ("31 s in one go",)),
    "edge-silence": Voice("begins and ends with speech", ("nobody speaks at the end, marked",)),
    "long-pause": Voice("short pauses", ("a pause of two seconds, marked",)),
    "digital-silence": Voice(
        "quiet room tone in a pause", ("a pause of nothing but zeros, marked",), "level"
    ),
    "dropout": Voice("an unbroken wave", ("a hole in a word, marked",), window_s=(0.47, 0.54)),
    "hum": Voice("silence below the voice", ("a steady line at 50 Hz",), "spectrum", top_hz=1000),
    "channels": Voice("the mix of the channels", ("the channels cancel: no mix",)),
    "dc-offset": Voice(
        "a pause, around the zero line",
        ("all of it above the zero line",),
        window_s=(1.6, 2.3),
        gain=8.0,
    ),
    "speaker-count": Voice("one voice", ("a second voice from the mark on",), "spectrum"),
    "video-size": Film("640 px across", ("2000 px, too large to be taken",), "size"),
    "video-length": Film("4 s", ("0.6 s",)),
    "video-frame-rate": Film("25 frames a second, a tick each", ("12 frames a second",), "ticks"),
    "video-cuts": Film("one shot", ("cuts, marked, into other shots",), "cuts"),
    "video-faces": Film("one face", ("a second face in some frames",)),
    "video-fits-voice": Film(
        "the picture lasts as long as the voice", ("the voice goes on without it",), "voice"
    ),
}
