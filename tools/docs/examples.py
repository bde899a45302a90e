"""The example on a rule's page: good and bad side by side, and what qcheck says of the bad one.

All of it is made from ``fixtures/``. What is quoted comes from a run, and the good one is run too:
an example that has come to show nothing raises.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from qcheck.core.results import Finding, Report, Severity
from qcheck.core.rule import Rule
from qcheck.core.units import quantity
from qcheck.engine.options import Options
from qcheck.engine.registry import load_rules
from qcheck.engine.run import run
from qcheck.jobs.check import check_job
from qcheck.jobs.plan_checks import check_plan
from qcheck.media.content import Footage, Picture, Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from tools import ROOT
from tools.docs.example_recipes import FACTS, RECIPES

__all__ = ["GOOD", "PICTURES", "bad_files", "evidence_of", "example", "shown_files", "told"]

FIXTURES = Path("fixtures")
PICTURES = Path("docs", "rules", "examples")

GOOD = {
    "portrait": FIXTURES / "portrait.png",
    "voice": FIXTURES / "voice.wav",
    "video": FIXTURES / "talk.mp4",
    "script": FIXTURES / "script.txt",
    "captions": FIXTURES / "captions.srt",
}
MEDIA = {
    **dict.fromkeys((".jpg", ".png", ".webp"), "portrait"),
    **dict.fromkeys((".wav", ".mp3"), "voice"),
    **dict.fromkeys((".mp4", ".webm"), "video"),
    ".txt": "script",
    ".srt": "captions",
    ".json": "payload",
    ".toml": "plan",
}
LANGUAGES = {"payload": "json", "plan": "toml"}

# Whose limits are taken where the defaults find nothing: an app's own are stricter.
APPS = {
    "portrait": "bytedance/omnihuman-1-5",
    "voice": "bytedance/omnihuman-1-5",
    "video": "falai/pixverse-lipsync",
    "script": "falai/dia-tts",
    "payload": "falai/dia-tts",
}
# These compare with the voice.
WITH_VOICE = ("caption-sync", "caption-coverage", "video-fits-voice")

# Payloads and plans are mended in one place to be good.
MENDS = {
    "payload-keys": ('"prompt"', '"text"'),
    "payload-values": ("3", '"[S1] Have you seen what the new camera does? (laughs)"'),
    "payload-files": ("nowhere.wav", "fixtures/voice.wav"),
    "plan-captions": ('voice.wav"\n', 'voice.wav"\ncaptions = "../captions.srt"\n'),
    "plan-files": ("no-voice.wav", "voice.wav"),
    "plan-keys": ("picture =", "portrait ="),
    "plan-merge": ("crossfade", "no-transition"),
    "plan-portrait": ('portrait = "head-roll.jpg"\n', ""),
    "plan-speakers": ("Ben", "Anna"),
}
# A line of an example that is longer is cut off.
_LONGEST_LINE = 96


def bad_files(rule: str) -> list[Path]:
    """The fixtures of the rule: its own first, then those with a word behind its name."""
    return _by_rule().get(rule, [])


@cache
def _by_rule() -> dict[str, list[Path]]:
    names = sorted((rule.name for rule in load_rules().all), key=len, reverse=True)
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / FIXTURES / "defects").iterdir(), key=lambda p: (len(p.stem), p)):
        name = next(n for n in names if path.stem == n or path.stem.startswith(f"{n}-"))
        found.setdefault(name, []).append(path.relative_to(ROOT))
    return found


def shown_files(rule: str) -> list[Path]:
    """Of the rule's fixtures, those that its example shows: of one medium, which it has a good of.

    A video that repeats what a portrait shows is quoted, no more.
    """
    files = bad_files(rule)
    medium = MEDIA[files[0].suffix]
    same = [path for path in files if MEDIA[path.suffix] == medium]
    return same[: len(RECIPES[rule].bad)] if rule in RECIPES else same[:1]


def example(rule: Rule) -> str | None:
    """The section of the rule's page; None where there is no fixture to show."""
    files = bad_files(rule.name)
    if not files:
        return None
    parts = ["## Example"]
    medium = MEDIA[files[0].suffix]
    if rule.name in RECIPES:
        recipe = RECIPES[rule.name]
        alt = f"Good: {recipe.good}. Bad: {'; '.join(recipe.bad)}."
        parts.append(f"![{alt}]({PICTURES.name}/{rule.name}.jpg)")
    else:
        good, bad = _texts(rule.name, files[0], medium)
        language = LANGUAGES.get(medium, "text")
        parts += [f"Good:\n\n```{language}\n{good}\n```", f"Bad:\n\n```{language}\n{bad}\n```"]
    for file in files:
        command, findings = told(rule.name, file)
        said = "\n>\n".join(
            f"> **{f.severity.label}**: {_plain(f.judgement.message)}" for f in findings
        )
        parts.append(f"`{command}` says:\n\n{said}")
    _assert_good(rule.name, files[0], medium)
    return "\n\n".join(parts)


