"""What was read off the pictures of the corpus."""

from __future__ import annotations

from tools.accuracy.readings import KIND_OF, SEEN, behind


def test_a_reading_counts_before_the_label() -> None:
    folder, names = next(iter(SEEN["soft"].items()))
    file = f"{folder}/{names.split()[0]}"
    assert behind(file, "outdoor") == "soft"
    assert behind("nowhere/nobody.jpg", "outdoor") == "place"


def test_what_readers_call_differently_has_no_kind() -> None:
    folder, names = next(iter(SEEN["undecided"].items()))
    assert behind(f"{folder}/{names.split()[0]}", "flag") == ""
    assert behind("nowhere/nobody.jpg", "") == ""


def test_nothing_is_read_twice() -> None:
    files = [
        f"{folder}/{name}"
        for folders in SEEN.values()
        for folder, names in folders.items()
        for name in names.split()
    ]
    assert len(files) == len(set(files))
    assert set(KIND_OF.values()) == set(SEEN) - {"undecided"}
