"""What native code only writes to standard error becomes a finding, and nobody else's words do."""

from __future__ import annotations

import contextlib
import io
import os

import numpy as np
import pytest
from PIL import Image

from qcheck.media.decode import decode
from qcheck.media.file import File
from qcheck.media.native_messages import native_messages


def say(text: str) -> None:
    """As C does: past Python."""
    os.write(2, text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Fax4Decode: Bad code word at line 126 of strip 0 (x 95).",
        "tempfile.tif: Using code not yet in table.",
        "JPEGLib: Unsupported marker type 0xf6.",
        "TIFFReadDirectory: Failed to read directory at offset 4174.",
        "libpng warning: IDAT: incorrect data check",
        "libpng error: Not enough image data",
        "[ERROR:0@9.037] global grfmt_tiff.cpp:117 TIFF_Error strip decoding is not implemented",
    ],
)
def test_damage_is_heard_and_not_shown(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with native_messages() as said:
        say(f"{text}\nanother one\n")
    assert said.damage is not None
    assert said.damage == text.rstrip(".")
    assert capfd.readouterr().err == "another one\n"


@pytest.mark.parametrize(
    "text",
    [
        "libpng warning: iCCP: known incorrect sRGB profile",
        "[ WARN:0@9.047] global grfmt_tiff.cpp:123 TIFF_Warning Unknown field with tag 33026",
    ],
)
def test_remarks_are_no_damage_and_not_shown(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with native_messages() as said:
        say(f"{text}\n")
    assert said.damage is None
    assert capfd.readouterr().err == ""


def test_standard_error_is_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with native_messages():
            say("within\n")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    say("after\n")
    assert capfd.readouterr().err == "within\nafter\n"


def test_what_is_said_is_printable_and_short() -> None:
    with native_messages() as said:
        say("JPEGLib: \x1b[2J" + "x" * 1000 + "\n")
    assert said.damage is not None
    assert said.damage.isprintable()
    assert len(said.damage) <= 120


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw"])
def test_no_fault_that_libtiff_finds_in_pixels_is_lost(
    compression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (96, 64, 3), np.uint8)
    image = Image.fromarray(noise).convert("1" if compression == "group4" else "RGB")
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression=compression)
    data = buffer.getvalue()
    assert decode(File("a.tif", data)).fault is None
    heard = 0
    for at in range(100, len(data) - 300, 40):
        damaged = data[:at] + b"\xff\0" * 10 + data[at + 20 :]
        with native_messages() as said, contextlib.suppress(OSError):
            Image.open(io.BytesIO(damaged)).load()
        if said.damage is not None:
            heard += 1
            fault = decode(File("a.tif", damaged)).fault
            assert fault is not None
            assert "decoder" in fault
    # Many a wrong code is another code that is as good: then nothing is said, by nobody.
    assert heard
    assert capfd.readouterr().err == ""
