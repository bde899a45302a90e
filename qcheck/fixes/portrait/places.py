"""Removes what in the file tells where the picture was taken.

The file's pixels stay bit for bit where its format is known well enough to take the place out of
it; else it is encoded anew, without any metadata.
"""

from __future__ import annotations

import dataclasses

from qcheck.fixes.declaration import Repaired, fix
from qcheck.fixes.helpers.metadata import Embedded, without_places
from qcheck.media.content import Picture
from qcheck.media.file import File


@fix("places", medium="portrait", turn=20)
def places(embedded: Embedded, file: File, picture: Picture) -> Repaired | None:
    """Remove metadata that gives away a place."""
    if not embedded.places:
        return None
    clean = dataclasses.replace(embedded, places=())
    says = f"removed the place from {' and '.join(embedded.places)}"
    data = without_places(file.data, file.format.name if file.format else "")
    if data is None:
        return Repaired((clean, dataclasses.replace(picture)), says)
    return Repaired((clean, dataclasses.replace(file, data=data)), says)
