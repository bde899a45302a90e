"""From the paths that a user typed to a report: which files, under which settings, in parallel."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from qcheck.core.errors import UsageFault
from qcheck.core.job import Job
from qcheck.core.media import MEDIA, UNKNOWN
from qcheck.core.probe import Unmeasurable
from qcheck.core.results import FileReport, Outcome, Report, Severity, Status
from qcheck.core.rule import Docs
from qcheck.core.wording import plural
from qcheck.engine.judge import Selected, applies, check_file
from qcheck.engine.registry import Rules, load_rules
from qcheck.engine.settings import (
    Settings,
    check_limit_names,
    closest_config,
    load_settings,
    resolve_limits,
)
from qcheck.exhibits.declarations import Shelf, collect
from qcheck.fixes.registry import with_commands
from qcheck.media.content import Footage
from qcheck.media.file import File
from qcheck.media.git_lfs import is_pointer
from qcheck.media.sniff import FORMATS, sniff
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.targets import Target, find_target

__all__ = [
    "STDIN",
    "Input",
    "Options",
    "Ready",
    "docs_by_rule",
    "expand_paths",
    "fitting_role",
    "make_ready",
    "printable",
    "read_input",
    "report_of",
    "rules_of",
    "run",
    "run_inputs",
    "run_settings",
    "settings_of",
]

STDIN = "-"
STDIN_NAME = "<stdin>"
_NO_TARGET = "it is a link to a file that is not there"

# A 4096 x 4096 16-bit TIFF is 134 MB and an hour of 48 kHz 24-bit stereo 1 GB: more is no input of
# a job, and reading it whole would only take the machine down.
MAX_FILE_BYTES = 1_100_000_000

# Enough of a file to recognise it while folders are walked.
_SNIFF_BYTES = 4096
_EXTENSIONS = frozenset(name for known in FORMATS.values() for name in known.extensions)
# What a name promises: of these nothing else goes by the same end, as it does by .json and .txt.
_PROMISING = frozenset(
    name
    for known in FORMATS.values()
    if known.medium in ("portrait", "voice", "video", "captions")
    for name in known.extensions
    if name != "json"
)
_TRACKS_TELL = {"MP4", "MOV", "M4A", "WebM", "WebM audio", "Matroska"}

# Below this, starting worker processes costs more than they save.
_PARALLEL_FROM_FILES = 4


@dataclass(frozen=True)
class Options:
    """What the command line adds to, or puts in the place of, the configuration's settings.

    None means: as the configuration says.
    """

    config: Path | None = None
    isolated: bool = False
    app: str | None = None
    speakers: int | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    fail_on: str | None = None
    min_score: float | None = None
    jobs: int | None = None
    expands_home: bool = True
    """Whether what sends the job expands ``~``."""
    allow_remote: bool = False
    """Whether addresses on the network are taken unseen."""
    mask_index: int | None = None
    """Which face the payload picks, counted by size from 0."""
    force_exclude: bool = False
    """Whether ``exclude`` of the configuration holds for files that are named, too."""
    cache: Path | None = None
    """A folder that results are kept in."""
    exhibits: bool = False
    """Whether a report wants what there is to see and hear of each file."""

    def __post_init__(self) -> None:
        if self.config and self.isolated:
            raise UsageFault("--config and --isolated exclude each other")


@dataclass(frozen=True)
class Input:
    """One thing to check: a file, or what stands in a payload."""

    name: str
    role: str | None = None
    """The medium that its place in a job gives it; None: as its content says."""
    data: bytes | None = field(default=None, repr=False)
    """The content where it is no file of its own."""
    shown: str | None = None
    """What reports call it; None: its name."""


@dataclass(frozen=True)
class _Setup:
    """Settings made ready: the rules with their limits, and the job."""

    selected: tuple[Selected, ...]
    job: Job
    settings: Settings
    rules: Rules
    notes: tuple[str, ...] = field(default=())


def run_settings(options: Options) -> Settings:
    """The settings of the run as a whole: those closest to the working directory."""
    return _settings_for(Path.cwd(), options)


def settings_of(path: Path, options: Options) -> Settings:
    """The settings that hold for a file: those closest to it."""
    return _settings_for(path.parent, options)


def rules_of(options: Options) -> Rules:
    """Every rule that the run's configuration knows, plugins included."""
    return load_rules(run_settings(options).plugin_paths)


def docs_by_rule(options: Options) -> dict[str, Docs]:
    """Documentation by rule name, for reporters that explain."""
    return {rule.name: rule.docs for rule in rules_of(options).all}


