"""A report that holds every kind of outcome, with names that formats must escape."""

from __future__ import annotations

from qcheck.core.media import UNKNOWN
from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.core.rule import Docs

DOCS = Docs(
    summary="The face has too few pixels.",
    measures="the side of the face, in pixels.",
    why="The model animates what it can see. Lips of a few pixels come back as a smear.",
    mend="Move the camera closer,\nor send the original.",
    references="",
)
TOO_SMALL = Judgement(
    Severity.ERROR,
    "The face is 412 px across; 1024 px are wanted.",
    31.9,
    measured=412.4,
    wanted=1024,
    unit="px",
    where=(Box(210, 180, 622.4, 592),),
    fix="qcheck fix --unsafe portrait.png",
)
PORTRAIT = FileReport(
    "shoot/portrait, 100 %.png",
    "portrait",
    (
        Outcome("readable", "F01", Status.PASS, (Judgement(None, "It decodes.", 100.0),)),
        Outcome("face-resolution", "P10", Status.FAIL, (TOO_SMALL,), seconds=0.001),
        Outcome(
            "background",
            "P60",
            Status.FAIL,
            (Judgement(Severity.INFO, "The background is plain.", 100.0, measured="plain"),),
        ),
        Outcome("headroom", "P14", Status.SKIPPED, reason="the crown is hidden", unmeasured=True),
        Outcome("transparency", "P61", Status.SKIPPED, reason="there is no alpha channel"),
    ),
    seconds=0.5,
    probe_seconds={"Face": 0.1},
)
VOICE = FileReport(
    "voice.wav",
    "voice",
    (
        Outcome(
            "clipping",
            "V23",
            Status.FAIL,
            (
                Judgement(
                    Severity.WARNING,
                    "Peaks are cut off <flat> & hard.",
                    60.0,
                    measured=float("inf"),
                    unit="dBFS",
                    where=tuple(Span(i, i + 0.5) for i in range(6)),
                ),
            ),
        ),
        Outcome(
            "hum",
            "V40",
            Status.CRASHED,
            reason="measuring Hum: ZeroDivisionError: by\x00nothing",
            trace="Traceback (most recent call last):\n  ZeroDivisionError",
        ),
        Outcome(
            "dropout",
            "V34",
            Status.CRASHED,
            reason="measuring Hum: ZeroDivisionError: by\x00nothing",
        ),
    ),
    seconds=0.25,
    ignored={"loudness": "whispered on purpose"},
)
UNCHECKED = FileReport(
    "odd.png",
    "portrait",
    (Outcome("headroom", "P14", Status.SKIPPED, reason="the crown is hidden", unmeasured=True),),
)
REPORT = Report(
    (PORTRAIT, VOICE, UNCHECKED),
    target="bytedance/omnihuman-1-5",
    fail_on=Severity.ERROR,
    notes=("2 other file(s) are no portrait",),
    seconds=0.8,
)
EMPTY = Report((), None, Severity.ERROR)
NASTY_NAMES = (
    "=1+1.png",
    "a,b;c\"d'.png",
    "a # SKIP b.png",
    "::error::x.png",
    "<b>&amp;|`*.png",
    "ä ö 照片 😀.png",
    "\\x00 \\n.png",
    "..- .png",
)
NASTY = Report(
    tuple(
        FileReport(
            name,
            "portrait",
            (
                Outcome(
                    "face-resolution",
                    "P10",
                    Status.FAIL,
                    (
                        Judgement(
                            Severity.ERROR,
                            f"{name}: \x85\u2028 it is too small.",
                            0.0,
                            fix=f"qcheck fix {name}",
                        ),
                    ),
                ),
                Outcome("headroom", "P14", Status.SKIPPED, reason=f"{name} # TODO \\"),
            ),
        )
        for name in NASTY_NAMES
    ),
    None,
    Severity.WARNING,
    min_score=50,
)
"""What people name their files, and what gets into messages from them."""
STRANGE = Report(
    (FileReport("notes.bin", UNKNOWN, ()), FileReport("portrait.png", "portrait", ())),
    None,
    Severity.ERROR,
)
