"""The picture is upside down or on its side, or upright only for programs that read EXIF.

What it measures: Which way up the heads in the picture are; and the orientation that the camera
wrote into the file's EXIF data: 1 is stored as it is shown, anything else is turned or mirrored by
the viewer. In a picture that is not upright nothing else about the face is judged.

Why it matters: Models look for upright faces: of one that lies on its side they find none, or take
the chin for the forehead. Viewers turn a picture by its EXIF data, many models do not.

How to mend it: Open the picture, rotate it by hand until it is stored upright, and save it; or let
a tool apply the EXIF orientation ("auto-orient") and remove it.

References: EXIF 2.32, tag 0x0112; BSI-OFIQ/OFIQ-Project#38, ageitgey/face_recognition#381.
"""

from __future__ import annotations

from qcheck import Judgement, Picture, WayUp, failed, passed, rule, warned

_SHOWN = {
    1: "lies on its side: turn it clockwise by 90°",
    2: "is upside down: turn it by 180°",
    3: "lies on its side: turn it counter-clockwise by 90°",
}
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
def orientation(picture: Picture, way: WayUp) -> Judgement:
    if way.quarter_turns:
        return failed(
            f"The picture {_SHOWN[way.quarter_turns]}.",
            measured=90 * way.quarter_turns,
            wanted=0,
            unit="°",
        )
    if picture.exif_orientation == 1:
        return passed("The picture is stored upright.", measured=1)
    stored = _SAYS.get(picture.exif_orientation, "turned")
    return warned(
        f"The picture is stored {stored}, with a note in its "
        "EXIF data (orientation {measured}) that some tools ignore.",
        measured=picture.exif_orientation,
        wanted=1,
    )
