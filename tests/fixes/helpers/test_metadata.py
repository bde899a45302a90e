"""Metadata that nobody vouches for."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from repairs import exif

from qcheck.fixes.helpers.metadata import Embedded, _gps_entry, without_places
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["JPEG", "PNG", "WebP"]), st.integers(0, 400))
def test_hostile_metadata_never_raises(noise: bytes, kind: str, at: int) -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind, exif=exif())
    data = target.getvalue()
    broken = data[:at] + noise + data[at + len(noise) :]
    without_places(broken, kind)
    Evidence(File("x", broken)).get(Embedded)
    _gps_entry(noise)
