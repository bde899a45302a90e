"""What outdates a kept measurement: its code and its numbers, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qcheck.media.content import Picture
from qcheck.probes.portrait import Face, Thumbnail
from tools.accuracy import digests


def test_a_kept_value_is_outdated_by_its_weights_and_by_no_others(tmp_path: Path) -> None:
    from qcheck.probes.portrait import Covering

    shipped = digests.PACKAGE / "probes" / "covering.npz"
    assert digests.digest(Covering, None) == digests.digest(Covering, None)
    for folder, name in (("own", "covering.npz"), ("other", "unheard_of.npz")):
        (tmp_path / folder).mkdir()
        with np.load(shipped) as stored:
            arrays = dict(stored)
        arrays["changed"] = np.zeros(1)
        np.savez(tmp_path / folder / name, **arrays)
    assert digests.digest(Covering, tmp_path / "own") != digests.digest(Covering, None)
    assert digests.digest(Covering, tmp_path / "other") == digests.digest(Covering, None)
    assert digests.digest(Picture, tmp_path / "own") == digests.digest(Picture, None)
    assert digests.digest(Face, None) != digests.digest(Thumbnail, None)


def test_what_a_module_imports_outdates_it_and_words_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "ROOT", tmp_path)
    (tmp_path / "tools").mkdir()
    fit, drawing = tmp_path / "tools" / "fit.py", tmp_path / "tools" / "drawing.py"

    def digest_with(fit_says: str, drawing_says: str) -> str:
        fit.write_text(f'"""Words."""\nfrom tools.drawing import line\n{fit_says}\n')
        drawing.write_text(f"{drawing_says}\n")
        digests._tree.cache_clear()
        return digests.code_digest(fit)

    first = digest_with("line()", "def line(): return 1")
    assert digest_with("line()  # why", '"""What it draws."""\ndef line(): return 1') == first
    assert digest_with("line()", "def line(): return 2") != first
    assert digest_with("line() + 1", "def line(): return 1") != first
    digests._tree.cache_clear()


def test_numbers_are_known_by_the_call_that_reads_them() -> None:
    from qcheck.probes.portrait import LowerFace, Mood
    from qcheck.probes.voice import LevelJump, Levels

    assert "levels" in digests.fits_of(LevelJump)
    assert digests.fits_of(Levels) == frozenset()
    assert {"covering", "masks"} <= digests.fits_of(LowerFace)
    # Of what lies in a folder of its own, too; and a unit is no fit.
    assert digests.fits_of(Mood) == {"heads_net", "mood_net"}
