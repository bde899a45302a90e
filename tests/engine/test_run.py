"""From paths to a report: everything is judged, in order, and silence is not a pass."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import forget
from in_workers import double, fail
from sized_files import PNG, judged

from qcheck.core.errors import UsageFault
from qcheck.core.media import UNKNOWN
from qcheck.core.results import FileReport, Outcome, Report, Severity, Status
from qcheck.engine import run as run_module
from qcheck.engine.inputs import STDIN, Input
from qcheck.engine.options import Options
from qcheck.engine.run import bounded_call, in_worker, make_ready, report_of, run, run_inputs
from qcheck.exhibits.exhibit import Exhibit
from qcheck.media.file import File

PASS = Outcome("size", "T01", Status.PASS)


@pytest.fixture(autouse=True)
def _here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(folder)
    forget()
    yield
    forget()


def statuses(report: Report) -> dict[str, list[str]]:
    return {file.file: [each.status.value for each in file.outcomes] for file in report.files}


def test_every_file_is_judged_in_the_order_of_the_paths() -> None:
    report = run(["fair.png", ".", "bad.png"], Options())
    assert [file.file for file in report.files] == ["fair.png", "bad.png", "good.png"]
    assert [file.severity for file in report.files] == [Severity.WARNING, Severity.ERROR, None]
    assert (report.exit_code, report.target, report.none_left) == (1, None, False)
    assert judged(Path()) == {"good.png", "fair.png", "bad.png"}


def test_wrong_use_is_raised_before_any_file_is_judged() -> None:
    for paths, options in (
        (["bad.png", "nowhere.png"], Options()),
        (["bad.png"], Options(select=("sise",))),
        (["bad.png"], Options(app="no-such-app")),
    ):
        with pytest.raises(UsageFault):
            run(paths, options)
    assert judged(Path()) == set()


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_counts_every_file_up_to_all_of_them(jobs: int) -> None:
    calls: list[tuple[int, int]] = []
    Path("more.png").write_bytes(PNG)
    run(["."], Options(jobs=jobs), lambda *counted: calls.append(counted))
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(("jobs", "workers"), [(1, 1), (2, 2), (9, 9)])
def test_every_file_is_checked_in_a_worker_and_the_call_says_in_how_many(
    monkeypatch: pytest.MonkeyPatch, jobs: int, workers: int
) -> None:
    asked: list[tuple[int, int]] = []

    def mapped(calls: Any, workers: int, lost: Any, done: Any) -> Iterator[Any]:
        asked.append((len(calls), workers))
        for call in calls:
            result = call.function(*call.arguments)
            done(result)
            yield result

    monkeypatch.setattr("qcheck.engine.workers.map_in_workers", mapped)
    report = run(["."], Options(jobs=jobs))
    assert [file.file for file in report.files] == ["bad.png", "fair.png", "good.png"]
    assert (3, workers) in asked


def test_a_call_has_the_bounds_of_its_files_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds, memory_mb in (("a", 5, 300), ("b", 7, 200)):
        Path(name).mkdir()
        bounds = f"[bounds]\ncheck-s = {seconds}\nmemory-mb = {memory_mb}\n"
        Path(name, "qcheck.toml").write_text(bounds)
    call = bounded_call(max, (), [Input("a/a.png"), Input("b/a.wav")], Options())
    assert (call.check_s, call.memory_bytes) == (12, 300_000_000)


def test_standard_input_is_judged_like_any_file() -> None:
    inputs = [Input(f"{i}.png", data=PNG) for i in range(4)]
    report = run_inputs([*inputs, Input(STDIN, data=PNG.ljust(500))], Options(jobs=2))
    assert [file.file for file in report.files][-1] == "<stdin>"
    assert report.files[-1].severity is Severity.ERROR


def test_only_what_is_asked_for_is_judged_and_the_rest_counted() -> None:
    report = run(["good.png", "bad.png"], Options(), only=lambda path: path.name == "good.png")
    assert [file.file for file in report.files] == ["good.png"]
    assert "1 of 2 files did not change" in report.notes
    assert not report.none_left


@pytest.mark.parametrize(
    ("options", "only", "none_left", "code"),
    [
        (Options(), lambda path: False, True, 0),
        (Options(force_exclude=True), None, True, 0),
        (Options(), None, False, 2),
    ],
)
def test_no_file_is_fine_only_where_that_was_asked_for(
    options: Options, only: Any, none_left: bool, code: int
) -> None:
    with Path("qcheck.toml").open("a") as file:
        file.write('exclude = ["*.png"]\n')
    paths = ["good.png"] if options.force_exclude or only else ["."]
    report = run(paths, options, only=only)
    assert (report.files, report.none_left, report.exit_code) == ((), none_left, code)


def test_a_rule_that_said_nothing_of_a_file_has_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the report comes from."""
    lossy = FileReport("bad.png", "portrait", ())
    monkeypatch.setattr(run_module, "_check_bundle", lambda bundle, options: [lossy])
    report = run(["bad.png"], Options())
    (outcome,) = report.files[0].outcomes
    assert (outcome.rule, outcome.code, outcome.status) == ("size", "T01", Status.CRASHED)
    assert outcome.reason == "it gave no outcome"
    assert report.exit_code == 2


