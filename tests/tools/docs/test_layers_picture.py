"""The picture of the house shows every room, in the order of the import contracts."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tools.docs.layers_picture import layers, layers_picture

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"


def test_every_room_is_drawn_from_the_top_layer_down() -> None:
    picture = ElementTree.fromstring(layers_picture())
    names = [text.text for text in picture.iter(f"{SVG}text") if text.get("font-weight")]
    assert names == [room.removeprefix("qcheck.") for row in layers() for room in row]


def test_no_room_is_missing_from_the_contracts() -> None:
    known = {room for row in layers() for room in row}
    rooms = {f"qcheck.{each.parent.name}" for each in (ROOT / "qcheck").glob("*/__init__.py")}
    modules = {f"qcheck.{each.stem}" for each in (ROOT / "qcheck").glob("[!_]*.py")}
    assert known == rooms | modules


def test_text_stays_within_its_box() -> None:
    picture = ElementTree.fromstring(layers_picture())
    boxes = [box for box in picture.iter(f"{SVG}rect") if box.get("rx")]
    texts = [text for text in picture.iter(f"{SVG}text") if not text.get("font-weight")]
    for box, text in zip(boxes, texts, strict=True):
        end = float(box.attrib["x"]) + float(box.attrib["width"])
        # Half an em a character is what sans-serif type takes on average.
        width = len(text.text or "") * float(text.attrib["font-size"]) * 0.5
        assert float(text.attrib["x"]) + width <= end
