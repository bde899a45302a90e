"""Counting what damage goes unreported: small files, few flips, every kind of count."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from qcheck.media.content import Decoding
from tools.attack import __main__ as command
from tools.attack import campaigns, damage
from tools.attack.transcodes import Transcode, transcodes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Transcode]:
    """Every transcode of a picture and a second of noise."""
    folder = tmp_path_factory.mktemp("originals")
    random = np.random.default_rng(1)
    pixels = random.integers(0, 256, (48, 64, 3), np.uint8)
    Image.fromarray(pixels).save(folder / "portrait.png")
    noise = random.normal(0, 0.1, 48_000).astype(np.float32)
    soundfile.write(folder / "voice.wav", noise, 48_000, subtype="PCM_16")
    return {each.name: each for each in transcodes(folder / "portrait.png", folder / "voice.wav")}


def test_every_transcode_has_pixels_or_sound_to_damage(made: dict[str, Transcode]) -> None:
    assert len(made) == 20
    for transcode in made.values():
        assert 0 <= transcode.payload_from < len(transcode.data) - 100


def test_what_proves_all_lets_nothing_through(made: dict[str, Transcode]) -> None:
    for transcode in made.values():
        if transcode.proves_all:
            row = damage.flipped(transcode, 10, 1)
            assert (row.name, row.wrong_clean) == (transcode.name, 0)


def test_a_format_without_checksums_is_counted_and_not_called_wrong(
    made: dict[str, Transcode],
) -> None:
    row = damage.flipped(made["WAV"], 20, 1)
    assert row.unsaid + row.same + row.reported == row.flips == 20
    assert 0 < row.noticeable <= row.unsaid
    assert row.wrong_clean == 0
    assert row.largest > damage.HEARD
    assert damage.line(row).count("|") == damage.TITLE[0].count("|")


def test_the_same_seed_damages_the_same_bits(made: dict[str, Transcode]) -> None:
    assert damage.flipped(made["BMP"], 10, 3) == damage.flipped(made["BMP"], 10, 3)
    assert damage.flipped(made["BMP"], 10, 3) != damage.flipped(made["BMP"], 10, 4)


def test_content_that_is_gone_or_of_another_size_is_as_different_as_can_be() -> None:
    assert damage.difference(Decoding(None), Decoding(None)) == 1.0


def test_the_command_fails_where_proof_was_lost(
    made: dict[str, Transcode],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(campaigns, "transcodes", lambda: [made["PNG"], made["WAV"]])
    monkeypatch.setattr(sys, "argv", ["tools.attack", "damage", "--flips", "5"])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.count("\n| ") == 2
    lost = Transcode("WAV", "wav", made["WAV"].data, b"data", proves_all=True)
    monkeypatch.setattr(campaigns, "transcodes", lambda: [lost])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 1


def test_originals_lie_in_the_fixtures() -> None:
    from tools.attack.transcodes import PORTRAIT, VOICE

    assert Path(PORTRAIT).is_file()
    assert Path(VOICE).is_file()
