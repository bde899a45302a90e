"""Files made for the tests of repairs, and what the rules say of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

from qcheck.core.results import FileReport, Severity
from qcheck.engine.inputs import Input
from qcheck.engine.judge import check_file
from qcheck.engine.options import Options
from qcheck.engine.run import make_ready
from qcheck.engine.setup import setup_at
from qcheck.fixes.declaration import Wish
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.repair.one_file import Mending, carry_over, mend, right_name

ISOLATED = Options(isolated=True)
# The rules that repairs answer: most tests need no more, and models take their time.
ANSWERED = (
    *("readable", "file-limits", "orientation", "transparency", "face-centred", "eye-line"),
    *("headroom", "head-and-shoulders", "compression", "voice-format", "sample-rate", "loudness"),
    *("loudness-consistency", "true-peak", "edge-silence", "long-pause", "channels", "dc-offset"),
)
QUICK = Options(isolated=True, select=ANSWERED)
# For pictures of nothing: what looks for faces need not.
PLAIN = Options(isolated=True, select=("readable", "file-limits", "orientation"))
GPS = 0x8825


def wish(**given: Any) -> Wish:
    """A wish with the limits that hold where nobody configured any."""
    return Wish(**given, limits=setup_at(Path(), ISOLATED).limits)


def mended(path: Path, options: Options = QUICK, **wish: Any) -> tuple[FileReport, Mending]:
    """The rules' word on the mended file, and what was done."""
    ready = make_ready(Input(str(path)), options)
    before = check_file(ready.evidence, ready.selected, ready.job)
    made = mend(ready, Wish(**wish))
    name = right_name(path.stem, path.suffix, made.format)
    if made.data == path.read_bytes() and not made.deeds:
        return before, made
    after = check_file(Evidence(File(name, made.data), ready.job), ready.selected, ready.job)
    return carry_over(before, after, made), made


def checked(path: Path, options: Options = ISOLATED) -> FileReport:
    ready = make_ready(Input(str(path)), options)
    return check_file(ready.evidence, ready.selected, ready.job)


def found(report: FileReport) -> set[str]:
    """Rules with a warning or an error."""
    return {f.rule for f in report.findings if f.severity >= Severity.WARNING}


def done(made: Mending) -> list[str]:
    return [deed.fix for deed in made.deeds]


def wav(path: Path, samples: NDArray[Any], rate_hz: int = 48_000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate_hz, subtype=subtype)
    return path


def picture_of(data: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def exif(orientation: int = 1, place: bool = True) -> Image.Exif:
    made = Image.Exif()
    made[0x010F] = "Camera"
    made[0x0112] = orientation
    if place:
        gps = made.get_ifd(GPS)
        gps.update({1: "N", 2: (47.0, 22.0, 6.5), 3: "E", 4: (8.0, 32.0, 1.25)})
    return made


def saved(path: Path, pixels: np.ndarray, **how: object) -> Path:
    Image.fromarray(pixels).save(path, **how)
    return path


def recorded(samples: NDArray[np.float32]) -> Recording:
    """Samples as a recording."""
    return Recording(samples, 48_000, "WAV", "PCM float", 32, None, False)
