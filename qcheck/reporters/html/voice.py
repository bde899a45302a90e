"""The voice on one time axis: waveform, spectrogram, levels, speech, and where findings are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qcheck.core.units import quantity
from qcheck.core.wording import plural
from qcheck.exhibits.declarations import (
    CutPoints,
    LevelCourse,
    LoudnessLine,
    MelPicture,
    SoundCopy,
    Waveform,
)
from qcheck.exhibits.exhibit import Exhibit
from qcheck.probes.voice import (
    Clipping,
    Loudness,
    NoiseFloor,
    Pauses,
    SignalToNoise,
    Speech,
)
from qcheck.reporters.html.layers import Layer, Shown, layered
from qcheck.reporters.html.markup import Markup, data_uri, el, joined, svg_number
from qcheck.reporters.html.spots import Marked
from qcheck.reporters.html.timeline import (
    BADGE_PX,
    MOST_DRAWN,
    SPEECH_PX,
    TIME_PX,
    add_layer,
    badges_of,
    spots_layer,
    stretch,
    tick,
    time_axis,
)

__all__ = ["sound"]

# Heights of the lanes, in CSS pixels, from the top: numbers of findings, waveform, spectrogram,
# levels, speech, time.
_WAVE_PX, _MEL_PX, _LEVEL_PX = 90, 130, 120


_GAP_PX = 8


_LEVEL_TOP_DB, _LEVEL_BOTTOM_DB = 0.0, -80.0


_LEVEL_MARKS_DB = (-20, -40, -60)


def sound(exhibit: Exhibit, marked: Sequence[Marked], file: int, name: str) -> Shown | None:
    """The figure of a voice; None where there is nothing to draw."""
    wave = exhibit.get(Waveform)
    if wave is None:
        return None
    whole_s = wave.duration_s
    badges, rows = badges_of(marked, whole_s)
    top = rows * BADGE_PX + (4 if rows else 0)
    wave_y = float(top)
    mel_y = wave_y + _WAVE_PX + _GAP_PX
    level_y = mel_y + _MEL_PX + _GAP_PX
    speech_y = level_y + _LEVEL_PX + _GAP_PX
    end_y = speech_y + SPEECH_PX
    layers: list[Layer] = []
    add_layer(layers, _mel(exhibit, mel_y))
    add_layer(layers, _speech(exhibit, speech_y, whole_s))
    add_layer(layers, _pauses(exhibit, speech_y, whole_s))
    add_layer(layers, _levels(exhibit, level_y))
    add_layer(layers, _floor(exhibit, level_y))
    add_layer(layers, _loudness(exhibit, level_y, whole_s))
    add_layer(layers, _clipped(exhibit, wave_y, whole_s))
    add_layer(layers, _cuts(exhibit, wave_y, end_y, whole_s))
    add_layer(layers, spots_layer(marked, badges, end_y, whole_s))
    drawing = el(
        "svg",
        _ground(wave_y, level_y, end_y, whole_s),
        _wave(wave, wave_y),
        (layer.drawn for layer in layers if layer.drawn),
        _marks(level_y),
        el("line", x1="0", x2="0", y1=wave_y, y2=end_y, class_="playhead"),
        width="100%",
        height=end_y + TIME_PX,
        class_="timeline",
        role="group",
        aria_label=f"{name}: {whole_s:.1f} s of sound, with what was measured",
    )
    return layered(file, "voice", (drawing, _player(exhibit, whole_s)), layers)


def _ground(wave_y: float, level_y: float, end_y: float, whole_s: float) -> Markup:
    lanes = [
        el("rect", x="0", y=y, width="100%", height=height, class_="lane")
        for y, height in ((wave_y, _WAVE_PX), (level_y, _LEVEL_PX))
    ]
    marks = [
        el("line", x1="0", x2="100%", y1=y, y2=y, class_="grid")
        for y in (_level_at(db, level_y) for db in _LEVEL_MARKS_DB)
    ]
    middle = wave_y + _WAVE_PX / 2
    return joined(
        lanes,
        marks,
        el("line", x1="0", x2="100%", y1=middle, y2=middle, class_="grid"),
        time_axis(wave_y, end_y, whole_s),
    )


def _marks(level_y: float) -> list[Markup]:
    """What the lines of the level lane stand for; drawn last, to be readable over the curves."""
    return [
        el(
            "text",
            f"\N{MINUS SIGN}{-db} dB",
            x="4",
            y=_level_at(db, level_y) - 3,
            class_="tick",
        )
        for db in _LEVEL_MARKS_DB
    ]


def _wave(wave: Waveform, y: float) -> Markup:
    count = len(wave.highest)
    half = _WAVE_PX / 2
    upper = [f"{i} {svg_number(half - half * min(v, 1.0))}" for i, v in enumerate(wave.highest)]
    lower = [f"{i} {svg_number(half - half * max(v, -1.0))}" for i, v in enumerate(wave.lowest)]
    path = el("path", d=f"M{'L'.join(upper)}L{'L'.join(reversed(lower))}z", class_="wave")
    return _stretched(path, max(count - 1, 1), _WAVE_PX, y)


def _stretched(content: Markup, units: float, height: float, y: float) -> Markup:
    """Curves over the whole width: ``units`` across, pixels down."""
    return el(
        "svg",
        content,
        x="0",
        y=y,
        width="100%",
        height=height,
        viewBox=f"0 0 {svg_number(units)} {svg_number(height)}",
        preserveAspectRatio="none",
    )


def _mel(exhibit: Exhibit, y: float) -> Layer | None:
    found = exhibit.get(MelPicture)
    if found is None:
        return None
    image = el(
        "image",
        href=data_uri("image/png", found.png),
        x="0",
        y=y,
        width="100%",
        height=_MEL_PX,
        preserveAspectRatio="none",
    )
    marks = [
        el(
            "text",
            quantity(hz, "Hz"),
            x="4",
            y=y + _MEL_PX * (1 - share) + 4,
            class_="tick on-dark",
        )
        for hz, share in found.hz_at_share
    ]
    said = f"mel, up to {quantity(found.highest_hz, 'Hz')}, {found.range_db:.0f} dB deep"
    return Layer("mel", "Spectrogram", said, el("g", image, marks, class_="layer-mel"))


def _speech(exhibit: Exhibit, y: float, whole_s: float) -> Layer | None:
    speech = exhibit.get(Speech)
    if speech is None:
        return None
    bars = [
        stretch(span, y, SPEECH_PX, whole_s, "speech", "speech")
        for span in speech.spans[:MOST_DRAWN]
    ]
    said = f"{speech.speech_s:.1f} of {speech.duration_s:.1f} s"
    return Layer("speech", "Speech", said, el("g", bars, class_="layer-speech"))


def _pauses(exhibit: Exhibit, y: float, whole_s: float) -> Layer | None:
    pauses = exhibit.get(Pauses)
    if pauses is None:
        return None
    spans = [p for p in (pauses.before, *pauses.inside, pauses.after) if p.seconds > 0]
    bars = [stretch(p, y, SPEECH_PX, whole_s, "pause", "pause") for p in spans[:MOST_DRAWN]]
    longest = max((p.seconds for p in pauses.inside), default=0.0)
    said = f"{len(pauses.inside)}, the longest {longest:.2f} s" if pauses.inside else "none inside"
    return Layer("pauses", "Pauses", said, el("g", bars, class_="layer-pauses"))


def _level_at(db: float, y: float) -> float:
    share = (_LEVEL_TOP_DB - db) / (_LEVEL_TOP_DB - _LEVEL_BOTTOM_DB)
    return y + _LEVEL_PX * min(max(share, 0.0), 1.0)


def _levels(exhibit: Exhibit, y: float) -> Layer | None:
    course = exhibit.get(LevelCourse)
    if course is None or len(course.dbfs) < 2:
        return None
    points = [f"{i} {svg_number(_level_at(db, 0.0))}" for i, db in enumerate(course.dbfs)]
    last = len(points) - 1
    path = el("path", d=f"M0 {_LEVEL_PX}L{'L'.join(points)}L{last} {_LEVEL_PX}z", class_="level")
    levels = exhibit.get(SignalToNoise)
    said = f"speech at {quantity(levels.speech_dbfs, 'dBFS')}" if levels else ""
    drawn = el("g", _stretched(path, last, _LEVEL_PX, y), class_="layer-level")
    return Layer("level", "Level", said, drawn)


def _floor(exhibit: Exhibit, y: float) -> Layer | None:
    floor = exhibit.get(NoiseFloor)
    if floor is None:
        reason = exhibit.missing.get(NoiseFloor)
        return Layer("noise", "Noise floor", reason, None) if reason else None
    at = _level_at(floor.floor_dbfs, y)
    line = el("line", x1="0", x2="100%", y1=at, y2=at, class_="floor")
    least = "" if floor.certain else "at most "
    said = f"{least}{quantity(floor.floor_dbfs, 'dBFS')}"
    return Layer("noise", "Noise floor", said, el("g", line, class_="layer-noise"))


def _loudness(exhibit: Exhibit, y: float, whole_s: float) -> Layer | None:
    line = exhibit.get(LoudnessLine)
    if line is None or len(line.points) < 2:
        reason = exhibit.missing.get(LoudnessLine)
        return Layer("loudness", "Loudness", reason, None) if reason else None
    points = [
        f"{svg_number(1000 * at_s / whole_s)} {svg_number(_level_at(lufs, 0.0))}"
        for at_s, lufs in line.points
    ]
    path = el("path", d=f"M{'L'.join(points)}", class_="loudness")
    kind = "short-term (3 s)" if line.window_s > 1 else "momentary (0.4 s)"
    whole = exhibit.get(Loudness)
    said = f"{kind}; {quantity(whole.integrated_lufs, 'LUFS')} in all" if whole else kind
    drawn = el("g", _stretched(path, 1000, _LEVEL_PX, y), class_="layer-loudness")
    return Layer("loudness", "Loudness", said, drawn)


def _clipped(exhibit: Exhibit, y: float, whole_s: float) -> Layer | None:
    clipping = exhibit.get(Clipping)
    if clipping is None:
        return None
    if not clipping.spans:
        return Layer("clipped", "Clipped spots", "none", None)
    spots = [
        joined(
            stretch(span, y, 5, whole_s, "clip", "clipped"),
            stretch(span, y + _WAVE_PX - 5, 5, whole_s, "clip", "clipped"),
        )
        for span in clipping.spans[:MOST_DRAWN]
    ]
    said = f"{len(clipping.spans)}, cut at {quantity(clipping.ceiling_dbfs, 'dBFS')}"
    return Layer("clipped", "Clipped spots", said, el("g", spots, class_="layer-clipped"))


def _cuts(exhibit: Exhibit, y: float, end_y: float, whole_s: float) -> Layer | None:
    cuts = exhibit.get(CutPoints)
    if cuts is None:
        return None
    chosen = set(cuts.chosen_s)
    drawn = [
        tick(at_s, y, end_y, whole_s, "cut chosen" if at_s in chosen else "cut")
        for at_s in cuts.places_s[:MOST_DRAWN]
    ]
    many = f"{plural(len(cuts.places_s), 'pause')} to cut at"
    if chosen:
        said = f"{many}; bold where qcheck split cuts to at most {cuts.longest_s:g} s"
    elif math.isinf(cuts.longest_s):
        said = many
    elif whole_s > cuts.longest_s:
        said = f"{many}, too few for segments of at most {cuts.longest_s:g} s"
    else:
        said = f"{many}, none needed up to {cuts.longest_s:g} s"
    return Layer("cuts", "Cut points", said, el("g", drawn, class_="layer-cuts"))


def _player(exhibit: Exhibit, whole_s: float) -> Markup:
    copy = exhibit.get(SoundCopy)
    if copy is None:
        reason = exhibit.missing.get(SoundCopy, "there is none")
        return el("p", f"No sound to listen to: {reason}.", class_="absent")
    note = None
    if copy.seconds < whole_s - 0.1:
        note = el("p", f"Its first {copy.seconds:.0f} s are here to listen to.", class_="absent")
    return joined(
        el(
            "audio",
            src=data_uri("audio/mpeg", copy.mp3),
            controls=True,
            preload="metadata",
            data_seconds=whole_s,
        ),
        note,
    )
