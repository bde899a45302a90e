"""Configuration files: what they may say, and what is refused with file and key."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qcheck.core.bounds import Bounds
from qcheck.core.errors import UsageFault
from qcheck.engine.settings import Settings, closest_config, load_settings


def written(folder: Path, text: str, name: str = "qcheck.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    settings = load_settings(
        written(
            tmp_path,
            """
            for = "omnihuman-1-5"
            speakers = 2
            select = ["portrait"]
            extend-select = ["V20"]
            ignore = ["background"]
            preview = true
            fail-on = "warning"
            min-score = 60
            output-format = ["full", "json=out.json"]
            plugins = ["./rules.py"]
            exclude = ["drafts"]
            [bounds]
            check-s = 60
            [limits.face-resolution]
            warn-below-px = 700
            [[ignores]]
            path = "archive/**"
            rules = ["face-resolution"]
            reason = "scans of prints"
            until = 2030-01-31
            """,
        )
    )
    assert settings.for_ == "omnihuman-1-5"
    assert settings.min_score == 60.0
    assert settings.extend_select == ("V20",)
    assert settings.bounds == Bounds(check_s=60)
    assert settings.limits == {"face-resolution": {"warn-below-px": 700}}
    assert settings.ignores[0].until == datetime.date(2030, 1, 31)
    assert settings.plugin_paths == (tmp_path / "rules.py",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("speekers = 2", "speekers: no such key; did you mean speakers?"),
        ('speakers = "two"', "speakers: a whole number is expected, not 'two'"),
        ("speakers = true", "speakers: a whole number is expected"),
        ("speakers = 0", "speakers: at least 1"),
        ('select = "ALL"', "select: a list is expected"),
        ("select = [1]", "select[0]: text is expected"),
        ('fail-on = "sometimes"', "fail-on: 'sometimes' is none of"),
        ("bounds = 3", "bounds: a table [bounds] is expected"),
        ("[bounds]\nmemory = 3", "bounds: memory: no such key; did you mean memory-mb?"),
        ("[bounds]\nmemory-mb = 0", "bounds: memory-mb: a number above 0 is expected, not 0"),
        ("[bounds]\ncheck-s = inf", "bounds: check-s: a number above 0 is expected, not inf"),
        ("limits = 3", "limits: tables"),
        ("[limits]\nface-resolution = 3", "limits: tables"),
        ('[[ignores]]\npath = "a"\nrules = ["b"]', "ignores[0]: reason is missing"),
        ('[[ignores]]\npath = "a"\nrules = ["b"]\nreason = " "', "ignores[0].reason"),
        ("x = = 3", "it is not TOML"),
        ("origin = 3", "origin: no such key"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageFault) as caught:
        load_settings(path)
    assert str(caught.value).startswith(str(path))
    assert says in str(caught.value)


def test_the_closest_configuration_wins(tmp_path: Path) -> None:
    outer = written(tmp_path, "")
    inner = written(tmp_path / "a", "[tool.qcheck]\n", "pyproject.toml")
    written(tmp_path / "a" / "b", "[tool.other]\n", "pyproject.toml")
    assert closest_config(tmp_path / "a" / "b") == inner
    assert closest_config(tmp_path) == outer


def test_qcheck_toml_beats_the_pyproject_beside_it(tmp_path: Path) -> None:
    written(tmp_path, "[tool.qcheck]\n", "pyproject.toml")
    own = written(tmp_path, "")
    assert closest_config(tmp_path) == own


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("drafts", "drafts/a.png", True),
        ("drafts", "x/drafts/y/a.png", True),
        ("*.png", "x/a.png", True),
        ("x/*.png", "x/a.png", True),
        ("x/*.png", "x/y/a.png", False),
        ("x/**", "x/y/a.png", True),
        ("x/**/a.png", "x/a.png", True),
        ("a?.png", "ab.png", True),
        ("a?.png", "a.png", False),
        ("[a].png", "[a].png", True),
        ("/a.png", "a.png", True),
        ("/a.png", "x/a.png", False),
        ("/x/", "x/a.png", True),
        ("/x/", "y/x/a.png", False),
        ("x/", "y/x/a.png", True),
        ("**", "x/y/a.png", True),
        ("a.png", "a.pngx", False),
        ("../a.png", "../a.png", False),
    ],
)
def test_globs(tmp_path: Path, pattern: str, path: str, matches: bool) -> None:
    settings = Settings(exclude=(pattern,), origin=tmp_path / "qcheck.toml")
    assert settings.is_excluded(tmp_path / path) is matches


def test_an_ignore_counts_until_the_end_of_its_last_day(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[ignores]]\npath = "a"\nrules = ["b"]\nreason = "c"\nuntil = 2030-01-31',
    )
    ignore = load_settings(path).ignores[0]
    assert not ignore.expired(datetime.date(2030, 1, 31))
    assert ignore.expired(datetime.date(2030, 2, 1))


def test_what_lies_outside_of_the_configurations_folder_matches_nothing(tmp_path: Path) -> None:
    settings = Settings(exclude=("**", "*.png"), origin=tmp_path / "inner" / "qcheck.toml")
    assert settings.is_excluded(tmp_path / "inner" / "a.png")
    assert settings.is_excluded(tmp_path / "a.png") is False


def test_the_table_of_a_pyproject_is_read_like_a_file_of_its_own(tmp_path: Path) -> None:
    table = "speakers = 1\nmin-score = 100\n"
    own = load_settings(written(tmp_path / "own", table))
    shared = load_settings(
        written(tmp_path / "shared", f"[tool.qcheck]\n{table}[tool.x]\ny = 1\n", "pyproject.toml")
    )
    assert (own.speakers, own.min_score) == (shared.speakers, shared.min_score) == (1, 100)
    with pytest.raises(UsageFault, match=r"pyproject\.toml: there is no \[tool\.qcheck\]"):
        load_settings(written(tmp_path / "none", "[tool.x]\n", "pyproject.toml"))


@pytest.mark.parametrize("min_score", ["-0.1", "100.1"])
def test_a_score_that_there_is_not_is_refused(tmp_path: Path, min_score: str) -> None:
    path = written(tmp_path, f"min-score = {min_score}")
    with pytest.raises(UsageFault, match=f"^{path}: min-score: 0 to 100 is expected"):
        load_settings(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a." * 10_000 + "a = 1", "a dotted key of more than 16 parts"),
        ("x = " + "[" * 5000, "nested too deeply"),
        ("speakers = 0x" + "f" * 5000, "more than 64 bits"),
        ("speakers = 1" + "0" * 5000, "its TOML cannot be used"),
        ("# " + "x" * 1_000_000, "larger than 1 MB"),
        ('exclude = ["' + "**/" * 1000 + '"]', "is longer than 1000 characters"),
        ("exclude = [" + '"a",' * 10_001 + "]", "at most 10,000 are taken"),
        ("[[ignores]]\nrules = []\nreason = 'x'\npath = '" + "*" * 1001 + "'", "is longer than"),
    ],
)
def test_a_configuration_that_would_take_too_much_is_refused(
    tmp_path: Path, text: str, says: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageFault) as caught:
        load_settings(path)
    assert str(caught.value).startswith(str(path))
    assert says in str(caught.value)


def test_a_broken_pyproject_is_passed_over_unless_it_speaks_of_qcheck(tmp_path: Path) -> None:
    outer = written(tmp_path, "")
    inner = tmp_path / "a"
    for text in ("[tool.other\n", "tool = 5\n", "[tool]\nqcheck = 5\n", "[[tool]]\n"):
        written(inner, text, "pyproject.toml")
        assert closest_config(inner) == outer
    for table in ("[tool.qcheck]", "[ tool . qcheck ]", '["tool"."qcheck"]', "tool.qcheck.x = 1"):
        written(inner, f"{table}\nspeakers = = 1\n", "pyproject.toml")
        with pytest.raises(UsageFault, match=r"pyproject\.toml: it is not TOML"):
            closest_config(inner)


def test_a_pyproject_that_cannot_be_looked_into_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "", "pyproject.toml")
    monkeypatch.setattr("qcheck.engine.settings._MOST_BYTES", -1)
    with pytest.raises(UsageFault, match=r"pyproject\.toml: it is larger than"):
        closest_config(tmp_path)
