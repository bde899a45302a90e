"""`qcheck` itself: its commands are found by name, listed by purpose, and imported when called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from command import qcheck

from qcheck.cli import commands
from qcheck.cli.groups import Section, place_in_help
from qcheck.cli.root import qcheck_command

FILES = sorted(
    path for path in Path(commands.__path__[0]).glob("*.py") if path.name != "__init__.py"
)
CONTEXT = click.Context(qcheck_command)
# What may be imported to describe a command: the rest waits until it is called.
LIGHT = {"qcheck.cli", "qcheck.cli.groups", "qcheck.cli.shared_options", "qcheck.core.errors"}
LIGHT |= {"qcheck.core.media", "qcheck.core.version", "click", "click.shell_completion"}


def command(name: str) -> click.Command:
    found = qcheck_command.get_command(CONTEXT, name)
    assert found is not None
    return found


def test_every_module_of_commands_is_a_command_of_its_name() -> None:
    assert qcheck_command.list_commands(CONTEXT) == [path.stem for path in FILES]
    for path in FILES:
        assert command(path.stem).name == path.stem


def test_help_lists_every_command_once_under_what_it_is_for(tmp_path: Path) -> None:
    text = qcheck("--help", cwd=tmp_path).stdout
    titles = re.findall(r"^(\w[\w ]*):$", text, re.MULTILINE)
    assert titles == ["Options", *(section.value for section in Section)]
    _, *sections = re.split(rf"^(?:{'|'.join(titles[1:])}):$", text, flags=re.MULTILINE)
    listed = [re.findall(r"^  (\w+)  ", section, re.MULTILINE) for section in sections]
    assert [names[0] for names in listed] == ["check", "fix", "gate", "init", "rule"]
    assert sorted(name for names in listed for name in names) == [path.stem for path in FILES]


def test_no_two_commands_want_one_place_in_the_help() -> None:
    places = [place_in_help(command(path.stem)) for path in FILES]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_command_is_described_without_importing_what_it_does(path: Path) -> None:
    imported = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names} <= (
        LIGHT
    )


@pytest.mark.parametrize(
    ("arguments", "called"), [(["a.png"], "check"), (["version"], "version"), (["rule"], "rule")]
)
def test_no_command_but_the_one_that_is_called_is_imported(
    tmp_path: Path, arguments: list[str], called: str
) -> None:
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['qcheck', *{arguments!r}]\n"
        "from qcheck.__main__ import main\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    loaded = next(line for line in ran.stderr.splitlines() if line.startswith("LOADED")).split()
    prefix = f"{commands.__name__}."
    assert [name for name in loaded if name.startswith(prefix)] == [prefix + called]


def test_a_word_that_is_nearly_a_command_is_not_looked_for_as_a_file(tmp_path: Path) -> None:
    ran = qcheck("chekc", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "qcheck: there is no file and no command 'chekc'; did you mean `qcheck check`?\n"
    )
    (tmp_path / "chekc").mkdir()
    assert "nothing was checked" in qcheck("chekc", cwd=tmp_path).stdout


def test_without_arguments_it_helps(tmp_path: Path) -> None:
    ran = qcheck(cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Exit codes: 0 if nothing blocks" in ran.stderr
