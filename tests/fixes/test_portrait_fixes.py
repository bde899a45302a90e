"""What each repair of a portrait mends, and what it leaves alone."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from repairs import ISOLATED, checked, done, found, mended, picture_of

from qcheck.engine.options import Options
from qcheck.fixes.helpers.metadata import Embedded, _gps_entry, without_places
from qcheck.fixes.helpers.shrinking import on_colour, shrunk
from qcheck.fixes.portrait.crop import _best_frame, _Sight
from qcheck.fixes.portrait.encode import _fitting
from qcheck.fixes.portrait.straighten import _frame
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

# For pictures of nothing: what looks for faces need not.
PLAIN = Options(isolated=True, select=("readable", "file-limits", "orientation"))
GPS = 0x8825
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description
 exif:GPSLatitude="47,22.1N" photoshop:City="Basel"/></rdf:RDF></x:xmpmeta>"""


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    """A picture that nothing recognises, so that no model has to look at it for long."""
    rng = np.random.default_rng(5)
    ramp = np.linspace(0, 255, 96)
    noise = rng.normal(0, 4, (64, 96, 3))
    shades = np.stack([ramp, ramp[::-1], np.full(96, 90.0)], axis=-1)
    return np.clip(shades[None] + noise, 0, 255).astype(np.uint8)


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


@pytest.mark.parametrize(
    ("name", "rule", "unsafe"),
    [
        ("orientation.jpg", "orientation", False),
        ("face-centred.jpg", "face-centred", True),
        ("eye-line.jpg", "eye-line", True),
        ("headroom.jpg", "headroom", True),
        ("readable-extension.png", "readable", False),
    ],
)
def test_what_its_rule_found_is_mended(fixtures: Path, name: str, rule: str, unsafe: bool) -> None:
    path = fixtures / "defects" / name
    assert rule in found(checked(path))
    after, _ = mended(path, unsafe=unsafe)
    assert rule not in found(after)


def test_a_picture_over_the_apps_limits_is_mended_for_it(fixtures: Path) -> None:
    options = Options(isolated=True, app="omnihuman-1-5", select=("file-limits",))
    path = fixtures / "defects" / "file-limits.jpg"
    assert found(checked(path, options)) == {"file-limits"}
    after, made = mended(path, options)
    assert (done(made), found(after)) == (["reduce", "encode"], set())
    assert max(picture_of(made.data).shape) == 4096
    assert mended(path, Options(isolated=True, select=("file-limits",)))[1].deeds == ()


@pytest.mark.parametrize(
    "name", ["portrait.png", "defects/head-roll.jpg", "defects/image-noise.jpg"]
)
def test_what_needs_no_repair_that_there_is_keeps_its_bytes(fixtures: Path, name: str) -> None:
    _, made = mended(fixtures / name, unsafe=True)
    assert made.data == (fixtures / name).read_bytes()


def test_what_changes_the_picture_is_not_done_unasked(fixtures: Path) -> None:
    path = fixtures / "defects" / "eye-line.jpg"
    assert mended(path)[1].data == path.read_bytes()


@pytest.mark.parametrize("name", ["orientation.jpg", "eye-line.jpg"])
def test_mending_a_mended_file_changes_nothing(fixtures: Path, tmp_path: Path, name: str) -> None:
    _, once = mended(fixtures / "defects" / name, unsafe=True)
    path = tmp_path / "once.jpg"
    path.write_bytes(once.data)
    _, twice = mended(path, unsafe=True)
    assert twice.data == once.data


