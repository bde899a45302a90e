"""Where a configuration may have files written that nobody named on the command line.

A configuration is found beside files that somebody else may have made. What it names is written
only within its own folder, links followed, and never over a file that qcheck did not write: for
anything else the user has to name the file, or the configuration with ``--config``. A link that
somebody left in a folder does not lead what the user names out of it, either.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from qcheck.core.errors import UsageFault
from qcheck.engine.settings import Settings

__all__ = ["refuse_led_out", "refuse_unvouched"]


def refuse_unvouched(
    path: Path, settings: Settings, key: str, value: str, *, fmt: str | None = None
) -> None:
    """Raise UsageFault where a configuration that was found must not have ``path`` written.

    ``value`` is what stands at ``key``; ``fmt`` is the output format, None for a file that is
    checked to be qcheck's own by whoever writes it.
    """
    fault = _fault(path, settings.folder, fmt)
    if fault is None:
        return
    from qcheck.cli.configuration.in_force import where_set

    option = {"output-format": f"--output-format {value}", "baseline": f"--baseline {path}"}[key]
    place = where_set(settings, key, value=value)
    raise UsageFault(
        f"{place}: {key} names {path}, {fault}; nobody named this configuration, so give {option} "
        f"on the command line, or --config {settings.origin}"
    )


def _fault(path: Path, folder: Path, fmt: str | None) -> str | None:
    real, project = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    if not real.is_relative_to(project):
        return f"which is outside of {project}"
    if ".git" in real.relative_to(project).parts:
        return "which is in git's own folder"
    if fmt is not None and _is_foreign(real, fmt):
        return "which qcheck did not write"
    return None


def refuse_led_out(path: Path, fmt: str | None, option: str) -> None:
    """Raise UsageFault where a link in this folder would have another place written.

    Reports of ours are replaced there all the same: the link was made for them.
    """
    if path.is_absolute() or ".." in path.parts:
        return
    real = Path(os.path.realpath(path))
    if real.is_relative_to(os.path.realpath(Path.cwd())):
        return
    dangling = path.is_symlink() and not path.exists()
    # A device or a pipe holds nothing that could be lost.
    if dangling or fmt is None or (real.is_file() and _is_foreign(real, fmt)):
        raise UsageFault(
            f"{option}: {path} leads to {real}, which qcheck did not write: name that file itself"
        )


def _is_foreign(path: Path, fmt: str) -> bool:
    """Whether a file is there that is not a report of ours. Raises UsageFault."""
    from qcheck.reporters import is_report

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return True
        return not is_report(path, fmt)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
