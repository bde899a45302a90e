"""What other packages bring, tried by installing the package that the documentation shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from installing import python_with
from PIL import Image

from qcheck.core.errors import UsageFault
from qcheck.core.plugins import plugged_in
from qcheck.engine.registry import load_rules
from qcheck.fixes.registry import load_fixes
from qcheck.reporters import reporter
from qcheck.targets.catalogue import all_targets

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "packages.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w/.-]+)`:\n\n```\w+\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `qcheck` beside which the documented package is installed."""
    folder = tmp_path_factory.mktemp("package")
    for name, text in FILES.items():
        file = folder / "studio-tiles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return Path(python_with(folder / "studio-tiles", folder))


def qcheck(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, "-m", "qcheck", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120
    )


def test_the_page_shows_a_whole_package() -> None:
    assert {"pyproject.toml", "tiles/square.py", "tiles/cutting.py", "tiles/lines.py"} < set(FILES)
    assert PAGE.count("project.entry-points") == 4


def test_an_installed_package_brings_a_rule_a_format_a_contract_and_a_repair(
    command: Path, fixtures: Path, tmp_path: Path
) -> None:
    with Image.open(fixtures / "portrait.png") as picture:
        width, height = picture.size
        upright = picture.convert("RGB").crop((width // 16, 0, width - width // 16, height))
        upright.save(tmp_path / "portrait.png")
    explained = qcheck(command, "rule", "square-tile", cwd=tmp_path)
    assert "The portrait is not square." in explained.stdout, explained.stderr
    app = qcheck(command, "apps", "tile-talker", cwd=tmp_path)
    assert "studio/tile-talker" in app.stdout, app.stderr
    asked = ("--for", "tile-talker", "--select", "square-tile", "--fail-on", "warning")
    ran = qcheck(command, *asked, "--output-format", "tiles", "portrait.png", cwd=tmp_path)
    assert (ran.stdout, ran.returncode) == ("portrait.png\tblocked\n", 1), ran.stderr
    fixed = qcheck(
        command, "fix", "--unsafe", "--select", "square-tile", "portrait.png", cwd=tmp_path
    )
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    with Image.open(tmp_path / "fixed" / "portrait.png") as picture:
        assert picture.width == picture.height


def test_a_contracts_limit_of_a_packages_rule_counts(command: Path, tmp_path: Path) -> None:
    Image.new("RGB", (1010, 1000)).save(tmp_path / "nearly.png")
    asked = ("--select", "square-tile", "--fail-on", "warning", "nearly.png")
    assert qcheck(command, *asked, cwd=tmp_path).returncode == 0
    assert qcheck(command, "--for", "tile-talker", *asked, cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("group", "load", "what"),
    [
        ("qcheck.rules", load_rules, "the rules of 'broken_package'"),
        ("qcheck.fixes", lambda: load_fixes.__wrapped__("voice"), "the repairs of"),
        ("qcheck.reporters", lambda: reporter("broken"), "the output formats of"),
        ("qcheck.targets", lambda: all_targets.__wrapped__(), "the contracts of"),
    ],
)
def test_a_broken_package_is_one_line_with_its_place(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: str,
    load: Callable[[], object],
    what: str,
) -> None:
    info = tmp_path / "broken_package-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-package\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{group}]\nbroken = broken_package\n")
    (tmp_path / "broken_package.py").write_text("import sys\n\nsys.exit(0)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    load_rules.cache_clear()
    plugged_in.cache_clear()
    with pytest.raises(UsageFault) as fault:
        load()
    load_rules.cache_clear()
    plugged_in.cache_clear()
    assert str(fault.value).startswith(what)
    assert str(fault.value).endswith(
        "'broken_package' (broken-package) do not load: SystemExit: 0 (broken_package.py, line 3)"
    )


@pytest.mark.parametrize(
    ("group", "load", "says"),
    [
        ("qcheck.reporters", lambda: reporter("broken"), "it has no function render"),
        ("qcheck.targets", lambda: all_targets.__wrapped__(), "it is not a package"),
    ],
)
def test_a_package_that_brings_something_else_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: str,
    load: Callable[[], object],
    says: str,
) -> None:
    info = tmp_path / "empty_package-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: empty-package\nVersion: 1\n")
    attribute = "" if group == "qcheck.reporters" else ":SOMETHING"
    (info / "entry_points.txt").write_text(f"[{group}]\nbroken = empty_package{attribute}\n")
    (tmp_path / "empty_package.py").write_text("SOMETHING = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plugged_in.cache_clear()
    with pytest.raises(UsageFault, match=says):
        load()
    plugged_in.cache_clear()
