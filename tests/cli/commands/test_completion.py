"""Completion in the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """``qcheck`` is the one under test, whichever is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "qcheck"
    command.write_text(
        f"#!{sys.executable}\nimport sys\nfrom qcheck.__main__ import main\n"
        f"sys.argv[0] = {str(command)!r}\nmain()\n"
    )
    command.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(home)}


def shell(name: str, script: str, environment: dict[str, str], cwd: Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not here")
    plain = {
        "bash": ["bash", "--noprofile", "--norc", "-c", script],
        "zsh": ["zsh", "-f", "-c", script],
        "fish": ["fish", "--no-config", "-c", script],
    }
    ran = subprocess.run(
        plain[name], env=environment, cwd=cwd, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


def completed_by_bash(line: str, environment: dict[str, str], cwd: Path) -> set[str]:
    """What bash offers at the end of ``line``, through the function that it was given."""
    words = line.split(" ")
    script = f"""
eval "$(qcheck completion bash)"
COMP_WORDS=({" ".join(repr(word) for word in words)})
COMP_CWORD={len(words) - 1}
function=$(complete -p qcheck | sed 's/.*-F \\([^ ]*\\).*/\\1/')
compopt() {{ printf "compopt %s %s\n" "$@"; }}
"$function" qcheck
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    return set(shell("bash", script, environment, cwd).split("\n")) - {""}


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("qcheck bas", {"baseline"}),
        ("qcheck rule face-res", {"face-resolution"}),
        ("qcheck rule te", {"test"}),
        ("qcheck rule test face-res", {"face-resolution"}),
        ("qcheck check --changed", {"--changed-since"}),
        ("qcheck --fail-on w", {"warning"}),
        ("qcheck --for omnihuman-1-5", {"omnihuman-1-5"}),
        ("qcheck config s", {"schema", "show"}),
        ("qcheck completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_bash(line: str, offered: set[str], environment: dict[str, str], tmp_path: Path) -> None:
    assert completed_by_bash(line, environment, tmp_path) == offered


@pytest.mark.parametrize("line", ["qcheck ./po", "qcheck check po", "qcheck --for x po"])
def test_bash_completes_files(line: str, environment: dict[str, str], tmp_path: Path) -> None:
    assert "compopt -o default" in completed_by_bash(line, environment, tmp_path)


def test_bash_itself_asks_on_tab(environment: dict[str, str], tmp_path: Path) -> None:
    """An interactive bash, keys and all."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not here")
    pty = pytest.importorskip("pty")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        quiet = {**environment, "PS1": "$ ", "TERM": "dumb"}
        os.execvpe("bash", ["bash", "--noprofile", "--norc", "-i"], quiet)
    try:
        os.write(terminal, b'eval "$(qcheck completion bash)" && echo re""ady\n')
        assert "ready" in read_until(terminal, "\nready")
        os.write(terminal, b"qcheck rule face-resol\t")
        assert "face-resolution" in read_until(terminal, "face-resolution")
    finally:
        os.write(terminal, b"\x15exit\n")
        os.close(terminal)
        os.waitpid(pid, 0)


def read_until(terminal: int, text: str) -> str:
    import select

    seen = ""
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        if not ready:
            break
        seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


def test_zsh_takes_what_it_is_given(environment: dict[str, str], tmp_path: Path) -> None:
    script = """
autoload -Uz compinit && compinit -D -u
eval "$(qcheck completion zsh)"
print -r -- ${_comps[qcheck]}
compadd() { print -rl -- ${(P)@[-1]}; }
words=(qcheck rule face-resol) CURRENT=3
_qcheck_completion
"""
    said = shell("zsh", script, environment, tmp_path)
    assert said.split("\n")[0] == "_qcheck_completion"
    assert "face-resolution" in said


def test_fish_completes(environment: dict[str, str], tmp_path: Path) -> None:
    script = 'qcheck completion fish | source; complete -C "qcheck rule face-resol"'
    offered = shell("fish", script, environment, tmp_path).split("\n")
    assert "face-resolution" in [line.partition("\t")[0] for line in offered]


@pytest.mark.parametrize("name", SHELLS)
def test_every_shell_reads_its_script(
    name: str, environment: dict[str, str], tmp_path: Path
) -> None:
    script = subprocess.run(
        [sys.executable, "-m", "qcheck", "completion", name], capture_output=True, text=True
    )
    assert script.returncode == 0
    (tmp_path / "script").write_text(script.stdout)
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not here")
    parsed = subprocess.run([name, "-n", tmp_path / "script"], capture_output=True, text=True)
    assert (parsed.returncode, parsed.stderr) == (0, "")
