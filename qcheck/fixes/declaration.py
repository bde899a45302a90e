"""How a repair is declared.

A repair is one bare function; the module's docstring says what it does and why that is safe or
not, its annotations what it wants to see, as a rule's do::

    @fix("upright", medium="portrait", turn=10, answers=("orientation",))
    def upright(picture: Picture) -> Repaired | None: ...

It may ask for any probes and for the :class:`Wish`. It returns what it made, and what it did in
words with numbers, or None where there is nothing to do. It is pure: no I/O, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from qcheck.core.errors import UsageFault
from qcheck.core.probe import probe
from qcheck.core.results import Judgement
from qcheck.media.file import File

__all__ = [
    "Changes",
    "Encoded",
    "Fix",
    "Repaired",
    "Wish",
    "declared_fix",
    "fix",
    "named_rightly",
    "nothing_changed",
    "wished_for_nothing",
]

MEDIA = ("portrait", "voice")

Function = TypeVar("Function", bound=Callable[..., "Repaired | None"])

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@probe("qcheck.fixes.declaration:wished_for_nothing")
@dataclass(frozen=True)
class Wish:
    """What the user and the limits of the rules ask for."""

    unsafe: bool = False
    """Whether what changes the picture or the voice itself may be done."""
    background: tuple[int, int, int] | None = None
    """sRGB that transparency is put on; None: white, and only where it must be."""
    loudness_lufs: float | None = None
    """None: the middle of what the rule wants, and only where the rule finds it off."""
    bits: int | None = None
    """Of a WAV file's samples; None: 16 where no more are needed, else 24."""
    mp3: bool = False
    left_out: tuple[str, ...] = ()
    """Repairs that are not to be made, by name."""
    found_only: bool = False
    """Whether only what a rule finds is to be mended: no repair looks for itself."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """Rule name to its limits: the rule's own, the app's contract and the configuration over them.

    Of every rule, whether it is selected or not.
    """

    def limit(self, rule: str, name: str) -> Any:
        """A limit of a rule. Raises UsageFault for one that there is not."""
        try:
            return getattr(self.limits[rule], name)
        except (KeyError, AttributeError) as missing:
            raise UsageFault(
                f"a repair asks for {name} of the rule {rule}, which has none"
            ) from missing


@probe("qcheck.fixes.declaration:nothing_changed")
@dataclass(frozen=True)
class Changes:
    """Whether anything but the file's bytes was changed so far, so that it must be encoded."""

    content: bool = False


@dataclass(frozen=True)
class Encoded:
    """The mended file."""

    data: bytes = field(repr=False)
    format: str
    """As :data:`qcheck.media.sniff.FORMATS` calls it."""


@dataclass(frozen=True)
class Repaired:
    """What a repair made.

    ``values`` stand in the place of the measurements of their types: a Picture, a Recording, a
    File, an Encoded.
    """

    values: tuple[Any, ...]
    says: str
    """What was done, with numbers, as the rest of a line."""


def wished_for_nothing() -> Wish:
    """The wish where the command gave none."""
    return Wish()


def nothing_changed() -> Changes:
    """The state of a file that was only read."""
    return Changes()


def named_rightly(file: File) -> Repaired | None:
    """The same bytes under an extension that belongs to them; None where they have it already."""
    known = file.format
    if known is None or file.extension in known.extensions:
        return None
    return Repaired(
        (Encoded(file.data, known.name),),
        f"named .{known.extensions[0]} after its content; not a byte of it changed",
    )


def _mends_all(judgement: Judgement) -> bool:
    return True


def _never(wish: Wish) -> bool:
    return False


@dataclass(frozen=True)
class Fix:
    """A repair as the command sees it."""

    name: str
    medium: str
    turn: int
    """Repairs are tried in this order."""
    answers: tuple[str, ...]
    """Rules whose findings it mends; without any it looks for itself."""
    safe: bool
    """Whether the picture or the voice itself stays as it was taken."""
    mends: Callable[[Judgement], bool]
    """Which of those findings: not every one can be mended."""
    wished: Callable[[Wish], bool]
    """Whether it is wanted although no rule finds anything."""
    encodes: bool
    """Whether it makes the file: tried wherever the content was changed, too."""
    hides: tuple[str, ...]
    """Rules whose findings it takes out of sight without mending what they are about."""
    minds: tuple[str, ...]
    """Rules beside ``answers`` that an unsafe repair must not make worse."""
    function: Callable[..., Repaired | None]

    @property
    def says(self) -> str:
        """The first line of its documentation."""
        return (self.function.__doc__ or "").strip().splitlines()[0]


def fix(
    name: str,
    *,
    medium: str,
    turn: int,
    answers: tuple[str, ...] = (),
    safe: bool = True,
    mends: Callable[[Judgement], bool] = _mends_all,
    wished: Callable[[Wish], bool] = _never,
    encodes: bool = False,
    hides: tuple[str, ...] = (),
    minds: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Declare the decorated function as a repair.

    Raises ValueError for a name that is not kebab-case, an unknown medium or a missing docstring.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"repair name {name!r} is not kebab-case")
    if medium not in MEDIA:
        raise ValueError(f"repair {name}: unknown medium {medium}")

    def declare(function: Function) -> Function:
        if not function.__doc__:
            raise ValueError(f"repair {name}: its function needs a docstring")
        declared = Fix(
            *(name, medium, turn, answers, safe, mends, wished, encodes, hides, minds, function)
        )
        function.__qcheck_fix__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def declared_fix(value: Any) -> Fix | None:
    """The repair that a module's attribute declares, if it does."""
    declared = getattr(value, "__qcheck_fix__", None)
    return declared if isinstance(declared, Fix) else None
