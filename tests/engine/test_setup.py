"""What holds for a file: which rules, with which limits, for which job."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import forget
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.bounds import Bounds
from qcheck.core.errors import UsageFault
from qcheck.core.job import Job
from qcheck.core.rule import Length, NoLimits, PartLimits, Rule, RuleStatus
from qcheck.engine.inputs import STDIN, Input
from qcheck.engine.limits import LimitLayer
from qcheck.engine.options import Options
from qcheck.engine.registry import Rules
from qcheck.engine.settings import Settings
from qcheck.engine.setup import (
    Setup,
    docs_by_rule,
    forget_settings,
    rules_of,
    run_settings,
    settings_at,
    settings_of,
    setup_at,
    setup_for,
    target_of,
)
from qcheck.targets.catalogue import find_target

TODAY = datetime.date.today()
TWO_SPEAKERS, ONE_SPEAKER = "omnihuman-1-5", "omnihuman-1-0"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    forget()
    yield
    forget()


def configured(text: str, folder: Path = Path()) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "qcheck.toml").write_text(text, "utf-8")
    forget()


def names(setup: Setup) -> set[str]:
    return {each.rule.name for each in setup.selected}


def limit(setup: Setup, rule: str, field: str) -> Any:
    (limits,) = (each.limits for each in setup.selected if each.rule.name == rule)
    return getattr(limits, field)


def test_without_a_configuration_every_stable_rule_runs_with_its_defaults() -> None:
    setup = setup_at(Path(), Options())
    stable = {r.name for r in setup.rules.all if r.status is RuleStatus.STABLE}
    assert names(setup) == stable
    assert all(each.limits == each.rule.limits() for each in setup.selected)
    assert (setup.job, setup.notes, setup.settings.origin) == (Job(), (), None)


def test_what_the_call_selects_stands_instead_of_what_the_configuration_does() -> None:
    configured('select = ["P10"]\nextend-select = ["P11"]\nignore = ["V20"]\n')
    assert names(setup_at(Path(), Options())) == {"face-resolution", rule_called("P11")}
    selected = setup_at(Path(), Options(select=("V20", "V21")))
    assert names(selected) == {rule_called("V21"), rule_called("P11")}
    more = setup_at(Path(), Options(extend_select=("V21",)))
    assert names(more) == {"face-resolution", rule_called("P11"), rule_called("V21")}
    fewer = setup_at(Path(), Options(ignore=("face-resolution",)))
    assert names(fewer) == {rule_called("P11")}


def rule_called(code: str) -> str:
    return setup_at(Path(), Options(isolated=True)).rules.get(code).name


@pytest.mark.parametrize(
    ("text", "options", "count"),
    [
        ("", Options(), 1),
        ("preview = true\n", Options(), 2),
        ("", Options(preview=True), 2),
        ("preview = true\n", Options(preview=True), 2),
    ],
)
def test_preview_rules_run_where_either_asks_for_them(
    text: str, options: Options, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stable = Rule("a", "T01", ("voice",), NoLimits, print, RuleStatus.STABLE, "")
    preview = Rule("b", "T02", ("voice",), NoLimits, print, RuleStatus.PREVIEW, "")
    monkeypatch.setattr("qcheck.engine.setup.load_rules", lambda plugins: Rules([stable, preview]))
    configured(text)
    assert len(setup_at(Path(), options).selected) == count


def test_a_selection_of_nothing_is_refused() -> None:
    with pytest.raises(UsageFault, match="no rule is selected"):
        setup_at(Path(), Options(select=("P10",), ignore=("face-resolution",)))


def test_limits_come_from_the_app_and_over_it_from_the_configuration() -> None:
    configured("[limits.face-resolution]\nwarn-below-px = 2000\n")
    app = find_target(TWO_SPEAKERS)
    assert app is not None
    changed = {rule: table for rule, table in app.limits.items() if rule != "face-resolution"}
    setup = setup_at(Path(), Options(app=TWO_SPEAKERS))
    for rule, table in changed.items():
        for key, value in table.items():
            found = limit(setup, rule, key.replace("-", "_"))
            assert found == (tuple(value) if isinstance(value, list) else value), (rule, key)
    assert changed
    assert limit(setup, "face-resolution", "warn_below_px") == 2000
    assert [layer.limits for layer in setup.layers] == [app.limits, setup.settings.limits]


def test_isolated_knows_no_configuration_and_one_that_is_named_holds_everywhere() -> None:
    configured("speakers = 2\n")
    configured("speakers = 3\n", Path("inner"))
    given = Options(config=Path("qcheck.toml"))
    assert settings_at(Path("inner"), Options()).speakers == 3
    assert settings_at(Path("inner"), given).speakers == 2
    assert settings_at(Path("inner"), Options(isolated=True)).speakers is None
    assert settings_of(Path("inner/a.png"), Options()).speakers == 3
    assert run_settings(Options()).speakers == 2


def test_bounds_are_widened_by_a_configuration_that_is_named_and_by_no_other() -> None:
    """Whoever made the folder that is checked would have all of the machine."""
    configured("[bounds]\nmemory-mb = 9e9\ncheck-s = 60\n")
    found = setup_at(Path(), Options())
    assert settings_at(Path(), Options()).bounds == Bounds(check_s=60) == found.settings.bounds
    (note,) = found.notes
    assert note.endswith("[bounds] that are wider than the defaults count only with --config")
    named = setup_at(Path(), Options(config=Path("qcheck.toml")))
    assert named.settings.bounds == Bounds(check_s=60, memory_mb=9e9)
    assert named.notes == ()


def test_settings_are_read_again_once_they_are_forgotten() -> None:
    configured("speakers = 2\n")
    assert setup_at(Path(), Options()).job.speakers == 2
    Path("qcheck.toml").write_text("speakers = 1\n")
    assert setup_at(Path(), Options()).job.speakers == 2
    forget_settings()
    assert setup_at(Path(), Options()).job.speakers == 1


def test_folders_without_a_configuration_of_their_own_share_one_setup() -> None:
    configured('select = ["P10"]\n')
    for name in ("one", "two"):
        Path(name).mkdir()
    assert setup_at(Path("one"), Options()) is setup_at(Path("two"), Options())


def test_a_program_that_changes_its_folder_gets_that_folders_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, preview in (("one", "true"), ("other", "false")):
        configured(f"preview = {preview}\n", tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        assert settings_at(Path(), Options()).preview is (name == "one")


def test_the_job_is_what_the_call_says_and_else_the_configuration() -> None:
    configured(f'for = "{TWO_SPEAKERS}"\nspeakers = 2\n')
    assert setup_at(Path(), Options()).job == Job("bytedance/omnihuman-1-5", 2)
    given = Options(
        app="somebody/new-app", speakers=1, expands_home=False, mask_index=3, allow_remote=True
    )
    assert setup_at(Path(), given).job == Job("somebody/new-app", 1, False, 3, True)


def test_more_speakers_than_the_app_takes_are_refused() -> None:
    app = find_target(ONE_SPEAKER)
    assert app is not None
    assert app.max_speakers == 1
    assert setup_at(Path(), Options(app=ONE_SPEAKER, speakers=1)).job.speakers == 1
    with pytest.raises(UsageFault, match=r"^bytedance/omnihuman-1-0 takes 1 speaker a call, not 2"):
        setup_at(Path(), Options(app=ONE_SPEAKER, speakers=2))
    assert setup_at(Path(), Options(speakers=9)).job.speakers == 9


def test_an_app_without_a_contract_is_noted_and_one_that_is_none_refused() -> None:
    assert target_of(None) == (None, ())
    known, notes = target_of(TWO_SPEAKERS)
    assert known is not None
    assert notes == ()
    unknown, notes = target_of("somebody/new-app")
    assert unknown is None
    (note,) = notes
    assert note.startswith("no contract is known for somebody/new-app: the generic limits were")
    assert "qcheck apps update somebody/new-app" in note
    with pytest.raises(UsageFault, match="there is no app"):
        target_of("omnihuman-1-6")


def ignore(until: datetime.date | None = None, rules: str = '"P10"') -> str:
    lapses = f"until = {until}\n" if until else ""
    return f'[[ignores]]\npath = "a.png"\nrules = [{rules}]\nreason = "scanned"\n{lapses}'


def test_ignored_rules_are_known_by_name_for_the_files_that_are_meant() -> None:
    configured(ignore(rules='"P10", "P11"') + ignore(rules='"V20"').replace("a.png", "b.wav"))
    _, ignored = setup_for(Input("a.png"), Options())
    assert ignored == {"face-resolution": "scanned", rule_called("P11"): "scanned"}
    for other in (Input("b.png"), Input(STDIN), Input("inner/b.png")):
        assert setup_for(other, Options())[1] == {}
    assert setup_for(Input("b.wav"), Options())[1] == {rule_called("V20"): "scanned"}


@pytest.mark.parametrize(
    ("until", "counts"),
    [
        (TODAY, True),
        (TODAY + datetime.timedelta(days=1), True),
        (TODAY - datetime.timedelta(days=1), False),
    ],
)
def test_an_ignore_counts_until_its_last_day_is_over(until: datetime.date, counts: bool) -> None:
    configured(ignore(until))
    setup, ignored = setup_for(Input("a.png"), Options())
    assert bool(ignored) is counts
    notes = [f"of P10 for a.png expired on {until}: it no longer counts"]
    assert [note.partition("the ignore ")[2] for note in setup.notes] == ([] if counts else notes)


def test_an_ignore_of_a_rule_that_is_not_there_is_refused_by_its_place() -> None:
    configured(ignore() + ignore(rules='"P10", "sise"'))
    with pytest.raises(UsageFault, match=r"qcheck\.toml: ignores\[1\]\.rules: no rule matches"):
        setup_at(Path(), Options())


def test_standard_input_is_judged_by_the_configuration_of_this_folder() -> None:
    configured('select = ["P10"]\n')
    assert names(setup_for(Input(STDIN), Options())[0]) == {"face-resolution"}


def test_plugins_and_their_documentation_are_those_of_the_run(folder: Path) -> None:
    forget()
    assert rules_of(Options()).get("size").code == "T01"
    assert "size" in docs_by_rule(Options())
    assert "size" not in docs_by_rule(Options(isolated=True))


@dataclasses.dataclass(frozen=True)
class Lengths:
    fail_above_s: float = 30.0
    best_s: float = 12.0


def lasting(name: str, length: Length | None, medium: str = "voice") -> Rule:
    code = f"T{ord(name[0])}"
    return Rule(name, code, (medium,), Lengths, print, RuleStatus.STABLE, "", length)


def parts(*rules: Rule, **limits: dict[str, float]) -> PartLimits:
    setup = Setup((), Job(), Settings(), Rules(rules), (LimitLayer("user", limits),))
    return setup.part_limits("voice")


BOTH, LONGEST = Length("fail_above_s", "best_s"), Length("fail_above_s")


def test_a_part_may_be_as_long_as_every_rule_that_judges_length_allows() -> None:
    a, b = lasting("a", BOTH), lasting("b", LONGEST)
    assert parts(a) == PartLimits(30.0, 12.0)
    assert parts(a, b, b={"fail-above-s": 20}) == PartLimits(20.0, 12.0)
    assert parts(a, b, b={"fail-above-s": 40}, a={"best-s": 15}) == PartLimits(30.0, 15.0)
    assert parts(a, lasting("c", BOTH), c={"best-s": 9}) == PartLimits(30.0, 9.0)
    assert parts(a, b, b={"fail-above-s": 6}) == PartLimits(6.0, 6.0)


@given(
    st.lists(st.tuples(st.floats(0, 1e3), st.floats(0, 1e3)), max_size=4),
)
def test_the_best_length_of_a_part_is_never_above_the_longest(
    lengths: list[tuple[float, float]],
) -> None:
    rules = [lasting("abcd"[i], BOTH) for i in range(len(lengths))]
    tables = [{"fail-above-s": longest, "best-s": best} for longest, best in lengths]
    limits = {rule.name: table for rule, table in zip(rules, tables, strict=True)}
    found = parts(*rules, **limits)
    assert found.longest_s == min((longest for longest, _ in lengths), default=math.inf)
    assert found.best_s == min((each for both in lengths for each in both), default=math.inf)


def test_rules_of_another_medium_or_of_something_else_do_not_limit_parts() -> None:
    video, other = lasting("v", BOTH, "video"), lasting("o", None)
    assert parts(video, other) == PartLimits(math.inf, math.inf)
    assert parts(lasting("b", LONGEST)) == PartLimits(30.0, 30.0)
    setup = Setup((), Job(), Settings(), Rules([video, other, lasting("b", LONGEST)]))
    assert setup.cut_by == ("b",)
    assert setup.part_limits("video") == PartLimits(30.0, 12.0)
