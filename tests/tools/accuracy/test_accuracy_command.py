"""`python -m tools.accuracy` as a person runs it, on a corpus of one voice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import ROOT


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.accuracy", *words], cwd=ROOT, capture_output=True, text=True
    )


@pytest.fixture
def one_voice(tmp_path: Path, fixtures: Path) -> Path:
    folder = tmp_path / "corpus" / "voices" / "libri_clean"
    folder.mkdir(parents=True)
    shutil.copy(fixtures / "voice.wav", folder / "84-1.wav")
    (folder.parent / "labels.csv").write_text("file,set\nlibri_clean/84-1.wav,libri_clean\n")
    return tmp_path / "corpus"


def test_the_figures_of_one_rule_are_printed_and_no_page_is_written(
    one_voice: Path, tmp_path: Path
) -> None:
    page = ROOT / "docs" / "accuracy.md"
    before = page.stat().st_mtime_ns
    words = ("--rule", "dc-offset", "--jobs", "1", "--cache", str(tmp_path / "kept"))
    first = ran(*words, str(one_voice))
    assert first.returncode == 0, first.stderr
    assert "measured 2 cases" in first.stdout
    assert "- sound: 0 flagged of 1 (0 %), 1 people" in first.stdout
    assert "- defective: 1 flagged of 1 (100 %), 1 people" in first.stdout
    assert page.stat().st_mtime_ns == before


def test_a_folder_without_labels_and_a_fit_without_a_name_are_refused(tmp_path: Path) -> None:
    assert "has no portraits/labels.csv" in ran(str(tmp_path)).stderr
    nameless = ran("fit")
    assert nameless.returncode == 2
    assert "fit what?" in nameless.stderr
