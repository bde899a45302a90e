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
    """What is shown of the bad one; None: all of it."""
    good_window_s: tuple[float, float] | None = None
    """What is shown of the good one, as long; None: the same."""
    to_the_end: bool = False
    """Whether the longer of the two is shown whole; else the good one ends where the bad does."""
    gain: float = 1.0
    """How much the wave is enlarged."""
    top_hz: float | None = None
    line_dbfs: float | None = None
    """A limit to draw."""
    zero: bool = False
    """Whether the zero line matters."""


@dataclass(frozen=True)
class Film(Recipe):
    drawn: Literal["faces", "frames", "ticks", "cuts", "voice", "size"] = "frames"
    """What is shown beside the frames on the time axis."""
    shown_s: float | None = None
    """How much of them is shown; None: all."""


# Nothing of these is to be seen or heard: their example is what the file is.
FACTS = ("file-limits", "voice-format", "video-container")

RECIPES: dict[str, Portrait | Voice | Film] = {
    "readable": Portrait("the whole picture", ("the file breaks off",), stored=True),
    "face-count": Portrait("one face", ("a second face, marked",)),
    "orientation": Portrait("stored upright", ("stored on its side",), stored=True),
    "face-resolution": Portrait(
        "an eye of a face 1072 px high", ("the same of a face 280 px high",), "eye"
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
    "calm-expression": Portrait("a calm face", ("a scowl with knitted brows",), "face"),
    "eyes-visible": Portrait("bare eyes", ("dark glasses hide both eyes",), "face"),
    "face-visible": Portrait("the whole face bare", ("a mask over nose and mouth",), "face"),
    "face-unobstructed": Portrait(
        "nothing before the face", ("a phone held before the mouth",), "face"
    ),
    "overlay": Portrait("the face as it was taken", ("a sticker laid over the cheek",), "face"),
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
    "transparency": Portrait("no transparency", ("a hole in the cheek",)),
    "sample-rate": Voice("sound up to 24 kHz", ("nothing above 6 kHz",), "spectrum"),
    "true-bandwidth": Voice(
        "sound up to the top of its band", ("nothing above 3.7 kHz",), "spectrum"
    ),
    "speech-present": Voice("speech", ("notes without a word",), "spectrum"),
    "noise-floor": Voice("quiet between the words", ("noise between the words",), "level"),
    "signal-to-noise": Voice("the voice stands out", ("the voice drowns in noise",), "level"),
    "loudness": Voice("a good level", ("so quiet that the wave is a line",)),
    "loudness-consistency": Voice("one level throughout", ("one half louder than the other",)),
    "level-jump": Voice(
        "one level throughout", ("turned down at the mark, noise and all",), "level"
    ),
    "true-peak": Voice(
        "every peak stays under the limit (dashed), 1 dB below full scale",
        ("a peak crosses it",),
        window_s=(2.3301, 2.3331),
        good_window_s=(4.403, 4.406),
        line_dbfs=-1.0,
    ),
    "clipping": Voice(
        "round peaks",
        ("peaks cut flat",),
        window_s=(3.095, 3.113),
        good_window_s=(4.396, 4.414),
        gain=1.4,
    ),
    "reverberation": Voice(
        "words end at once", ("every word rings on into the pause",), "spectrum"
    ),
    "music": Voice("speech alone", ("tones of music in the pauses",), "spectrum"),
    "duration": Voice("10 s, one clip", ("31 s in one go",), to_the_end=True),
    "edge-silence": Voice(
        "ends soon after the last word", ("nobody speaks at the end, marked",), to_the_end=True
    ),
    "long-pause": Voice("short pauses", ("a pause of two seconds, marked",)),
    "digital-silence": Voice(
        "quiet room tone in a pause", ("a pause of nothing but zeros, marked",), "level"
    ),
    "dropout": Voice(
        "an unbroken wave",
        ("a hole in a word, marked",),
        window_s=(2.31, 2.36),
        good_window_s=(4.38, 4.43),
    ),
    "click": Voice(
        "an unbroken wave",
        ("a sample that leaps out of it, marked",),
        window_s=(2.543, 2.593),
        good_window_s=(4.38, 4.43),
    ),
    "hum": Voice(
        "quiet below the voice",
        ("a band that never stops: 50 Hz and its multiples",),
        "spectrum",
        top_hz=1000,
    ),
    "channels": Voice("the mix of the channels", ("the channels cancel: no mix",)),
    "dc-offset": Voice(
        "a pause, around the zero line",
        ("all of it above the zero line",),
        window_s=(1.8, 2.05),
        gain=20.0,
        zero=True,
    ),
    "speaker-count": Voice("one voice", ("a second voice from the mark on",), "spectrum"),
    "video-size": Film("720 px across", ("2000 px, too large to be taken",), "size"),
    "video-length": Film("ten seconds, their beginning shown", ("all of it: 0.6 s",), shown_s=2.5),
    "video-frame-rate": Film(
        "25 frames a second, a tick each", ("12 frames a second",), "ticks", shown_s=4.0
    ),
    "video-cuts": Film("one shot", ("at each mark a cut to another shot",), "cuts", shown_s=6.0),
    "video-faces": Film("one face in every frame", ("a second face in some frames",), "faces"),
    "video-fits-voice": Film(
        "the picture lasts as long as the voice", ("the voice goes on without it",), "voice"
    ),
}