@pytest.mark.parametrize("orientation", range(2, 9))
def test_what_viewers_show_is_what_is_stored(
    tmp_path: Path, pixels: np.ndarray, orientation: int
) -> None:
    path = saved(tmp_path / "turned.png", pixels, exif=exif(orientation))
    after, made = mended(path, PLAIN)
    with Image.open(io.BytesIO(made.data)) as image:
        assert not dict(image.getexif())
        shown = np.asarray(image)
    from PIL import ImageOps

    with Image.open(path) as original:
        assert np.array_equal(shown, np.asarray(ImageOps.exif_transpose(original)))
    assert "orientation" not in found(after)
    assert done(made)[:2] == ["upright", "places"]


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_place_goes_and_pixels_and_the_rest_stay(
    tmp_path: Path, pixels: np.ndarray, suffix: str
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


def test_a_place_in_a_tiff_goes(tmp_path: Path, pixels: np.ndarray) -> None:
    path = saved(tmp_path / "place.tiff", pixels, exif=exif().tobytes())
    _, made = mended(path, PLAIN)
    assert done(made) == ["places", "encode"]
    assert made.format == "PNG"
    assert np.array_equal(picture_of(made.data), pixels)
    assert Evidence(File("place.png", made.data)).get(Embedded).places == ()


def test_what_a_phone_appends_goes_with_the_place(tmp_path: Path, pixels: np.ndarray) -> None:
    path = saved(tmp_path / "one.jpg", pixels, exif=exif())
    second = saved(tmp_path / "two.jpg", pixels[::-1], exif=exif())
    path.write_bytes(path.read_bytes() + second.read_bytes())
    _, made = mended(path, PLAIN)
    assert Evidence(File("a.jpg", made.data)).get(Embedded).places == ()
    assert made.data.count(b"\xff\xd8\xff") == 1


def test_without_a_place_metadata_stays_as_it_is(tmp_path: Path, pixels: np.ndarray) -> None:
    path = saved(tmp_path / "plain.jpg", pixels, exif=exif(place=False))
    assert mended(path, PLAIN)[1].data == path.read_bytes()


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


def test_colours_of_another_space_are_converted(tmp_path: Path, pixels: np.ndarray) -> None:
    # A display profile with the red and the green phosphor exchanged: whatever reads it as sRGB
    # shows other colours.
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = {name: srgb.index(name) for name in (b"rXYZ", b"gXYZ")}
    swapped = bytearray(srgb)
    swapped[at[b"rXYZ"] : at[b"rXYZ"] + 4], swapped[at[b"gXYZ"] : at[b"gXYZ"] + 4] = (
        b"gXYZ",
        b"rXYZ",
    )
    path = saved(tmp_path / "swapped.png", pixels, icc_profile=bytes(swapped))
    _, made = mended(path, PLAIN)
    assert done(made) == ["srgb", "encode"]
    out = picture_of(made.data).astype(int)
    assert np.abs(out - pixels[:, :, [1, 0, 2]]).max() <= 2
    named = saved(tmp_path / "srgb.png", pixels, icc_profile=srgb)
    assert mended(named, PLAIN)[1].data == named.read_bytes()


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    import cv2

    deep = np.random.default_rng(1).integers(0, 65536, (32, 48, 3), dtype=np.uint16)
    path = tmp_path / "deep.png"
    cv2.imwrite(str(path), deep)
    _, made = mended(path, PLAIN)
    assert done(made) == ["srgb", "encode"]
    out = picture_of(made.data)[:, :, ::-1].astype(int)
    assert np.abs(out - deep / 257).max() <= 0.51


def test_transparency_goes_on_the_colour_that_is_asked_for(
    tmp_path: Path, pixels: np.ndarray
) -> None:
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[:, 30:] = 255
    path = saved(tmp_path / "cut.png", np.dstack([pixels, alpha]))
    assert mended(path, PLAIN)[1].data == path.read_bytes()
    _, made = mended(path, PLAIN, background=(0, 128, 255))
    assert done(made) == ["flatten", "encode"]
    out = picture_of(made.data)
    assert (out[:, :30] == (0, 128, 255)).all()
    assert np.array_equal(out[:, 30:], pixels[:, 30:])


def test_transparency_is_flattened_where_the_app_does(tmp_path: Path, pixels: np.ndarray) -> None:
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[:, 30:] = 255
    path = saved(tmp_path / "cut.png", np.dstack([pixels, alpha]))
    (tmp_path / "qcheck.toml").write_text("[limits.transparency]\nflattened = true\n")
    options = Options(config=tmp_path / "qcheck.toml", select=("transparency",))
    assert found(checked(path, options)) == {"transparency"}
    after, made = mended(path, options)
    assert found(after) == set()
    assert (picture_of(made.data)[:, :30] == 255).all()


def test_a_hole_in_the_face_is_not_hidden_by_a_colour(fixtures: Path) -> None:
    path = fixtures / "defects" / "transparency.webp"
    assert mended(path)[1].data == path.read_bytes()
    after, made = mended(path, background=(255, 255, 255))
    assert "flatten" in done(made)
    assert "transparency" in found(after)


def test_a_low_quality_jpeg_stays_one_in_the_report(tmp_path: Path, fixtures: Path) -> None:
    path = tmp_path / "poor.jpg"
    with Image.open(fixtures / "portrait.png") as image:
        turned = image.convert("RGB").resize((700, 700)).transpose(Image.Transpose.ROTATE_90)
        turned.save(path, quality=20, exif=exif(6, place=False))
    after, made = mended(path)
    assert done(made) == ["upright", "encode"]
    assert {"compression"} <= found(after)


@pytest.mark.parametrize("most", [60_000, 20_000, 6_000])
def test_the_best_quality_that_fits_is_taken(pixels: np.ndarray, most: int) -> None:
    large = np.kron(pixels, np.ones((5, 5, 1), np.uint8))
    noisy = np.clip(large + np.random.default_rng(1).normal(0, 6, large.shape), 0, 255)
    picture = Picture(noisy.astype(np.uint8), None, "PNG", "RGB", 8, 1, 1)
    small, quality, data = _fitting(picture, most, 95)
    assert len(data) <= most
    assert 75 <= quality <= 95
    if small is picture and quality < 95:
        assert len(_fitting(picture, None, quality + 1)[2]) > most
    assert small.width_px <= picture.width_px


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 4), st.booleans())
def test_nothing_is_ever_enlarged(width: int, height: int, scale: float, cut_out: bool) -> None:
    bgr = np.full((height, width, 3), 77, np.uint8)
    alpha = np.full((height, width), 255, np.uint8) if cut_out else None
    picture = Picture(bgr, alpha, "PNG", "RGB", 8, 1, 1)
    small = shrunk(picture, scale)
    assert small.width_px <= width
    assert small.height_px <= height
    assert (small.bgr == 77).all()
    assert scale < 1 or small is picture


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_a_colour_shows_as_much_as_it_is_transparent(pixel: int, alpha: int, ground: int) -> None:
    picture = Picture(
        np.full((1, 1, 3), pixel, np.uint8),
        np.full((1, 1), alpha, np.uint8),
        "PNG",
        "RGBA",
        8,
        1,
        1,
    )
    mixed = int(on_colour(picture, (ground, ground, ground))[0, 0, 0])
    assert abs(mixed - (pixel * alpha + ground * (255 - alpha)) / 255) <= 0.51


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_frame_lies_in_the_picture_and_keeps_head_and_eyes_where_they_belong(
    data: st.DataObject,
) -> None:
    width, height = (data.draw(st.integers(200, 4000)) for _ in range(2))
    tall = data.draw(st.floats(40, 0.8 * height))
    wide = tall * data.draw(st.floats(0.6, 0.9))
    middle = data.draw(st.floats(wide / 2, max(wide / 2, width - wide / 2)))
    eyes = data.draw(st.floats(0.45 * tall, max(0.45 * tall, height - 0.6 * tall)))
    sight = _Sight(
        middle, eyes, max(0.0, eyes - 0.75 * tall), eyes + 0.55 * tall, wide, tall,
        middle - wide / 2, middle + wide / 2,
    )  # fmt: skip
    frame = _best_frame(sight, width, height, height, (0.25, 0.45))
    if frame is None:
        return
    left, top, right, bottom = frame
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left <= max(sight.left, 0) + 1
    assert right >= min(sight.right, width) - 1
    assert top <= max(0, sight.crown) + 2
    assert 0.25 <= (eyes - top) / (bottom - top) <= 0.45
    assert abs((middle - left) / (right - left) - 0.5) <= 0.08