@pytest.mark.parametrize(
    "whole",
    [
        FileReport("bad.png", "portrait", (PASS,)),
        FileReport("bad.png", "portrait", (dataclasses.replace(PASS, status=Status.CRASHED),)),
        FileReport("bad.png", "portrait", (Outcome("qcheck", "", Status.CRASHED),)),
        FileReport("bad.png", "captions", ()),
    ],
)
def test_what_is_whole_is_left_as_it_is(whole: FileReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "_check_bundle", lambda bundle, options: [whole])
    assert run(["bad.png"], Options()).files == (whole,)


def test_an_ignored_rule_says_nothing_and_that_is_no_crash() -> None:
    with Path("qcheck.toml").open("a") as file:
        file.write('[[ignores]]\npath = "bad.png"\nrules = ["size"]\nreason = "kept"\n')
    report = run(["bad.png", "fair.png"], Options())
    assert statuses(report) == {"bad.png": [], "fair.png": ["fail"]}
    assert report.files[0].ignored == {"size": "kept"}
    assert not [note for note in report.notes if "no selected rule" in note]


def test_a_file_whose_process_was_lost_has_crashed() -> None:
    bundle = (Input("a\n.png", "portrait"), Input("b.wav", shown="the voice"))
    first, second = run_module._lost(bundle, "it took longer than 5 s")
    assert (first.file, first.medium, second.file, second.medium) == (
        "a\\n.png",
        "portrait",
        "the voice",
        UNKNOWN,
    )
    for report in (first, second):
        assert [each.status for each in report.outcomes] == [Status.CRASHED]
        assert report.outcomes[0].reason == "it took longer than 5 s"


