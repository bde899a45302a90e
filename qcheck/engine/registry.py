"""Which rules there are: found by entry point, the built-in ones included, and in plugin files."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from qcheck.core import user_folders
from qcheck.core.errors import UsageFault
from qcheck.core.media import MEDIA
from qcheck.core.plugins import loading, plugged_in
from qcheck.core.rule import Rule, RuleStatus, declared_rule

__all__ = ["RULES_GROUP", "Rules", "load_rules"]

RULES_GROUP = "qcheck.rules"


class Rules:
    """Rules by name, by code and by the selectors that name several, in the order of codes."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.all = tuple(sorted(rules, key=lambda rule: rule.code))
        self._by_key: dict[str, Rule] = {}
        for rule in self.all:
            for key in (rule.name, rule.code):
                if (other := self._by_key.get(key)) is not None:
                    raise UsageFault(
                        f"two rules are called {key}: in {other.file} and in {rule.file}"
                    )
                self._by_key[key] = rule

    def get(self, key: str) -> Rule:
        """Return the rule of that name or code. Raises UsageFault, with the nearest name."""
        rule = self._by_key.get(key) or self._by_key.get(key.upper())
        if rule is None:
            raise UsageFault(f"there is no rule {key!r}{self._nearest(key)}")
        return rule

    def matching(self, selector: str) -> tuple[Rule, ...]:
        """Rules for ``ALL``, a medium, a name, a code or the beginning of codes (``P``, ``V2``)."""
        if selector.upper() == "ALL":
            return self.all
        if selector in MEDIA:
            return tuple(rule for rule in self.all if selector in rule.media)
        if rule := self._by_key.get(selector) or self._by_key.get(selector.upper()):
            return (rule,)
        if selector[:1].isupper():
            found = tuple(rule for rule in self.all if rule.code.startswith(selector))
            if found:
                return found
        raise UsageFault(f"no rule matches {selector!r}{self._nearest(selector)}")

    def select(
        self, select: Iterable[str], extend: Iterable[str], ignore: Iterable[str], preview: bool
    ) -> tuple[Rule, ...]:
        """The rules to run. Preview rules run with ``preview`` or when called by name or code."""
        chosen: set[str] = set()
        for selector in (*select, *extend):
            for rule in self.matching(selector):
                by_name = selector.lower() in (rule.name, rule.code.lower())
                if rule.status is not RuleStatus.PREVIEW or preview or by_name:
                    chosen.add(rule.name)
        for selector in ignore:
            chosen.difference_update(rule.name for rule in self.matching(selector))
        return tuple(rule for rule in self.all if rule.name in chosen)

    def judging_length(self, medium: str) -> tuple[str, ...]:
        """Names of the rules that judge how long a file of ``medium`` is."""
        return tuple(r.name for r in self.all if r.length is not None and medium in r.media)

    def needing_files(self) -> tuple[str, ...]:
        """Names of the rules that judge files which may still have to be made."""
        return tuple(rule.name for rule in self.all if rule.needs_files)

    def _nearest(self, key: str) -> str:
        near = difflib.get_close_matches(key.lower(), [rule.name for rule in self.all], n=1)
        return f"; did you mean {near[0]}?" if near else "; `qcheck rule` lists them"


@cache
def load_rules(plugins: tuple[Path, ...] = ()) -> Rules:
    """Import every rule. Raises UsageFault that names the plugin which cannot be imported."""
    found: dict[int, Rule] = {}
    for plugged in plugged_in(RULES_GROUP):
        with plugged.loading("rules"):
            rules = list(_rules_in(plugged.load()))
        found.update((id(rule), rule) for rule in rules)
    for path in plugins:
        if any(path.is_relative_to(other) for other in plugins if other != path):
            continue
        with loading(f"the plugin {path} does not load", path), _no_byte_code_beside():
            rules = list(_rules_in(_load_plugin(path)))
        if not rules:
            raise UsageFault(f"the plugin {path} declares no rule")
        found.update((id(rule), rule) for rule in rules)
    # Tests see to those of our own: looking all of their annotations up takes 20 ms.
    if foreign := [rule for rule in found.values() if not rule.origin.startswith("qcheck.rules.")]:
        from qcheck.engine.declarations import check_declaration

        for rule in foreign:
            check_declaration(rule)
    if not found:
        raise UsageFault("no rules are installed: install qcheck again, from where you got it")
    return Rules(found.values())


def _rules_in(loaded: object) -> Iterator[Rule]:
    """Rules of a decorated function, a module, or a package and everything below it."""
    if (rule := declared_rule(loaded)) is not None:
        yield rule
        return
    if not isinstance(loaded, ModuleType):
        raise TypeError("it is neither a rule nor a module")
    modules = [loaded]
    if hasattr(loaded, "__path__"):
        walked = pkgutil.walk_packages(loaded.__path__, loaded.__name__ + ".")
        modules += [importlib.import_module(module.name) for module in walked]
    for module in modules:
        for value in vars(module).values():
            if (rule := declared_rule(value)) is not None and rule.origin == module.__name__:
                yield rule


@contextmanager
def _no_byte_code_beside() -> Iterator[None]:
    """Byte code that lies beside a plugin's source is anybody's, and need not be made from it."""
    before = sys.pycache_prefix
    sys.pycache_prefix = str(user_folders.cache_folder() / "byte-code")
    try:
        yield
    finally:
        sys.pycache_prefix = before


def _load_plugin(path: Path) -> ModuleType:
    """A file, or a folder of them as a package: one of its files imports from another by ``.``."""
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    name = f"qcheck_plugin_{digest}_{path.stem}"
    if path.is_dir():
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
        return package
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageFault(f"the plugin {path} is no Python file and no folder")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