def run(
    paths: Sequence[str],
    options: Options,
    progress: Callable[[int, int], None] | None = None,
    only: Callable[[Path], bool] | None = None,
) -> Report:
    """Check every file that ``paths`` names. Raises UsageFault before any file is opened.

    ``progress`` is called with (files done, files in all); ``only`` says of a file whether it is to
    be checked.
    """
    _setup(run_settings(options), options)
    files, notes = expand_paths(paths, options)
    if files and only is not None:
        kept = [name for name in files if name == STDIN or only(Path(name))]
        notes += [f"{len(files) - len(kept)} of {plural(len(files), 'file')} did not change"]
        files = kept
    if options.cache is not None:
        from qcheck.engine.cache import prepare

        if fault := prepare(options.cache):
            notes.append(f"--cache {options.cache}: nothing can be kept there: {fault}")
    report = run_inputs([Input(name) for name in files], options, progress, notes)
    if options.cache is not None:
        from qcheck.engine.cache import prune

        prune(options.cache)
    asked = only is not None or options.force_exclude
    return dataclasses.replace(report, none_left=asked and not files)


def run_inputs(
    inputs: Sequence[Input],
    options: Options,
    progress: Callable[[int, int], None] | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """Check ``inputs``; ``notes`` are carried into the report. Raises UsageFault as :func:`run`."""
    start = time.perf_counter()
    reports = _check_all(inputs, options, progress)
    return report_of(reports, inputs, options, notes, time.perf_counter() - start)


def report_of(
    reports: Sequence[FileReport],
    inputs: Sequence[Input],
    options: Options,
    notes: Sequence[str],
    seconds: float,
) -> Report:
    """What was said of every file, and what holds for the run as a whole."""
    settings = run_settings(options)
    notes = list(notes)
    # In the order of the files: notes are the same in every run.
    for folder in dict.fromkeys(Path(each.name).parent for each in inputs if each.name != STDIN):
        notes += _setup(_settings_for(folder, options), options).notes
    target, target_notes = _target(options.app or settings.for_)
    notes += [
        f"{each.file}: no selected rule is for a {each.medium}, so nothing was looked at"
        for each in reports
        if not each.outcomes and not each.ignored
    ]
    if target is not None:
        notes += [
            f"{each.file}: {target.app} takes no {each.medium}"
            for each in reports
            if each.medium in MEDIA and each.medium not in (*target.takes, "payload", "plan")
        ]
    fail_on = options.fail_on or settings.fail_on
    return Report(
        files=tuple(reports),
        target=target.app if target else options.app or settings.for_,
        fail_on=None if fail_on == "never" else Severity[fail_on.upper()],
        min_score=settings.min_score if options.min_score is None else options.min_score,
        notes=tuple(dict.fromkeys((*target_notes, *notes))),
        seconds=seconds,
    )


def _target(name: str | None) -> tuple[Target | None, tuple[str, ...]]:
    if name is None:
        return None, ()
    target = find_target(name)
    if target is None:
        return None, (f"no contract is known for {name}: the generic limits were used",)
    return target, ()


# One object, so that folders without a configuration share one setup.
_DEFAULTS = Settings()


@cache
def _settings_for(folder: Path, options: Options) -> Settings:
    path = None if options.isolated else options.config or closest_config(folder)
    return load_settings(path) if path else _DEFAULTS


def _setup(settings: Settings, options: Options) -> _Setup:
    # Settings hold dicts and cannot be hashed; one object a configuration file is kept by cache.
    key = (id(settings), options)
    if key not in _setups:
        _setups[key] = _make_setup(settings, options)
    return _setups[key]


_setups: dict[tuple[int, Options], _Setup] = {}


def _make_setup(settings: Settings, options: Options) -> _Setup:
    rules = load_rules(settings.plugin_paths)
    origin = str(settings.origin) if settings.origin else "defaults"
    check_limit_names(settings.limits, (rule.name for rule in rules.all), origin)
    for i, entry in enumerate(settings.ignores):
        for name in entry.rules:
            try:
                rules.matching(name)
            except UsageFault as fault:
                raise UsageFault(f"{origin}: ignores[{i}].rules: {fault}") from fault
    chosen = rules.select(
        settings.select if options.select is None else options.select,
        (*settings.extend_select, *options.extend_select),
        (*settings.ignore, *options.ignore),
        settings.preview or options.preview,
    )
    if not chosen:
        raise UsageFault("no rule is selected: there is nothing to check")
    target, _ = _target(options.app or settings.for_)
    speakers = options.speakers or settings.speakers or 1
    if target is not None and speakers > target.max_speakers:
        raise UsageFault(
            f"{target.app} takes {plural(target.max_speakers, 'speaker')} a call, not {speakers}"
        )
    layers = [(origin, settings.limits)]
    if target is not None:
        layers.insert(0, (f"contract of {target.app}", target.limits))
    if options.allow_remote:
        layers.append(("--allow-remote", {"payload-files": {"allow-remote": True}}))
    selected = tuple(Selected(rule, resolve_limits(rule, layers)) for rule in chosen)
    today = datetime.date.today()
    notes = tuple(
        f"{origin}: the ignore of {', '.join(entry.rules)} for {entry.path} expired on "
        f"{entry.until}: it no longer counts"
        for entry in settings.ignores
        if entry.expired(today)
    )
    job = Job(
        app=target.app if target else options.app or settings.for_,
        speakers=speakers,
        expands_home=options.expands_home,
        mask_index=options.mask_index,
    )
    return _Setup(selected, job, settings, rules, notes)


def expand_paths(paths: Sequence[str], options: Options) -> tuple[list[str], list[str]]:
    """The files to check, each once, in order; and a note on what was passed over."""
    files: dict[str, None] = {}
    passed_over = excluded = 0
    for name in paths:
        if name == STDIN:
            files[name] = None
            continue
        path = Path(name)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            if _leads_nowhere(path):
                files[name] = None  # it is there; checking it will say why it is no file
                continue
            missing = isinstance(error, FileNotFoundError)
            reason = "no such file" if missing else getattr(error, "strerror", None) or error
            raise UsageFault(f"{printable(name)}: {reason}") from error
        if stat.S_ISDIR(mode):
            for found in _walk(path, options):
                if _settings_for(found.parent, options).is_excluded(found):
                    continue
                if _looks_like_media(found):
                    files[str(found)] = None
                else:
                    passed_over += 1
        elif not stat.S_ISREG(mode):
            raise UsageFault(f"{printable(name)}: it is no regular file")
        elif options.force_exclude and _settings_for(path.parent, options).is_excluded(path):
            excluded += 1
        else:
            files[name] = None
    notes = []
    if passed_over:
        notes.append(
            f"{plural(passed_over, 'other file')} in folders passed over: "
            "no picture, recording, video or captions"
        )
    if excluded:
        notes.append(f"{plural(excluded, 'file')} excluded by the configuration")
    if not files and not excluded:
        notes.append("no picture, recording, video or captions found: nothing was checked")
    return list(files), notes


def _walk(folder: Path, options: Options) -> Iterator[Path]:
    """Files below ``folder`` in order; hidden ones and links to folders are passed over.

    Raises UsageFault for a folder that cannot be looked into.
    """

    def refuse(error: OSError) -> None:
        raise UsageFault(f"{printable(error.filename)}: {error.strerror}: `exclude` leaves it out")

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not _is_left_out(Path(parent, name), options)
        )
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and (path.is_file() or _leads_nowhere(path)):
                yield path