def _plain(message: str) -> str:
    """As Markdown that shows every sign of it."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", message)


# --- runs -------------------------------------------------------------------------------------


def told(rule: str, file: Path) -> tuple[str, list[Finding]]:
    """The command and what it says by the rule. Raises where it says nothing."""
    medium = MEDIA[file.suffix]
    app = APPS.get(medium)
    # By the defaults if they find it. Scripts are written for an app.
    for for_ in (app,) if medium in ("script", "payload") else (None, app):
        if found := _by(rule, _run(rule, file, for_)):
            return _command(rule, file, for_), found
    raise RuntimeError(f"{rule} finds nothing in {file}")


def _by(rule: str, report: Report) -> list[Finding]:
    found = report.files[0].findings
    return [f for f in found if f.rule == rule and f.severity > Severity.INFO]


def _command(rule: str, file: Path, app: str | None) -> str:
    for_ = ["--for", app] if app else []
    if MEDIA[file.suffix] in ("plan", "payload"):
        return " ".join(["qcheck job", *for_, str(file)])
    return " ".join(["qcheck", *for_, "--select", rule, *_files(rule, file)])


def _files(rule: str, file: Path) -> list[str]:
    return [str(file), *([str(GOOD["voice"])] if rule in WITH_VOICE else [])]


def _run(rule: str, file: Path, app: str | None) -> Report:
    """Under relative paths, so that no message has this machine's folders in it."""
    with contextlib.chdir(ROOT):
        if MEDIA[file.suffix] == "plan":
            return check_plan(str(file), Options(isolated=True)).report
        if MEDIA[file.suffix] == "payload":
            return check_job(str(app), file.read_bytes(), Options(isolated=True))
        options = Options(isolated=True, select=(rule,), app=app)
        return run(_files(rule, file), options)


def _assert_good(rule: str, bad: Path, medium: str) -> None:
    app = APPS.get(medium)
    if medium in GOOD:
        report = _good(medium, app, rule in WITH_VOICE)
    else:
        with tempfile.TemporaryDirectory() as folder:
            report = _run(rule, _mended(rule, bad, Path(folder)), app)
    if _by(rule, report):
        raise RuntimeError(f"{rule} finds something in the good one")


@cache
def _good(medium: str, app: str | None, with_voice: bool) -> Report:
    """What all rules say of it, with an app's stricter limits."""
    names = tuple(rule.name for rule in load_rules().all if medium in rule.media)
    files = [str(GOOD[medium]), *([str(GOOD["voice"])] if with_voice else [])]
    with contextlib.chdir(ROOT):
        return run(files, Options(isolated=True, select=names, app=app))


def _mended(rule: str, bad: Path, folder: Path) -> Path:
    """The good payload or plan, written where it finds what it names."""
    (folder / "defects").mkdir()
    for there in (FIXTURES, FIXTURES / "defects"):
        for path in (ROOT / there).iterdir():
            if path.is_file():
                (folder / path.relative_to(ROOT / FIXTURES)).symlink_to(path)
    target = folder / "defects" / f"good{bad.suffix}"
    target.write_text(_mend(rule, (ROOT / bad).read_text("utf-8")), "utf-8")
    return target


def _mend(rule: str, text: str) -> str:
    old, new = MENDS[rule]
    if old not in text:
        raise RuntimeError(f"the fixture of {rule} has no {old!r} to mend")
    return text.replace(old, new, 1)


@cache
def evidence_of(path: Path) -> Evidence:
    """For measurements of a fixture, by its path from the root."""
    return Evidence(File(str(path), (ROOT / path).read_bytes()))


# --- texts ------------------------------------------------------------------------------------


def _texts(rule: str, bad: Path, medium: str) -> tuple[str, str]:
    """Good and bad as text, what is the same left out where it is long."""
    if rule in FACTS:
        return _facts(GOOD[medium], medium), _facts(bad, medium)
    bad_text = (ROOT / bad).read_text("utf-8")
    good_text = (ROOT / GOOD[medium]).read_text("utf-8") if medium in GOOD else ""
    if medium == "captions":
        return _cues(good_text, bad_text)
    if medium in ("payload", "plan"):
        good_text = _mend(rule, bad_text)
    return _short(good_text), _short(bad_text)


def _short(text: str) -> str:
    lines = text.strip().splitlines()
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…" for line in lines
    )


def _cues(good: str, bad: str) -> tuple[str, str]:
    """Two captions of each, around the first that differs."""
    sides = [text.strip().split("\n\n") for text in (good, bad)]
    pairs = zip(*sides, strict=False)
    first = next((i for i, (a, b) in enumerate(pairs) if a != b), min(map(len, sides)))
    start = max(first - 1, 0)
    one, other = ("\n\n".join(side[start : start + 2]) for side in sides)
    return one, other


def _facts(path: Path, medium: str) -> str:
    """How the file is stored, in a line or two."""
    evidence = evidence_of(path)
    if medium == "portrait":
        picture = evidence.get(Picture)
        return _lines(
            path.name,
            (picture.format, f"{picture.width_px} x {picture.height_px} px"),
        )
    if medium == "voice":
        sound = evidence.get(Recording)
        rate = quantity(sound.bit_rate_kbps, "kbit/s") if sound.bit_rate_kbps else "lossless"
        return _lines(
            path.name,
            (*dict.fromkeys((sound.container, sound.codec)), quantity(sound.rate_hz, "Hz"), rate),
        )
    footage = evidence.get(Footage)
    size = f"{footage.width_px} x {footage.height_px} px"
    return _lines(path.name, (footage.container, footage.codec, size))


def _lines(name: str, facts: Iterable[str]) -> str:
    return f"{name}: {', '.join(facts)}"