def test_what_is_checked_together_is_checked_alone_where_that_fails(
    fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that captions that crash a decoder cost no finding on the voice."""
    real = run_module._check_bundle

    def check(bundle: Any, options: Options) -> list[FileReport]:
        if any(each.name.endswith(".srt") for each in bundle):
            raise RecursionError("too deep")
        return real(bundle, options)

    monkeypatch.setattr(run_module, "_check_bundle", check)
    names = [str(fixtures / name) for name in ("voice.wav", "captions.srt")]
    voice, captions = run(names, Options(isolated=True, select=("readable",))).files
    assert [each.status for each in voice.outcomes] == [Status.PASS]
    (crash,) = captions.outcomes
    assert (crash.status, crash.reason) == (
        Status.CRASHED,
        "internal error: RecursionError: too deep",
    )
    assert "RecursionError" in crash.trace


def test_one_call_in_a_worker_returns_raises_or_says_why_it_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qcheck.engine.workers.IN_PROCESS", "QCHECK_IN_PROCESS")
    given = Input("a.png")
    assert in_worker(double, (4,), given, Options()) == 8
    with pytest.raises(ValueError, match="it is odd"):
        in_worker(fail, ("it is odd",), given, Options())
    says = r"a\.png: the process that checked it crashed \(SIGABRT\); the file may be damaged"
    with pytest.raises(UsageFault, match=says):
        in_worker(double, (-1,), given, Options())


def test_a_configuration_is_read_anew_by_the_next_run() -> None:
    assert run(["fair.png"], Options()).exit_code == 0
    with Path("qcheck.toml").open("a") as file:
        file.write("[limits.size]\nfail-above-bytes = 20\n")
    assert run(["fair.png"], Options()).exit_code == 1


def noted(*files: FileReport, options: Options, notes: tuple[str, ...] = ()) -> tuple[str, ...]:
    inputs = [Input(file.file) for file in files]
    return report_of(files, inputs, options, notes, 0.0).notes


def test_a_file_that_no_rule_looked_at_is_noted() -> None:
    silent = FileReport("a.srt", "captions", ())
    (note,) = noted(silent, options=Options())
    assert note.startswith("a.srt: no selected rule is for ")
    looked_at = dataclasses.replace(silent, outcomes=(PASS,))
    ignored = dataclasses.replace(silent, ignored={"size": "kept"})
    assert noted(looked_at, ignored, options=Options()) == ()


@pytest.mark.parametrize(
    ("medium", "taken"),
    [
        ("portrait", True),
        ("voice", True),
        ("payload", True),
        ("plan", True),
        ("captions", False),
        (UNKNOWN, True),
    ],
)
def test_what_an_app_does_not_take_is_noted(medium: str, taken: bool) -> None:
    file = FileReport("a", medium, (PASS,))
    notes = noted(file, options=Options(app="omnihuman-1-5"))
    assert notes == (() if taken else ("a: bytedance/omnihuman-1-5 takes no captions",))
    assert noted(file, options=Options()) == ()


def test_notes_are_told_once_and_in_the_order_of_the_files() -> None:
    for name in ("b", "a"):
        Path(name).mkdir()
        Path(name, "qcheck.toml").write_text(
            f'[[ignores]]\npath = "{name}"\nrules = ["P10"]\nreason = "x"\nuntil = 2020-01-01\n'
        )
    files = [FileReport(name, "portrait", (PASS,)) for name in ("b/1.png", "a/1.png", "b/2.png")]
    unknown = Options(app="somebody/new-app")
    first, *others, last = noted(*files, options=unknown, notes=("a note", "a note"))
    assert first.startswith("no contract is known for somebody/new-app: the generic limits")
    assert others[0] == "a note"
    assert [note.partition(":")[0] for note in (others[1], last)] == [
        str(Path.cwd() / "b" / "qcheck.toml"),
        str(Path.cwd() / "a" / "qcheck.toml"),
    ]
    assert len(others) == 2


@pytest.mark.parametrize(
    ("text", "options", "fail_on", "min_score"),
    [
        ("", Options(), Severity.ERROR, None),
        ('fail-on = "warning"\nmin-score = 60\n', Options(), Severity.WARNING, 60.0),
        ('fail-on = "warning"\nmin-score = 60\n', Options(fail_on="error"), Severity.ERROR, 60.0),
        ('fail-on = "never"\n', Options(min_score=0.0), None, 0.0),
        ("min-score = 60\n", Options(fail_on="never", min_score=0.0), None, 0.0),
    ],
)
def test_what_blocks_is_as_the_call_says_and_else_as_the_configuration_does(
    text: str, options: Options, fail_on: Severity | None, min_score: float | None
) -> None:
    Path("qcheck.toml").write_text(text)
    report = report_of([], [], options, [], 1.5)
    assert (report.fail_on, report.min_score, report.seconds) == (fail_on, min_score, 1.5)


@pytest.mark.parametrize(
    ("text", "options", "target"),
    [
        ("", Options(app="omnihuman-1-5"), "bytedance/omnihuman-1-5"),
        ('for = "omnihuman-1-5"\n', Options(), "bytedance/omnihuman-1-5"),
        ('for = "omnihuman-1-5"\n', Options(app="fabric-1-0"), "falai/fabric-1-0"),
        ("", Options(app="somebody/new-app"), "somebody/new-app"),
        ("", Options(), None),
    ],
)
def test_the_report_names_the_app(text: str, options: Options, target: str | None) -> None:
    Path("qcheck.toml").write_text(text)
    assert report_of([], [], options, [], 0.0).target == target


def test_a_kept_result_is_used_and_written_only_where_it_can_be_known_again() -> None:
    """By its content: not standard input, parts of payloads, roles, what cannot be read."""
    keep = Options(cache=Path("kept"))
    plain, role = Input("bad.png"), Input("bad.png", "portrait")
    inline = Input("bad.png", data=PNG.ljust(500))
    for given in (inline, role):
        for _ in range(2):
            assert run_inputs([given], keep).exit_code == 1
            assert judged(Path()) == {"bad.png"}
    assert list(Path().glob("kept/*/*.json")) == []
    for seen in ({"bad.png"}, set()):
        assert run_inputs([plain], keep).exit_code == 1
        assert judged(Path()) == seen
    with_exhibits = dataclasses.replace(keep, exhibits=True)
    assert run_inputs([plain], with_exhibits).exit_code == 1
    assert judged(Path()) == {"bad.png"}


def test_a_kept_result_of_fewer_files_than_are_checked_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qcheck.engine.cache.load", lambda folder, key: [])
    report = run(["bad.png"], Options(cache=Path("kept")))
    assert report.exit_code == 1
    assert judged(Path()) == {"bad.png"}


def test_exhibits_are_taken_only_where_a_report_shows_them() -> None:
    (without,) = run(["good.png"], Options()).files
    assert without.exhibit is None
    (shown,) = run(["good.png"], Options(exhibits=True)).files
    assert isinstance(shown.exhibit, Exhibit)


def test_captions_are_judged_beside_their_recording(
    fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str | None] = {}
    real = run_module.check_file

    def check_file(evidence: Any, *rest: Any) -> FileReport:
        from qcheck.probes.evidence import Beside

        voice = evidence.get(Beside).voice
        seen[Path(evidence.file.name).name] = voice and Path(voice.file.name).name
        return real(evidence, *rest)

    monkeypatch.setattr(run_module, "check_file", check_file)
    names = [str(fixtures / name) for name in ("captions.srt", "voice.wav", "portrait.png")]
    report = run(names, Options(isolated=True, select=("readable",)))
    assert seen == {"voice.wav": None, "captions.srt": "voice.wav", "portrait.png": None}
    assert [Path(file.file).name for file in report.files] == [Path(name).name for name in names]


def test_the_sound_of_a_video_stands_for_a_recording(fixtures: Path) -> None:
    talk = make_ready(Input(str(fixtures / "talk.mp4")), Options(isolated=True))
    sound = run_module._sound_of(talk.evidence, talk.job)
    assert sound is not None
    assert (sound.file.medium, sound.file.data) == ("voice", talk.evidence.file.data)
    voice = make_ready(Input(str(fixtures / "voice.wav")), Options(isolated=True))
    assert run_module._sound_of(voice.evidence, voice.job) is voice.evidence
    for content in (PNG, b"\0\0\0\x18ftypisom\0\0\0\0isom"):
        other = make_ready(Input("x", "video" if content != PNG else None, content), Options())
        assert run_module._sound_of(other.evidence, other.job) is None


def test_a_file_made_ready_carries_what_holds_for_it() -> None:
    with Path("qcheck.toml").open("a") as file:
        file.write('[[ignores]]\npath = "bad.png"\nrules = ["size"]\nreason = "kept"\n')
    ready = make_ready(Input("bad.png"), Options(speakers=2))
    assert ready.evidence.get(File).data == PNG.ljust(500)
    assert [each.rule.name for each in ready.selected] == ["size"]
    assert (ready.job.speakers, ready.ignored) == (2, {"size": "kept"})
    assert ready.cut_by
