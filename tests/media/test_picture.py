"""Pictures of every format and pixel mode come out upright, whole and in sRGB, or are refused."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_pictures import H, W, decoding, encoded, opened, refusal, rgb, scene
from PIL import Image

from qcheck.core.bounds import Bounds
from qcheck.media import picture as decoder
from qcheck.media.content import Picture
from qcheck.media.decode import decode
from qcheck.media.file import File
from qcheck.media.picture_pixels import to_8_bit
from qcheck.media.sniff import sniff


@pytest.mark.parametrize(
    ("fmt", "name", "options", "tolerance"),
    [
        ("PNG", "PNG", {}, 0),
        ("BMP", "BMP", {}, 0),
        ("TIFF", "TIFF", {}, 0),
        ("TIFF", "TIFF", {"compression": "tiff_lzw"}, 0),
        ("TIFF", "TIFF", {"compression": "jpeg", "quality": 95}, 8),
        ("WEBP", "WebP", {"lossless": True}, 0),
        ("JPEG", "JPEG", {"quality": 95, "subsampling": 0}, 6),
        ("JPEG", "JPEG", {"quality": 95, "progressive": True, "subsampling": 0}, 6),
        ("AVIF", "AVIF", {"quality": 95}, 12),
        ("GIF", "GIF", {}, 40),
        ("PPM", "PNM", {}, 0),
    ],
)
def test_every_format_gives_its_pixels(
    fmt: str, name: str, options: dict[str, object], tolerance: int
) -> None:
    picture = opened(encoded(Image.fromarray(scene()), fmt, **options))
    assert picture.format == name
    assert (picture.width_px, picture.height_px, picture.frames) == (W, H, 1)
    assert picture.alpha is None
    assert np.abs(rgb(picture) - scene()).max() <= tolerance


def netpbm(kind: int, levels: np.ndarray, maxval: int = 255, comment: str = "") -> bytes:
    """A PGM or PPM; ``kind`` 2 and 3 are plain text, 5 and 6 bytes, most significant first."""
    head = f"P{kind}\n{comment}{levels.shape[1]} {levels.shape[0]}\n{maxval}\n".encode()
    if kind < 4:
        return head + b"\n".join(b" ".join(str(v).encode() for v in r.ravel()) for r in levels)
    return head + levels.astype(">u2" if maxval > 255 else np.uint8).tobytes()


class TestNetpbm:
    @pytest.mark.parametrize("kind", [2, 3, 5, 6])
    @pytest.mark.parametrize("comment", ["", "#@DOME@ first\n# second\n"])
    def test_levels_are_those_stored(self, kind: int, comment: str) -> None:
        levels = scene() if kind in (3, 6) else scene()[:, :, 0]
        picture = opened(netpbm(kind, levels, comment=comment))
        assert (picture.format, picture.bits_per_channel) == ("PNM", 8)
        assert (rgb(picture) == (levels if levels.ndim == 3 else levels[:, :, None])).all()

    @pytest.mark.parametrize("kind", [2, 5])
    @pytest.mark.parametrize("maxval", [100, 1023, 65535])
    def test_full_scale_is_the_maximum_that_the_header_names(self, kind: int, maxval: int) -> None:
        ramp = np.linspace(0, maxval, W * H).reshape(H, W).round().astype(int)
        picture = opened(netpbm(kind, ramp, maxval))
        assert picture.bits_per_channel == (16 if maxval > 255 else 8)
        assert np.abs(rgb(picture)[:, :, 0] - ramp * 255 / maxval).max() <= 1

    def test_a_bitmap(self) -> None:
        assert set(np.unique(opened(b"P1\n4 2\n1 0 1 0\n0 1 0 1\n").bgr)) == {0, 255}

    @pytest.mark.parametrize(
        "data",
        [
            b"P5 and P6 are what the letters say",
            b"P5\n# no size ever follows",
            b"P7\nWIDTH 4",
            b"P5",
            b"P5\n-3 4\n255\n" + bytes(99),
            b"P5" + b"#" * 100_000,
        ],
    )
    def test_text_that_begins_alike_is_no_picture(self, data: bytes) -> None:
        assert sniff(data) is None

    @pytest.mark.parametrize(
        "data",
        [
            b"P5\n0 9\n255\n",
            b"P5\n4 4\n0\n" + bytes(16),
            b"P5\n4 4\n70000\n" + bytes(64),
            b"P5\n4 4\n",
            b"P2\n2 2\n255\n1 2 x 4",
            b"P2\n2 2\n255\n1 2 999 4",
            b"P3\n2 2\n255\n1 2",
            b"P6\n100 100\n255\n" + bytes(90),
        ],
    )
    def test_what_cannot_be_is_refused(self, data: bytes) -> None:
        assert refusal(data)

    @pytest.mark.parametrize("side", ["12000 12000", "4000000000 4000000000"])
    @pytest.mark.parametrize("kind", ["P2", "P5", "P6"])
    def test_a_size_that_nobody_could_open_is_refused_unread(self, kind: str, side: str) -> None:
        assert "megapixels" in refusal(f"{kind}\n{side}\n255\n1 2 3".encode())


def noise_picture(side: int = 200) -> Image.Image:
    return Image.fromarray(
        np.random.default_rng(1).integers(1, 255, (side, side, 3)).astype(np.uint8)
    )


class TestHostileFiles:
    @pytest.mark.parametrize("fmt", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "AVIF", "PPM"])
    @pytest.mark.parametrize("kept", [0.02, 0.3, 0.6])
    def test_a_file_cut_short_is_said_to_be(
        self, fmt: str, kept: float, capfd: pytest.CaptureFixture[str]
    ) -> None:
        data = encoded(noise_picture(), fmt)
        result = decoding(data[: int(len(data) * kept)])
        assert result.fault
        assert result.content is None
        assert capfd.readouterr() == ("", "")

    def test_all_but_the_last_rows_can_be_measured(self) -> None:
        data = encoded(noise_picture(), "JPEG")
        result = decoding(data[: int(len(data) * 0.97)])
        assert result.fault == "it is damaged or cut short: its end is missing"
        assert isinstance(result.content, Picture)

    def test_dimensions_are_refused_before_decoding(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def bomb(side: int) -> bytes:
            def chunk(name: bytes, body: bytes) -> bytes:
                check = struct.pack(">I", zlib.crc32(name + body))
                return struct.pack(">I", len(body)) + name + body + check

            head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
            body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
            return b"\x89PNG\r\n\x1a\n" + body

        monkeypatch.setattr(decoder, "bgr_and_alpha", lambda *_: pytest.fail("a bomb was decoded"))
        assert "12000 x 12000 px is more than the 101 megapixels" in refusal(bomb(12_000))
        assert "more than the 101 megapixels" in refusal(bomb(60_000))
        assert refusal(bomb(0))

    def test_a_float_tiff_bomb(self) -> None:
        data = bytearray(cv2.imencode(".tiff", np.ones((4, 4, 3), np.float32))[1].tobytes())
        order = "<" if data[:2] == b"II" else ">"
        (start,) = struct.unpack_from(order + "I", data, 4)
        for i in range(struct.unpack_from(order + "H", data, start)[0]):
            at = start + 2 + 12 * i
            if struct.unpack_from(order + "H", data, at)[0] in (0x100, 0x101):
                struct.pack_into(order + "HII", data, at + 2, 4, 1, 60_000)
        assert "megapixels" in refusal(bytes(data))

    def test_one_pixel(self) -> None:
        picture = opened(encoded(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG"))
        assert rgb(picture).tolist() == [[[1, 2, 3]]]

    def test_a_broken_chunk(self) -> None:
        data = bytearray(encoded(noise_picture(), "PNG"))
        data[20] ^= 0xFF
        assert decoding(bytes(data)).fault

    @pytest.mark.parametrize("fmt", ["GIF", "PNG", "WEBP"])
    def test_frames_of_an_animation_are_counted(self, fmt: str) -> None:
        frames = [Image.new("RGB", (9, 9), (40 * i, 0, 90)) for i in range(3)]
        data = encoded(frames[0], fmt, save_all=True, append_images=frames[1:], lossless=True)
        picture = opened(data)
        assert picture.frames == 3
        assert np.abs(rgb(picture)[0, 0] - [0, 0, 90]).max() <= 2

    def test_a_phone_picture_with_a_depth_map_is_one_picture(self) -> None:
        first = Image.fromarray(scene())
        data = encoded(first, "MPO", save_all=True, append_images=[first])
        picture = opened(data)
        assert (picture.format, picture.frames) == ("JPEG", 1)

    def test_heic_is_refused_in_words(self) -> None:
        data = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 64
        assert "HEIC" in refusal(data)
        assert "export it as JPEG" in refusal(data)

    @settings(max_examples=150, deadline=None)
    @given(
        fmt=st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "PPM"]),
        at=st.floats(0, 1),
        junk=st.binary(min_size=1, max_size=12),
    )
    def test_damage_never_raises(self, fmt: str, at: float, junk: bytes) -> None:
        data = bytearray(encoded(Image.fromarray(scene()), fmt))
        start = int(at * (len(data) - 1))
        data[start : start + len(junk)] = junk
        result = decoding(bytes(data))
        assert result.fault or isinstance(result.content, Picture)


@pytest.mark.parametrize("quality", [12, 50, 75, 90, 100])
def test_the_jpeg_quality_is_read_from_the_tables(quality: int) -> None:
    picture = opened(encoded(Image.fromarray(scene()), "JPEG", quality=quality))
    assert picture.jpeg_quality == pytest.approx(quality, abs=2)
    assert opened(encoded(Image.fromarray(scene()), "PNG")).jpeg_quality is None


class TestBounds:
    """Read from the header, before a pixel is decoded."""

    @pytest.mark.parametrize("size", [(1, 30_001), (30_001, 1)])
    def test_a_side_at_which_native_code_ends_the_process_is_refused(
        self, size: tuple[int, int]
    ) -> None:
        assert "no side may be over 30000 px" in refusal(encoded(Image.new("RGB", size), "PNG"))

    def test_deep_pictures_may_have_as_many_bytes_and_so_fewer_pixels(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bounds = Bounds(picture_megapixels=W * H / 1e6)
        assert decode(File("a", encoded(Image.fromarray(scene()), "PNG"), bounds=bounds)).content
        deep = cv2.imencode(".png", np.zeros((H, W, 4), np.uint16))[1].tobytes()
        for data in (deep, encoded(Image.new("RGB", (W, H)), "WEBP")):
            with monkeypatch.context() as watched:
                watched.setattr(Image.Image, "load", lambda _: pytest.fail("it was decoded"))
                fault = decode(File("a", data, bounds=bounds)).fault
                assert fault is not None
                assert "of this format and depth" in fault

    def test_scaling_strip_by_strip_gives_what_scaling_at_once_gives(self) -> None:
        deep = np.random.default_rng(0).integers(0, 65536, (600, 3)).astype(np.uint16)
        at_once = np.rint(deep.astype(np.float32) * (255.0 / 65535))
        assert (to_8_bit(deep, 16) == at_once).all()
