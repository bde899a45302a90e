"""Sides of a picture from its header alone; what the rule on readability says of real files."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from qcheck.core.job import Job
from qcheck.core.results import Outcome
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.registry import load_rules
from qcheck.media import picture
from qcheck.media.file import File
from qcheck.media.sides import Sides, read_sides
from qcheck.probes.evidence import Evidence

RULES = {rule.name: rule for rule in load_rules().all}


def encoded(fmt: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), (9, 99, 199)).save(buffer, fmt, **options)
    return buffer.getvalue()


def outcome(name: str, file: File) -> Outcome:
    rule = RULES[name]
    return run_rule(Selected(rule, rule.limits()), Evidence(file), Job())


@pytest.mark.parametrize("fmt", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "PPM"])
def test_sides_come_from_the_header(fmt: str) -> None:
    sides = read_sides(File("a", encoded(fmt)))
    assert (sides.width_px, sides.height_px) == (30, 20)
    assert (sides.longer_px, sides.shorter_px, sides.megapixels) == (30, 20, 0.0006)


@pytest.mark.parametrize("data", [b"", b"fLaC", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_has_no_sides(data: bytes) -> None:
    sides = read_sides(File("a", data))
    assert sides == Sides(None, None)
    assert (sides.longer_px, sides.shorter_px, sides.megapixels) == (None, None, None)


def test_a_limit_on_the_file_decodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "bgr_and_alpha", lambda *_: pytest.fail("it was decoded"))
    assert outcome("file-limits", File("a.png", encoded("PNG"))).severity is None


@pytest.mark.parametrize("fmt", ["GIF", "WEBP"])
def test_an_animation_is_a_warning(fmt: str) -> None:
    frames = [Image.new("RGB", (30, 20), (70 * i, 0, 0)) for i in range(1, 4)]
    data = encoded(fmt, save_all=True, append_images=frames)
    found = outcome("readable", File(f"a.{fmt.lower()}", data))
    assert found.severity is not None
    assert found.severity.label == "warning"
    assert "4 frames of an animation" in found.judgements[0].message


def test_the_pages_of_a_tiff_are_called_pages() -> None:
    data = encoded("TIFF", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    assert "2 pages" in outcome("readable", File("a.tif", data)).judgements[0].message


def test_a_whole_file_under_its_own_name_passes() -> None:
    for name in ("a.jpg", "a.JPEG", "-", "portrait"):
        assert outcome("readable", File(name, encoded("JPEG"))).severity is None


def test_a_damaged_file_under_a_wrong_name_gets_one_finding() -> None:
    found = outcome("readable", File("a.png", encoded("JPEG")[:200]))
    assert [j.severity.label for j in found.judgements if j.severity] == ["error"]
