"""The picture stands upright only for programs that read EXIF.

What it measures: The orientation that the camera wrote into the file's EXIF data: 1 is stored as it
is shown, anything else is turned or mirrored by the viewer.

Why it matters: Viewers turn the picture, many models do not: they get a face that lies on its side,
and find none.

How to mend it: Open the picture, rotate it by hand until it is stored upright, and save it; or let
a tool apply the EXIF orientation ("auto-orient") and remove it.

References: EXIF 2.32, tag 0x0112; BSI-OFIQ/OFIQ-Project#38, ageitgey/face_recognition#381.
"""

from __future__ import annotations

from qcheck import Judgement, Picture, passed, rule, warned

_SAYS = {
    2: "mirrored",
    3: "upside down",
    4: "upside down and mirrored",
    5: "on its side and mirrored",
    6: "on its side",
    7: "on its side and mirrored",
    8: "on its side",
}


@rule("orientation", code="P02", medium="portrait")
def orientation(picture: Picture) -> Judgement:
    if picture.exif_orientation == 1:
        return passed("The picture is stored upright.", measured=1)
    stored = _SAYS.get(picture.exif_orientation, "turned")
    return warned(
        f"The picture is stored {stored}, with a note in its "
        "EXIF data (orientation {measured}) that some tools ignore.",
        measured=picture.exif_orientation,
        wanted=1,
    )
