"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qcheck.core.atomic import hidden_beside, whole, write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links are POSIX's")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(b"the older one")
    return path


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o026)
    yield
    os.umask(before)


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_older_file_stands_until_the_new_one_is_whole(target: Path) -> None:
    with whole(target) as file:
        file.write(b"half")
        file.flush()
        assert target.read_bytes() == b"the older one"
        file.write(b" and half")
    assert target.read_bytes() == b"half and half"
    assert names(target) == ["report.json"]


def test_a_file_that_was_not_there_is_there_at_once(tmp_path: Path) -> None:
    with whole(tmp_path / "new") as file:
        file.write(b"all")
        assert not (tmp_path / "new").exists()
    assert (tmp_path / "new").read_bytes() == b"all"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_breaks_off_changes_nothing_and_leaves_nothing(
    target: Path, error: type[BaseException]
) -> None:
    def breaks_off() -> None:
        with whole(target) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        breaks_off()
    assert target.read_bytes() == b"the older one"
    assert names(target) == ["report.json"]


@pytest.mark.parametrize("error", [PermissionError, KeyboardInterrupt])
def test_what_cannot_take_its_place_leaves_nothing(
    target: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def refuse(self: Path, other: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(error):
        write_whole(target, "new")
    assert target.read_bytes() == b"the older one"
    assert names(target) == ["report.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="it takes Linux's limit on the size of files")
def test_a_disk_that_is_full_leaves_nothing(target: Path) -> None:
    """Ten bytes of room: what is written is short enough to wait in a buffer until the end."""
    code = (
        "import resource, sys; from pathlib import Path;"
        "from qcheck.core.atomic import write_whole;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10));"
        "write_whole(Path(sys.argv[1]), 'x' * 100)"
    )
    ran = subprocess.run(
        [sys.executable, "-B", "-c", code, str(target)], capture_output=True, text=True
    )
    assert "File too large" in ran.stderr
    assert target.read_bytes() == b"the older one"
    assert names(target) == ["report.json"]


def test_a_hidden_file_stays_beside_its_place(target: Path) -> None:
    with hidden_beside(target) as file:
        file.write(b"new")
    made = Path(file.name)
    assert made.read_bytes() == b"new"
    assert made.parent == target.parent
    assert made.name.startswith(".")
    assert target.read_bytes() == b"the older one"


@posix
def test_a_link_stays_one_and_what_it_points_to_is_written(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "latest.json"
    link.parent.mkdir()
    link.symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(link) == ["latest.json"]


@posix
def test_permissions_stay_or_are_those_of_any_new_file(target: Path, umask: None) -> None:
    target.chmod(0o604)
    write_whole(target, "new")
    assert mode_of(target) == 0o604
    write_whole(target.with_name("other"), "new")
    assert mode_of(target.with_name("other")) == 0o640
    now = os.umask(0)
    os.umask(now)
    assert now == 0o026


@pytest.mark.parametrize(
    ("content", "written"),
    [("é\n", "é\n".encode()), (b"\xff\x00", b"\xff\x00"), ("bad\udcff", b"bad\\udcff")],
)
def test_what_no_encoding_holds_is_escaped(
    target: Path, content: str | bytes, written: bytes
) -> None:
    write_whole(target, content)
    assert target.read_bytes() == written
