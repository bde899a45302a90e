"""Every pixel mode and colour profile comes out as 8-bit sRGB."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from made_pictures import H, W, encoded, opened, rgb, scene
from PIL import Image, ImageCms

from qcheck.media.picture_pixels import stand_upright, to_8_bit


class TestModes:
    def test_sixteen_bit_grey_is_scaled_not_clipped(self) -> None:
        deep = np.linspace(0, 65535, W * H).reshape(H, W).astype(np.uint16)
        for fmt in ("PNG", "TIFF"):
            picture = opened(encoded(Image.fromarray(deep), fmt))
            assert picture.bits_per_channel == 16
            assert np.abs(rgb(picture)[:, :, 1] - deep / 257).max() <= 0.51

    @pytest.mark.parametrize("channels", [3, 4])
    def test_sixteen_bit_colour_png_is_rounded(self, channels: int) -> None:
        deep = np.random.default_rng(0).integers(0, 65536, (H, W, channels)).astype(np.uint16)
        picture = opened(cv2.imencode(".png", deep)[1].tobytes())
        assert picture.bits_per_channel == 16
        assert np.abs(picture.bgr - deep[:, :, :3] / 257).max() <= 0.51
        if channels == 4:
            assert picture.alpha is not None
            assert np.abs(picture.alpha - deep[:, :, 3] / 257).max() <= 0.51

    def test_sixteen_bit_colour_tiff(self) -> None:
        deep = (scene()[:, :, ::-1].astype(np.uint16)) * 257
        picture = opened(cv2.imencode(".tiff", deep)[1].tobytes())
        assert picture.bits_per_channel == 16
        assert np.abs(rgb(picture) - scene()).max() <= 1

    @pytest.mark.parametrize("full", [1.0, 255.0, 65535.0])
    def test_float_grey_tiff(self, full: float) -> None:
        ramp = np.linspace(0, full, W * H).reshape(H, W).astype(np.float32)
        picture = opened(encoded(Image.fromarray(ramp), "TIFF"))
        assert np.abs(rgb(picture)[:, :, 0] - ramp * 255 / full).max() <= 0.51

    def test_float_colour_tiff_with_nan(self) -> None:
        values = scene()[:, :, ::-1].astype(np.float32) / 255
        values[0, 0] = np.nan
        picture = opened(cv2.imencode(".tiff", values)[1].tobytes())
        assert picture.bits_per_channel == 32
        assert np.abs(rgb(picture) - scene())[1:].max() <= 1
        assert rgb(picture)[0, 0].tolist() == [0, 0, 0]

    @pytest.mark.parametrize("mode", ["L", "1"])
    def test_grey(self, mode: str) -> None:
        image = Image.fromarray(scene()).convert(mode)
        picture = opened(encoded(image, "PNG"))
        assert picture.stored_mode == mode
        assert (rgb(picture) == np.asarray(image.convert("RGB"))).all()

    @pytest.mark.parametrize("mode", ["RGBA", "LA"])
    def test_alpha_is_kept_and_not_flattened(self, mode: str) -> None:
        alpha = np.tile(np.linspace(0, 255, W).astype(np.uint8), (H, 1))
        image = Image.fromarray(scene()).convert(mode)
        image.putalpha(Image.fromarray(alpha))
        picture = opened(encoded(image, "PNG"))
        assert picture.alpha is not None
        assert (picture.alpha == alpha).all()
        assert (rgb(picture) == np.asarray(image.convert("RGBA"))[:, :, :3]).all()

    def test_palette_with_and_without_transparency(self) -> None:
        image = Image.fromarray(scene()).quantize(64)
        plain = opened(encoded(image, "PNG"))
        assert plain.alpha is None
        assert (rgb(plain) == np.asarray(image.convert("RGB"))).all()
        first = int(np.asarray(image)[0, 0])
        holed = opened(encoded(image, "PNG", transparency=first))
        assert holed.alpha is not None
        assert ((holed.alpha == 0) == (np.asarray(image) == first)).all()

    def test_rgb_with_a_transparent_colour(self) -> None:
        image = Image.fromarray(scene())
        picture = opened(encoded(image, "PNG", transparency=tuple(int(v) for v in scene()[3, 4])))
        assert picture.alpha is not None
        assert picture.alpha[3, 4] == 0
        assert picture.alpha[0, 0] == 255

    def test_cmyk_jpeg_is_not_a_negative(self) -> None:
        cmyk = Image.fromarray(scene()).convert("CMYK")
        picture = opened(encoded(cmyk, "JPEG", quality=100))
        assert picture.stored_mode == "CMYK"
        assert np.abs(rgb(picture) - np.asarray(cmyk.convert("RGB"))).mean() < 6

    def test_lab_tiff(self) -> None:
        lab = ImageCms.profileToProfile(
            Image.fromarray(scene()),
            ImageCms.createProfile("sRGB"),
            ImageCms.createProfile("LAB"),
            outputMode="LAB",
        )
        assert lab is not None
        picture = opened(encoded(lab, "TIFF"))
        assert np.abs(rgb(picture) - scene()).mean() < 4


def profile(gamma: float, primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """A matrix RGB profile, version 2 (ICC.1:2001-04)."""

    def s15(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    tags = {b"wtpt": (0.9642, 1.0, 0.8249)}
    tags |= dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True))
    blocks = {k: b"XYZ \0\0\0\0" + b"".join(map(s15, v)) for k, v in tags.items()}
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    blocks |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    blocks[b"cprt"] = b"text\0\0\0\0CC0\0"
    blocks[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + b"\0" * 79
    offset, table, body = 128 + 4 + 12 * len(blocks), b"", b""
    for name, block in blocks.items():
        table += name + struct.pack(">II", offset + len(body), len(block))
        body += block + b"\0" * (-len(block) % 4)
    size = offset + len(body)
    header = struct.pack(">I", size) + b"lcms" + b"\x02\x40\0\0" + b"mntrRGB XYZ "
    header = header.ljust(36, b"\0") + b"acsp"
    header = header.ljust(68, b"\0") + s15(0.9642) + s15(1.0) + s15(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(blocks)) + table + body


# D50-adapted colorants, as in the profiles that Adobe and the ICC publish.
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


class TestColourProfiles:
    def test_adobe_rgb_becomes_srgb(self) -> None:
        flat = Image.new("RGB", (8, 8), (90, 150, 90))
        picture = opened(encoded(flat, "PNG", icc_profile=profile(2.2, ADOBE_RGB)))
        red, green, blue = rgb(picture)[0, 0]
        # Adobe RGB's green is more saturated: in sRGB the same colour has far less red.
        assert red < 75
        assert abs(green - 151) <= 3
        assert abs(blue - 88) <= 3

    def test_srgb_under_any_name_is_left_alone(self) -> None:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        picture = opened(encoded(Image.fromarray(scene()), "PNG", icc_profile=srgb))
        assert (rgb(picture) == scene()).all()

    def test_alpha_survives_conversion(self) -> None:
        image = Image.new("RGBA", (8, 8), (90, 150, 90, 77))
        picture = opened(encoded(image, "PNG", icc_profile=profile(2.2, ADOBE_RGB)))
        assert picture.alpha is not None
        assert (picture.alpha == 77).all()
        assert picture.bgr[0, 0, 2] < 75

    @pytest.mark.parametrize("junk", [b"junk", b"\0" * 200])
    def test_a_broken_profile_is_passed_over(self, junk: bytes) -> None:
        picture = opened(encoded(Image.fromarray(scene()), "PNG", icc_profile=junk))
        assert (rgb(picture) == scene()).all()


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_integers_are_scaled_by_their_width(bits: int) -> None:
    top = 2**bits - 1
    levels = to_8_bit(np.array([[0, top // 2, top]], np.uint16), bits)
    assert levels.tolist() == [[0, round(255 * (top // 2) / top), 255]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_keeps_every_pixel(orientation: int) -> None:
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    turned = stand_upright(pixels, orientation)
    assert sorted(turned.ravel().tolist()) == list(range(6))
    assert turned.shape == ((3, 2) if orientation > 4 else (2, 3))
    assert (orientation == 1) == bool(turned.shape == (2, 3) and (turned == pixels).all())