def _is_left_out(folder: Path, options: Options) -> bool:
    # By what holds around it: its own configuration is not looked for, nor may it be readable.
    return not folder.is_symlink() and _settings_for(folder.parent, options).is_excluded(folder)


def _leads_nowhere(path: Path) -> bool:
    """Whether it is a link to what is not there: git-annex leaves those for what it holds back."""
    try:
        return path.is_symlink() and not path.exists()
    except (OSError, ValueError):
        return False


def _looks_like_media(path: Path) -> bool:
    """Whether a file met on the way is for us: by its content, or by what its name promises.

    A portrait.png of 0 bytes, or one that holds the text of an error, is a portrait that is broken
    and no other file.
    """
    if path.suffix.lower().removeprefix(".") in _PROMISING:
        return True
    if _leads_nowhere(path):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFF_BYTES)
            # A pointer in the place of a script is no other file: checking it says what it is.
            pointer = path.suffix.lower().removeprefix(".") in _EXTENSIONS and is_pointer(head)
            return pointer or sniff(head) is not None
    except OSError:
        # It cannot be read: checking it will say why.
        return True


def _check_all(
    inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None] | None
) -> list[FileReport]:
    """The reports of ``inputs``, in their order."""
    jobs = options.jobs or os.cpu_count() or 1
    done = 0

    def count(reports: Sequence[FileReport]) -> None:
        nonlocal done
        done += len(reports)
        if progress:
            progress(done, len(inputs))

    shelf = Shelf(len(inputs))

    def keep(reports: Sequence[FileReport]) -> list[FileReport]:
        return [shelf.put(report) for report in reports]

    bundles = _bundles(inputs)
    checked: list[list[FileReport]] = []
    few = len(inputs) < _PARALLEL_FROM_FILES
    # Worker processes have no standard input.
    if few or jobs == 1 or any(each.name == STDIN for each in inputs):
        for bundle in bundles:
            checked.append(keep(_check_bundle(bundle, options)))
            count(checked[-1])
    else:
        from qcheck.engine.workers import map_in_processes

        calls = [(bundle, options) for bundle in bundles]
        results = map_in_processes(_check_bundle, calls, min(jobs, len(calls)), _lost, count)
        checked += map(keep, results)
    found = {
        each: report
        for bundle, reports in zip(bundles, checked, strict=True)
        for each, report in zip(bundle, reports, strict=True)
    }
    return [found[each] for each in inputs]


