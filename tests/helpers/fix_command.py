"""`qcheck fix` in this process, and a folder that it has something to do in."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner, Result
from PIL import Image

from qcheck.cli.root import qcheck_command
from qcheck.engine.options import Options
from qcheck.engine.run import run

QUICK = ("--isolated", "--select", "readable,orientation,loudness,dc-offset,edge-silence")


def fix(*arguments: object) -> Result:
    runner = CliRunner()
    return runner.invoke(qcheck_command, ["fix", *map(str, (*QUICK, *arguments))])


def fix_by_all(*arguments: object) -> Result:
    """By every rule."""
    return CliRunner().invoke(qcheck_command, ["fix", "--isolated", *map(str, arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def fixes_named(path: Path, app: str | None = None) -> dict[str, str | None]:
    report = run([str(path)], Options(isolated=True, app=app))
    return {f.rule: f.judgement.fix for f in report.findings}


def write_shoot(folder: Path, fixtures: Path) -> Path:
    """A turned portrait and a voice with an offset."""
    shutil.copy(fixtures / "defects" / "dc-offset.wav", folder / "voice.wav")
    with Image.open(fixtures / "portrait.png") as image:
        exif = Image.Exif()
        exif[0x0112] = 3
        image.convert("RGB").resize((300, 300)).rotate(180).save(folder / "portrait.jpg", exif=exif)
    return folder
