"""What holds for a file: settings, the rules that run with their limits, and the job."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from qcheck.core.bounds import narrower
from qcheck.core.errors import UsageFault
from qcheck.core.job import Job
from qcheck.core.rule import Docs, PartLimits
from qcheck.core.wording import plural
from qcheck.engine.inputs import STDIN, Input
from qcheck.engine.judge import Selected
from qcheck.engine.limits import LimitLayer, limit_layers, resolve_limits
from qcheck.engine.options import Options
from qcheck.engine.registry import Rules, load_rules
from qcheck.engine.settings import Settings, closest_config, load_settings
from qcheck.engine.trust import require_trust
from qcheck.targets.catalogue import find_target
from qcheck.targets.contract import Target

__all__ = [
    "Setup",
    "docs_by_rule",
    "forget_settings",
    "rules_of",
    "run_settings",
    "settings_at",
    "settings_of",
    "setup_at",
    "setup_for",
    "target_of",
]


@dataclass(frozen=True)
class Setup:
    """Settings made ready: the rules with their limits, and the job."""

    selected: tuple[Selected, ...]
    job: Job
    settings: Settings
    rules: Rules
    layers: tuple[LimitLayer, ...] = ()
    """Where limits come from."""
    notes: tuple[str, ...] = ()

    @cached_property
    def limits(self) -> Mapping[str, Any]:
        """Of every rule, whether it is selected or not, by its name."""
        return {rule.name: resolve_limits(rule, self.layers) for rule in self.rules.all}

    @property
    def cut_by(self) -> tuple[str, ...]:
        """Names of the rules that say how long a part of a recording may be."""
        return self.rules.judging_length("voice")

    def part_limits(self, medium: str) -> PartLimits:
        """How long a part of a file of ``medium`` may be, by every rule that judges its length."""
        longest_s, best_s = math.inf, math.inf
        for rule in self.rules.all:
            if rule.length is not None and medium in rule.media:
                limits = self.limits[rule.name]
                longest_s = min(longest_s, getattr(limits, rule.length.longest))
                if rule.length.best is not None:
                    best_s = min(best_s, getattr(limits, rule.length.best))
        return PartLimits(longest_s, min(best_s, longest_s))


def run_settings(options: Options) -> Settings:
    """The settings of the run as a whole: those closest to the working directory."""
    return settings_at(Path.cwd(), options)


def settings_of(path: Path, options: Options) -> Settings:
    """The settings that hold for a file: those closest to it."""
    return settings_at(path.parent, options)


def rules_of(options: Options) -> Rules:
    """Every rule that the run's configuration knows, plugins included."""
    return _known_rules(run_settings(options), options)


def _known_rules(settings: Settings, options: Options) -> Rules:
    # A configuration that the user named is vouched for; one that was found need not be.
    if options.config is None:
        require_trust(settings)
    return load_rules(settings.plugin_paths)


def docs_by_rule(options: Options) -> dict[str, Docs]:
    """Documentation by rule name, for reporters that explain."""
    return {rule.name: rule.docs for rule in rules_of(options).all}


def target_of(name: str | None) -> tuple[Target | None, tuple[str, ...]]:
    if name is None:
        return None, ()
    target = find_target(name)
    if target is None:
        return None, (
            f"no contract is known for {name}: the generic limits were used; "
            f"`infsh app get {name} --json | qcheck apps update {name} --from -` adds one",
        )
    return target, ()


# One object, so that folders without a configuration share one setup.
_DEFAULTS = Settings()


@cache
def _config_at(folder: Path, options: Options) -> Path | None:
    # An absolute folder: a program may check files here, go elsewhere, and check some there.
    return None if options.isolated else options.config or closest_config(folder)


def forget_settings() -> None:
    """Look at configurations again, which may have changed since they were read."""
    for remembered in (_config_at, _setup, load_settings):
        remembered.cache_clear()


def settings_at(folder: Path, options: Options) -> Settings:
    """The settings that hold in a folder."""
    return _settings(_config_at(folder.absolute(), options), options)


def _settings(config: Path | None, options: Options) -> Settings:
    """A configuration that was found may narrow the bounds; to widen them, it must be named.

    Whoever made the folder that is checked could otherwise have all of the machine.
    """
    if config is None:
        return _DEFAULTS
    settings = load_settings(config)
    if options.config is not None:
        return settings
    return dataclasses.replace(settings, bounds=narrower(settings.bounds, _DEFAULTS.bounds))


def setup_at(folder: Path, options: Options) -> Setup:
    """The setup that holds in a folder."""
    return _setup(_config_at(folder.absolute(), options), options)


@cache
def _setup(config: Path | None, options: Options) -> Setup:
    # A setup a configuration file: folders that share it, or have none, share the setup.
    settings = _settings(config, options)
    rules = _known_rules(settings, options)
    origin = str(settings.origin) if settings.origin else "defaults"
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
    target, _ = target_of(options.app or settings.for_)
    speakers = options.speakers or settings.speakers or 1
    if target is not None and speakers > target.max_speakers:
        raise UsageFault(
            f"{target.app} takes {plural(target.max_speakers, 'speaker')} a call, not {speakers}"
        )
    layers = limit_layers(settings, target, rules)
    selected = tuple(Selected(rule, resolve_limits(rule, layers)) for rule in chosen)
    today = datetime.date.today()
    notes = tuple(
        f"{origin}: the ignore of {', '.join(entry.rules)} for {entry.path} expired on "
        f"{entry.until}: it no longer counts"
        for entry in settings.ignores
        if entry.expired(today)
    )
    if config is not None and settings.bounds != load_settings(config).bounds:
        wider = f"{origin}: [bounds] that are wider than the defaults count only with --config"
        notes = (*notes, wider)
    job = Job(
        app=target.app if target else options.app or settings.for_,
        speakers=speakers,
        expands_home=options.expands_home,
        mask_index=options.mask_index,
        allow_remote=options.allow_remote,
    )
    return Setup(selected, job, settings, rules, layers, notes)


def setup_for(given: Input, options: Options) -> tuple[Setup, dict[str, str]]:
    """What holds for one input, and the rules that are ignored there, each with its reason."""
    path = Path(given.name)
    # What is no file of its own, a segment of a recording say, is named as if it lay there.
    setup = setup_at(Path.cwd() if given.name == STDIN else path.parent, options)
    today = datetime.date.today()
    ignored = {
        rule.name: entry.reason
        for entry in setup.settings.ignores_for(path)
        if not entry.expired(today)
        for selector in entry.rules
        for rule in setup.rules.matching(selector)
    }
    return setup, ignored
