"""Which contracts there are: shipped ones, those of other packages, updates from the platform."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType

from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault
from qcheck.core.plugins import plugged_in
from qcheck.core.wording import briefly
from qcheck.targets.contract import Target, parse
from qcheck.targets.updates import MAX_UPDATE_BYTES, read_update, updates_folder

__all__ = ["TARGETS_GROUP", "all_targets", "find_target", "require_described"]

# What may follow an app's name, or be taken for what follows it.
_ENDS_A_NAME = re.compile(r"[#:?\s]")
_LONGEST_COMPARED = 100
# inference.sh/docs/examples/multi-function-app
_DESCRIBED = "run"

TARGETS_GROUP = "qcheck.targets"
"""Entry points of this group name packages whose ``*.toml`` files are contracts."""


@cache
def all_targets() -> tuple[Target, ...]:
    """Every contract.

    Those that qcheck ships, over them those of other packages, over both what came by ``qcheck apps
    update``.
    """
    known = {target.app: target for target in _in_folder(resources.files(__package__))}
    for plugged in plugged_in(TARGETS_GROUP):
        with plugged.loading("contracts"):
            package = plugged.load()
            if not isinstance(package, ModuleType):
                raise TypeError("it is not a package with contracts in it")
            known.update((t.app, t) for t in _in_folder(resources.files(package), plugged.name))
    try:
        updates = sorted(updates_folder().glob("*.json"))
    except PermissionError:
        # The home of somebody else, as in a container: nothing there was taken in for us.
        updates = []
    for path in updates:
        update = read_update(_text_of(path), str(path))
        known[update.app] = update.over(known.get(update.app))
    return tuple(sorted(known.values(), key=lambda target: target.app))


def _text_of(path: Path) -> str:
    try:
        return read_regular(path, MAX_UPDATE_BYTES).decode("utf-8")
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageFault(f"{path}: it is no contract of qcheck's: {error}") from error


def find_target(name: str) -> Target | None:
    """Return the contract of ``namespace/app``, ``app`` or either with ``@version``.

    None where ``name`` is a full app name that nobody described: the generic limits hold, and the
    report says so. Raises UsageFault where it can only be a mistake, as in capitals: the platform
    may read it otherwise.
    """
    wanted = name.partition("@")[0]
    for target in all_targets():
        if wanted in (target.app, target.short_name):
            return target
    alike = _ENDS_A_NAME.split(wanted.strip().casefold())[0]
    meant = next((t.app for t in all_targets() if alike in (t.app, t.short_name)), None)
    if meant is None and wanted.count("/") == 1 and all(wanted.split("/")):
        return None
    known = [target.short_name for target in all_targets()]
    near = difflib.get_close_matches(wanted[:_LONGEST_COMPARED], known, n=1)
    meant = meant or next(iter(near), None)
    hint = f"did you mean {meant}?" if meant else "`qcheck apps` lists them"
    raise UsageFault(f"there is no app {briefly(name)}; {hint}")


def require_described(app: str, function: object) -> None:
    """Raise UsageFault where the contract of ``app`` says nothing of this function of it.

    An app may have several, each with inputs of its own; a contract describes the one named run.
    """
    if function not in (None, _DESCRIBED) and find_target(app) is not None:
        raise UsageFault(
            f"the contract of {app} describes its function {_DESCRIBED}, not {briefly(function)}: "
            "what another one takes is not known here"
        )


def _in_folder(folder: Traversable, package: str = "") -> Iterator[Target]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            name = f"{file.name} of {package}" if package else file.name
            yield parse(file.read_text("utf-8"), name)
