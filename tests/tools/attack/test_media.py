"""The campaign of mutated media: what it counts, and what it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.media import picture_faults
from tools.attack import media
from tools.attack.media import Campaign
from tools.attack.reading import Reading


def test_some_files_of_each_sample_hold_and_are_counted(tmp_path: Path) -> None:
    campaign = Campaign(1, tmp_path)
    campaign.run(count=300)
    assert campaign.tally.totals.total() == campaign.done == 300
    assert campaign.tally.bad == 0
    assert len(list(campaign.lines())) == 2 + len(campaign.samples) + 1
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_makes_the_same_files() -> None:
    one, other = Campaign(3, only="BMP"), Campaign(3, only="BMP")
    for campaign in (one, other):
        campaign.run(count=60)
        # What did something new is gone on from.
        campaign.run(count=60)
    assert one.tally.counts == other.tally.counts
    another = Campaign(4, only="BMP")
    another.run(count=120)
    assert another.tally.counts != one.tally.counts


def test_damage_that_nobody_reports_is_counted_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was before the checksums of a PNG were compared."""
    monkeypatch.setattr("qcheck.media.picture.png_damage", lambda data: None)
    campaign = Campaign(1, tmp_path, only="PNG, one bit")
    campaign.run(count=400)
    assert picture_faults.png_damage is not None
    assert campaign.tally.totals[media.WRONG] > 0
    kept = [path for path in tmp_path.iterdir() if path.suffix == ".png"]
    assert kept
    assert any("a checksum covers" in line for line in campaign.kept.lines())


def test_a_reader_that_crashes_or_ends_is_counted_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashes(name: str, data: bytes) -> Reading:
        assert len(data) % 2, "an even length"
        return media.read(name, data)

    campaign = Campaign(1, tmp_path, only="BMP, palette")
    campaign.run(count=1)
    monkeypatch.setattr(Campaign, "_judge", lambda *_: crashes("a", bytes(2)))
    campaign.run(count=3)
    assert campaign.tally.totals["abort"] == 3
    assert "AssertionError: an even length" in next(iter(campaign.kept.found.values())).says
