"""Places that go out of a file."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from repairs import GPS, PLAIN, done, exif, mended, picture_of, saved

from qcheck.fixes.helpers.metadata import Embedded
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description
 exif:GPSLatitude="47,22.1N" photoshop:City="Basel"/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_place_goes_and_pixels_and_the_rest_stay(
    tmp_path: Path, pixels: NDArray[np.uint8], suffix: str
) -> None:
    path = tmp_path / f"place.{suffix}"
    if suffix == "png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        saved(path, pixels, exif=exif(), pnginfo=info)
    else:
        saved(path, pixels, exif=exif(), xmp=XMP, quality=90)
    before = Evidence(File(path.name, path.read_bytes())).get(Embedded)
    assert before.places == ("EXIF (GPS)", "XMP")
    _, made = mended(path, PLAIN)
    assert done(made) == ["places"]
    assert Evidence(File(path.name, made.data)).get(Embedded).places == ()
    assert np.array_equal(picture_of(made.data), picture_of(path.read_bytes()))
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.getexif()[0x010F] == "Camera"
        assert not image.getexif().get_ifd(GPS)
    for told in (b"GPSLatitude", b"Basel", struct.pack("<II", 47, 1), struct.pack(">II", 47, 1)):
        assert told not in made.data


def test_a_place_in_a_tiff_goes(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    path = saved(tmp_path / "place.tiff", pixels, exif=exif().tobytes())
    _, made = mended(path, PLAIN)
    assert done(made) == ["places", "encode"]
    assert made.format == "PNG"
    assert np.array_equal(picture_of(made.data), pixels)
    assert Evidence(File("place.png", made.data)).get(Embedded).places == ()


def test_what_a_phone_appends_goes_with_the_place(
    tmp_path: Path, pixels: NDArray[np.uint8]
) -> None:
    path = saved(tmp_path / "one.jpg", pixels, exif=exif())
    second = saved(tmp_path / "two.jpg", pixels[::-1], exif=exif())
    path.write_bytes(path.read_bytes() + second.read_bytes())
    _, made = mended(path, PLAIN)
    assert Evidence(File("a.jpg", made.data)).get(Embedded).places == ()
    assert made.data.count(b"\xff\xd8\xff") == 1


def test_without_a_place_metadata_stays_as_it_is(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    path = saved(tmp_path / "plain.jpg", pixels, exif=exif(place=False))
    assert mended(path, PLAIN)[1].data == path.read_bytes()
