"""What decoders say themselves."""

from __future__ import annotations

from qcheck.media.sniff import sniff
from tools.attack.samples import samples
from tools.attack.second_opinion import complaint


def test_of_sound_files_nothing_is_said() -> None:
    said = {each.name: complaint(each.data, sniff(each.data)) for each in samples()}
    assert {name: text for name, text in said.items() if text} == {}


def test_of_damage_something_is_said() -> None:
    by_name = {each.name: each.data for each in samples()}
    for name in ("WebM", "Ogg Vorbis", "MP4", "M4A"):
        data = by_name[name]
        cut = data[: len(data) * 2 // 3]
        assert complaint(cut, sniff(data)) != "", name


def test_of_nothing_nothing_is_said() -> None:
    assert complaint(b"", None) == ""