def _bundles(inputs: Sequence[Input]) -> list[tuple[Input, ...]]:
    """What is checked together, the recording first: it, the videos and captions that go with it.

    Captions go with the recording of their name, or with the only one that there is; without one,
    with a video in the same way, for the sake of its sound. A video goes with the recording of its
    name, or with the only one where it is the only video. Everything else is checked alone.
    """
    media = {each: _medium(each) for each in inputs}
    sounding = {medium: _by_stem(inputs, media, medium) for medium in ("voice", "video")}
    videos = sum(medium == "video" for medium in media.values())
    together: dict[Input, list[Input]] = {each: [each] for each in inputs}
    for each in inputs:
        leads = {"video": ("voice",), "captions": ("voice", "video")}.get(media[each] or "", ())
        alone = media[each] != "video" or videos == 1
        found = (_goes_with(each, sounding[medium], alone) for medium in leads)
        lead = next((near for near in found if near is not None), None)
        if lead is not None and lead in together:
            together[lead].append(each)
            del together[each]
    return [tuple(bundle) for bundle in together.values()]


def _by_stem(
    inputs: Sequence[Input], media: Mapping[Input, str | None], medium: str
) -> dict[str, list[Input]]:
    found: dict[str, list[Input]] = {}
    for each in inputs:
        if media[each] == medium:
            found.setdefault(_stem(each), []).append(each)
    return found


def _stem(given: Input) -> str:
    return str(Path(given.name).with_suffix(""))


def _goes_with(
    given: Input, others: Mapping[str, Sequence[Input]], or_the_only_one: bool
) -> Input | None:
    same = others.get(_stem(given), ())
    if not same and or_the_only_one and len(others) == 1:
        same = next(iter(others.values()))
        same = same if len(same) == 1 else ()
    return same[0] if same else None


def fitting_role(name: str, roles: str) -> str:
    """The one of ``video or picture`` that the file is; the first where it is none of them."""
    choices = roles.split(" or ")
    medium = _medium_of_file(name) if len(choices) > 1 else None
    found = "picture" if medium == "portrait" and "picture" in choices else medium
    return found if found in choices else choices[0]


def _medium(given: Input) -> str | None:
    if given.role is not None or given.name == STDIN:
        return given.role
    return _medium_of_file(given.name)


def _medium_of_file(name: str) -> str | None:
    try:
        with Path(name).open("rb") as file:
            head = file.read(_SNIFF_BYTES)
            found = sniff(head)
            if found is not None and found.name in _TRACKS_TELL:
                # Whether such a container is a video stands where its tracks are: often at its end.
                found = sniff(head + file.read(MAX_FILE_BYTES))
    except (OSError, MemoryError):
        return None
    return found.medium if found else None


def _lost(bundle: tuple[Input, ...], options: Options) -> list[FileReport]:
    """What is reported of files whose check took its process down with it."""
    names = [printable(given.shown or given.name) for given in bundle]
    reason = f"the process that checked {' and '.join(names)} died"
    crash = Outcome("qcheck", "", Status.CRASHED, reason=reason)
    return [
        FileReport(name, given.role or UNKNOWN, (crash,))
        for name, given in zip(names, bundle, strict=True)
    ]


