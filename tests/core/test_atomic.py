"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qcheck.core import atomic
from qcheck.core.atomic import (
    hidden_beside,
    holds_leftovers,
    place_new,
    remove_parts,
    whole,
    write_new,
    write_whole,
)
from qcheck.core.machine import this_process

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


@pytest.fixture(autouse=True)
def _a_new_process() -> None:
    """Folders are looked through once in a process; each test is one."""
    atomic._remove_leftovers.cache_clear()


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


WRITES_AND_WAITS = """
import sys, time
from pathlib import Path
from qcheck.core.atomic import hidden_beside
with hidden_beside(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print(file.name, flush=True)
    time.sleep(600)
"""


def writing(target: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process in the middle of writing beside ``target``, and what it has written so far."""
    made = subprocess.Popen(
        [sys.executable, "-c", WRITES_AND_WAITS, str(target)], stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None
    return made, Path(made.stdout.readline().strip())


def test_what_a_killed_process_left_is_removed_by_whoever_writes_there_next(target: Path) -> None:
    made, part = writing(target)
    made.kill()
    made.communicate()
    assert part.read_bytes() == b"half"
    assert holds_leftovers(target.parent)
    write_whole(target.with_name("another"), "new")
    assert names(target) == ["another", "report.json"]
    assert not holds_leftovers(target.parent)


def test_what_another_process_is_writing_is_left_to_it(target: Path) -> None:
    made, part = writing(target)
    try:
        write_whole(target, "new")
        assert part.read_bytes() == b"half"
    finally:
        made.kill()
        made.communicate()


def leftover(folder: Path) -> Path:
    """A file that a killed process left."""
    made, part = writing(folder / "file")
    made.kill()
    made.communicate()
    return part


def altered(name: str, field: int, value: str) -> str:
    """The name of a leftover with another field; 1 is the machine, 2 its start, 3 the process."""
    fields = name.removesuffix(".part").split("-")
    fields[field] = value
    return "-".join(fields) + ".part"


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: ".qcheck-abcdefgh.part",
        lambda name: ".qcheck-.part",
        lambda name: name + "~",
        lambda name: name.upper(),
        lambda name: altered(name, 1, "00000000"),
        lambda name: altered(name, 2, "00000000"),
        lambda name: altered(name, 3, "1"),
        lambda name: altered(name, 5, "0123456789abcdef"),
        lambda name: altered(name, 6, "00000000"),
    ],
)
def test_a_file_that_only_has_such_a_name_is_not_removed(target: Path, rename: Any) -> None:
    part = leftover(target.parent)
    mine = part.with_name(rename(part.name))
    part.rename(mine)
    write_whole(target, "new")
    assert mine.read_bytes() == b"half"


def test_what_a_process_of_another_machine_writes_is_not_removed(target: Path) -> None:
    other = dataclasses.replace(this_process(), machine="0a1b2c3d", pid=2**22)
    with hidden_beside(target, maker=other) as file:
        file.write(b"half")
    write_whole(target.with_name("new"), "new")
    assert Path(file.name).read_bytes() == b"half"


@posix
@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_only_plain_files_are_removed(target: Path, kind: str) -> None:
    part = leftover(target.parent)
    mine = target.with_name("mine")
    part.rename(mine)
    if kind == "folder":
        part.mkdir()
    elif kind == "link":
        part.symlink_to(mine)
    else:
        os.mkfifo(part)
    write_whole(target, "new")
    assert os.path.lexists(part)
    assert mine.read_bytes() == b"half"


@posix
def test_what_belongs_to_somebody_else_is_not_removed(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = leftover(target.parent)
    monkeypatch.setattr(os, "geteuid", lambda: part.stat().st_uid + 1)
    write_whole(target, "new")
    assert part.read_bytes() == b"half"


def test_a_process_removes_its_own_and_nobody_else_s(target: Path) -> None:
    other, its = writing(target)
    with hidden_beside(target) as file:
        file.write(b"mine")
    remove_parts(target.parent, this_process())
    assert not Path(file.name).exists()
    assert its.read_bytes() == b"half"
    other.kill()
    other.communicate()


@posix
def test_a_folder_is_looked_through_once(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    scandir = os.scandir

    def counted(folder: str | Path) -> object:
        looked.append(folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", counted)
    for number in range(5):
        write_whole(target.with_name(f"{number}"), "new")
    assert len(looked) == 1


def test_a_new_file_takes_its_place_only_where_nothing_is(target: Path) -> None:
    with pytest.raises(FileExistsError):
        write_new(target, "new")
    assert target.read_bytes() == b"the older one"
    write_new(target.with_name("new"), "new")
    assert target.with_name("new").read_text() == "new"
    assert names(target) == ["new", "report.json"]


@posix
def test_a_link_to_nowhere_is_a_place_that_is_taken(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        write_new(link, "new")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("taken", [True, False])
def test_a_disk_without_hard_links_keeps_what_is_there_too(
    target: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    place = target if taken else target.with_name("new")
    with pytest.raises(FileExistsError) if taken else contextlib.nullcontext():
        write_new(place, "new")
    assert target.read_bytes() == b"the older one"
    assert names(target) == (["report.json"] if taken else ["new", "report.json"])


def test_what_cannot_be_placed_is_gone(target: Path) -> None:
    with hidden_beside(target) as file:
        file.write(b"new")
    with pytest.raises(FileNotFoundError):
        place_new(Path(file.name), target.parent / "nowhere" / "file")
    assert names(target) == ["report.json"]


@posix
def test_where_strangers_may_have_put_a_link_it_is_replaced(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(target)
    write_whole(link, "new", follow=False)
    assert not link.is_symlink()
    assert target.read_bytes() == b"the older one"


@pytest.mark.parametrize(
    ("content", "written"),
    [("é\n", "é\n".encode()), (b"\xff\x00", b"\xff\x00"), ("bad\udcff", b"bad\\udcff")],
)
def test_what_no_encoding_holds_is_escaped(
    target: Path, content: str | bytes, written: bytes
) -> None:
    write_whole(target, content)
    assert target.read_bytes() == written
