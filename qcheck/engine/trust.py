"""Whose plugins may run: kept for each user by path and content, as direnv keeps it.

A configuration that is found beside files that somebody else made may name plugins, which are code.
They run only where the user named the configuration (``--config``) or trusted it before
(``qcheck trust``), and it names the same plugins as then, with the same code in them. What else the
configuration says runs nothing, and may change.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from qcheck.core import user_folders
from qcheck.core.atomic import write_whole
from qcheck.core.bounded_parsing import load_json
from qcheck.core.bounded_reading import open_regular, read_regular
from qcheck.core.errors import UsageFault, printable
from qcheck.engine.settings import Settings

__all__ = ["distrust", "files_of", "is_trusted", "require_trust", "trust"]


# What Python imports, on any platform. Byte code that it keeps aside is never read for plugins
# (qcheck.engine.registry).
_CODE = frozenset((".py", ".pyc", ".pyd", ".so"))
# A link to the root of the disk is no package of rules. PyTorch, the largest that is likely to be
# beside one, has 3,000 files and 2 GB.
_MOST_FILES = 10_000
_MOST_CODE_BYTES = 4_000_000_000
_MOST_STORE_BYTES = 10_000_000


def require_trust(settings: Settings) -> None:
    """Raise UsageFault for a configuration whose plugins may not run."""
    if settings.origin is None or not settings.plugins or is_trusted(settings):
        return
    config = printable(str(settings.origin))
    known = _key(settings.origin) in _trusted()
    why = "they changed since you trusted it" if known else "you have not trusted it"
    raise UsageFault(
        f"{config} names plugins, which are code, and {why}: look at them, then run "
        f"`qcheck trust {config}`, or name the configuration with --config"
    )


def is_trusted(settings: Settings) -> bool:
    """Whether the user trusted the configuration with its plugins as they are now."""
    if settings.origin is None:
        return False
    kept = _trusted().get(_key(settings.origin))
    # A stranger's plugins may be the whole disk: nobody reads them who was not told to trust them.
    return kept is not None and kept == _digest(settings)


def trust(settings: Settings) -> None:
    """Let the plugins of a configuration run, as they are now. Raises UsageFault."""
    if settings.origin is not None:
        _write({**_trusted(), _key(settings.origin): _digest(settings)})


def distrust(settings: Settings) -> None:
    """Trust a configuration no longer. Raises UsageFault."""
    if settings.origin is not None:
        known = _trusted()
        known.pop(_key(settings.origin), None)
        _write(known)


def files_of(settings: Settings) -> Iterator[Path]:
    """Every file of code in the configuration's plugins. Raises UsageFault for one not there."""
    for plugin in settings.plugin_paths:
        if plugin.is_dir():
            yield from _code_in(plugin)
        elif plugin.is_file():
            yield plugin
        else:
            raise UsageFault(f"the plugin {plugin} does not load: there is no such file")


def _code_in(folder: Path) -> Iterator[Path]:
    """Links to folders are followed, as an import follows them; none that goes round."""
    seen: set[str] = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        folders[:] = [] if real in seen else sorted(set(folders) - {"__pycache__"})
        seen.add(real)
        yield from (path for name in sorted(names) if (path := Path(parent, name)).suffix in _CODE)


def _digest(settings: Settings) -> str:
    """Of the path and the content of every file that would run."""
    digest = hashlib.sha256()
    size_bytes = 0
    try:
        for count, path in enumerate(files_of(settings)):
            with open_regular(path) as code:
                size_bytes += os.fstat(code.fileno()).st_size
                if count >= _MOST_FILES or size_bytes > _MOST_CODE_BYTES:
                    raise UsageFault(
                        f"{printable(str(settings.origin))}: its plugins have more code than "
                        "anybody can have looked at; do they lead out of their folder by a link?"
                    )
                content = hashlib.file_digest(code, "sha256").hexdigest()
            digest.update(
                f"{os.path.realpath(path)}\0{content}\0".encode("utf-8", "surrogateescape")
            )
    except OSError as error:
        raise UsageFault(f"{error.filename}: {error.strerror or error}") from error
    return digest.hexdigest()


def _key(config: Path) -> str:
    return os.path.realpath(config)


def _store() -> Path:
    return user_folders.data_folder() / "trusted.json"


def _trusted() -> dict[str, str]:
    """Digest by configuration. What cannot be read is trust in nothing."""
    with contextlib.suppress(OSError, ValueError):
        known = load_json(read_regular(_store(), _MOST_STORE_BYTES).decode("utf-8"))
        if isinstance(known, dict):
            return {str(path): str(digest) for path, digest in known.items()}
    return {}


def _write(known: dict[str, str]) -> None:
    path = _store()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(known, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