def _check_bundle(bundle: tuple[Input, ...], options: Options) -> list[FileReport]:
    """Check what belongs together, or take what is kept of it."""
    # Read once: what is kept under a content's digest must have been judged of that content.
    files = [_read(given) for given in bundle]
    plain = all(given.name != STDIN and given.data is None and not given.role for given in bundle)
    readable = all(file.fault is None for file in files)
    if options.cache is None or options.exhibits or not (plain and readable):
        return _judge_bundle(bundle, files, options)
    from qcheck.engine import cache as kept

    facts: list[kept.Fact] = []
    modules = []
    for given, file in zip(bundle, files, strict=True):
        setup, ignored = _setup_for(given, options)
        content = hashlib.sha256(file.data).hexdigest()
        # A limit of another medium's rule changes nothing here.
        asked = [each for each in setup.selected if applies(each.rule, file.medium)]
        rules = [f"{each.rule.name} {each.rule.code} {each.limits}" for each in asked]
        job = f"{setup.job}"
        facts.append([given.name, content, job, rules, [f"{each}" for each in ignored.items()]])
        modules += [each.rule.origin for each in asked]
    key = kept.key_of(facts, modules)
    reports = kept.load(options.cache, key)
    if reports is None or len(reports) != len(bundle):
        reports = _judge_bundle(bundle, files, options)
        kept.store(options.cache, key, reports)
    return reports


def _setup_for(given: Input, options: Options) -> tuple[_Setup, dict[str, str]]:
    """What holds for one input, and the rules that are ignored there, each with its reason."""
    path = Path(given.name)
    here = given.name == STDIN or given.data is not None
    setup = _setup(_settings_for(Path.cwd() if here else path.parent, options), options)
    today = datetime.date.today()
    ignored = {
        rule.name: entry.reason
        for entry in setup.settings.ignores_for(path)
        if not entry.expired(today)
        for selector in entry.rules
        for rule in setup.rules.matching(selector)
    }
    return setup, ignored


def _judge_bundle(
    bundle: tuple[Input, ...], files: Sequence[File], options: Options
) -> list[FileReport]:
    """Judge what belongs together; the first is the recording, or else the video, that leads."""
    voice: Evidence | None = None
    reports = []
    for given, file in zip(bundle, files, strict=True):
        setup, ignored = _setup_for(given, options)
        evidence = Evidence(file, setup.job, voice)
        report = check_file(evidence, setup.selected, setup.job, ignored)
        if options.exhibits:
            report = dataclasses.replace(report, exhibit=collect(evidence))
        if given.name != STDIN and given.data is None:
            report = with_commands(report, given.name, setup.job.app)
        reports.append(report)
        voice = voice or _sound_of(evidence, setup.job)
    return reports


@dataclass(frozen=True)
class Ready:
    """One file made ready to be judged."""

    evidence: Evidence
    selected: tuple[Selected, ...]
    job: Job
    ignored: dict[str, str]
    """Rules that the configuration ignores for this file, each with the reason."""


def make_ready(given: Input, options: Options) -> Ready:
    """Read ``given`` and find the rules that hold for it."""
    setup, ignored = _setup_for(given, options)
    return Ready(Evidence(_read(given), setup.job), setup.selected, setup.job, ignored)


def _sound_of(evidence: Evidence, job: Job) -> Evidence | None:
    """The recording itself, or a video's sound as one; None where there is none."""
    if evidence.file.medium != "video":
        return evidence if evidence.file.medium == "voice" else None
    try:
        if evidence.get(Footage).sound_codec is None:
            return None
    except (Unmeasurable, ProbeCrashed):
        return None
    return Evidence(dataclasses.replace(evidence.file, role="voice"), job)


def read_input(name: str, role: str | None = None) -> File:
    """Read one file of a job; what went wrong becomes part of it."""
    return _read(Input(name, role))


def _read(given: Input) -> File:
    """Read the file whole; what went wrong becomes part of it, for the rules to report."""
    name, role = given.name, given.role
    shown = STDIN_NAME if name == STDIN else printable(given.shown or name)
    try:
        if given.data is not None:
            data = given.data
        elif name == STDIN:
            data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        fault = f"it cannot be read: {reason}"
        if _leads_nowhere(Path(name)):
            fault = _NO_TARGET
        return File(shown, b"", fault=fault, role=role)
    if len(data) > MAX_FILE_BYTES:
        return File(shown, b"", fault=f"it is larger than {MAX_FILE_BYTES / 1e9:.1f} GB", role=role)
    return File(shown, data, role=role)


def printable(name: str) -> str:
    """A file name that can be shown: bytes that are no UTF-8 and control characters escaped."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