def test_a_cropped_picture_is_the_originals_pixels(fixtures: Path) -> None:
    import cv2

    path = fixtures / "defects" / "headroom.jpg"
    _, made = mended(path, ISOLATED, unsafe=True)
    small, whole = picture_of(made.data), picture_of(path.read_bytes())
    assert small.shape[0] < whole.shape[0]
    match = cv2.matchTemplate(whole[::4, ::4], small[4:-4:4, 4:-4:4], cv2.TM_SQDIFF_NORMED)
    assert match.min() < 1e-2


def tilted(path: Path, fixtures: Path, deg: float) -> Path:
    """The sound portrait in a wide room of its own background, held at an angle."""
    with Image.open(fixtures / "portrait.png") as image:
        flat = np.asarray(image.convert("RGB"))[::2, ::2]
    side = flat.shape[0]
    wide = np.pad(flat, ((side // 3, side // 3), (side // 4, side // 4), (0, 0)), mode="edge")
    turned = Image.fromarray(wide).rotate(-deg, Image.Resampling.BICUBIC, expand=deg % 90 == 0)
    if deg % 90:
        inset = side // 6
        turned = turned.crop((inset, inset, turned.width - inset, turned.height - inset))
    turned.save(path)
    return path


ROLL = Options(
    isolated=True,
    select=("head-roll", "face-count", "face-cropped", "head-and-shoulders", "sharpness"),
)


@pytest.mark.parametrize("deg", [14, -14])
def test_a_tilted_head_is_straightened_without_empty_corners(
    fixtures: Path, tmp_path: Path, deg: float
) -> None:
    path = tilted(tmp_path / "tilted.png", fixtures, deg)
    assert "head-roll" in found(checked(path, ROLL))
    after, made = mended(path, ROLL, unsafe=True)
    assert done(made)[0] == "straighten"
    assert not found(after)
    now, was = picture_of(made.data), picture_of(path.read_bytes())
    assert now.shape[0] < was.shape[0]
    assert now.shape[1] < was.shape[1]
    assert "straighten" not in done(mended(path, ROLL)[1])


@pytest.mark.parametrize("deg", [90, -90])
def test_a_picture_on_its_side_is_turned_by_a_quarter_and_keeps_its_pixels(
    fixtures: Path, tmp_path: Path, deg: int
) -> None:
    path = tilted(tmp_path / "side.png", fixtures, deg)
    after, made = mended(path, ROLL, unsafe=True)
    assert "head-roll" not in found(after)
    assert np.array_equal(picture_of(made.data), np.rot90(picture_of(path.read_bytes()), deg // 90))


@given(
    width=st.integers(40, 900),
    height=st.integers(40, 900),
    deg=st.floats(-80, 80),
    at=st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8)),
    share=st.floats(0.05, 0.5),
)
def test_a_straightened_frame_lies_within_the_turned_picture_and_holds_the_head(
    width: int, height: int, deg: float, at: tuple[float, float], share: float
) -> None:
    turn = cv2.getRotationMatrix2D((width * at[0], height * at[1]), deg, 1.0)
    half = share * min(width, height) / 2
    x, y = width * at[0], height * at[1]
    frame = _frame((width, height), turn, deg, (x - half, y - half, x + half, y + half), y)
    if frame is None:
        return
    x0, y0, x1, y1 = frame
    assert x0 <= x - half + 1
    assert y0 <= y - half + 1
    assert x1 >= x + half - 1
    assert y1 >= y + half - 1
    back = cv2.invertAffineTransform(turn)
    corners = np.array([(x0, y0, 1), (x1, y0, 1), (x0, y1, 1), (x1, y1, 1)], float) @ back.T
    assert corners.min() >= 0
    assert (corners <= (width, height)).all()


def test_of_an_animation_the_first_frame_is_kept(tmp_path: Path, pixels: np.ndarray) -> None:
    path = tmp_path / "moving.png"
    frames = [Image.fromarray(pixels), Image.fromarray(pixels[::-1])]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    assert "readable" in found(checked(path, PLAIN))
    after, made = mended(path, PLAIN)
    assert "readable" not in found(after)
    assert np.array_equal(picture_of(made.data), pixels)
