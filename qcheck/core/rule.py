"""How a rule is declared.

A rule is one bare function; the module's docstring is its documentation, its ``Limits`` what may be
configured, its annotations what it wants to see::

    @rule("face-resolution", code="P10", medium="portrait", limits=Limits)
    def face_resolution(face: Face, limits: Limits) -> Judgement: ...

It may ask for any probes, for its own ``limits`` and for the :class:`~qcheck.core.job.Job`. It
returns a judgement or yields several; one that yields none passes.
"""

from __future__ import annotations

import enum
import re
import sys
import types
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from qcheck.core.media import MEDIA
from qcheck.core.results import Judgement, Severity

__all__ = [
    "CODE",
    "NAME",
    "Docs",
    "Length",
    "NoLimits",
    "PartLimits",
    "Rule",
    "RuleStatus",
    "declared_rule",
    "rule",
]

Verdict = Judgement | Iterable[Judgement]
Function = TypeVar("Function", bound=Callable[..., Verdict])

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z]{1,8}[0-9]{2,4}")


class RuleStatus(enum.Enum):
    """Preview rules run only when they are selected by name, by code or with ``--preview``."""

    STABLE = "stable"
    PREVIEW = "preview"


@dataclass(frozen=True)
class NoLimits:
    """The limits of a rule that has none to configure."""


@dataclass(frozen=True)
class Length:
    """Says that a rule judges how long the whole is, and which of its limits bound a part.

    Where a job is made in parts, such a rule is asked about each part instead of the whole; where
    an app charges for seconds, what it measures is what is paid for.
    """

    longest: str
    """The field of the rule's limits that says how long a part may be, in seconds."""
    best: str | None = None
    """The field that says how long a part should be at most, in seconds."""


@dataclass(frozen=True)
class PartLimits:
    """How long the parts may be that something long is cut into; inf: no rule limits them.

    A measurer may ask for it: what runs it hands in the limits that hold for the file.
    """

    longest_s: float
    best_s: float
    """Never above ``longest_s``."""


@dataclass(frozen=True)
class Docs:
    """A rule's documentation, read from its module's docstring."""

    summary: str
    measures: str
    why: str
    mend: str
    references: str

    SECTIONS = (
        ("measures", "What it measures:"),
        ("why", "Why it matters:"),
        ("mend", "How to mend it:"),
        ("references", "References:"),
    )

    @classmethod
    def parse(cls, docstring: str) -> Docs:
        """Split a docstring at its section headings; a missing section is empty."""
        paragraphs: dict[str, list[str]] = {"summary": []}
        section = "summary"
        for line in docstring.strip().splitlines():
            text = line.strip()
            for name, heading in cls.SECTIONS:
                if text.startswith(heading):
                    section, text = name, text.removeprefix(heading).strip()
                    break
            paragraphs.setdefault(section, []).append(text)
        texts = {name: "\n".join(lines).strip() for name, lines in paragraphs.items()}
        return cls(**{name: texts.get(name, "") for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Rule:
    """A rule as the engine sees it."""

    name: str
    code: str
    media: tuple[str, ...]
    limits: type
    function: Callable[..., Verdict]
    status: RuleStatus
    docstring: str
    length: Length | None = None
    frames_at_most: Severity = Severity.ERROR
    needs_files: bool = False

    @cached_property
    def docs(self) -> Docs:
        return Docs.parse(self.docstring)

    @property
    def judges_frames(self) -> bool:
        """Whether it is a rule for portraits that is asked about a video frame by frame."""
        return "portrait" in self.media and "video" in self.media and self.media != MEDIA

    @property
    def origin(self) -> str:
        """The module that declares it."""
        return self.function.__module__

    @property
    def file(self) -> Path:
        """The file that declares it."""
        return Path(self.function.__code__.co_filename)


def rule(
    name: str,
    *,
    code: str,
    medium: str | tuple[str, ...],
    limits: type = NoLimits,
    status: RuleStatus = RuleStatus.STABLE,
    length: Length | None = None,
    frames_at_most: Severity = Severity.ERROR,
    needs_files: bool = False,
) -> Callable[[Function], Function]:
    """Declare the decorated function as a rule.

    ``medium`` is one of :data:`MEDIA` or several. ``length`` says that it judges how long the whole
    is. A rule for portraits and videos is asked about the frames of a video; ``frames_at_most`` is
    the severest that its word on them can be. ``needs_files`` says that it judges files which an
    earlier stage of a production may still have to make.

    Raises ValueError for a name that is not kebab-case, a code that is not letters and digits, an
    unknown medium, limits that are not a frozen dataclass with defaults, a ``length`` that names a
    limit which is not there, or a module without the documentation that a rule owes its users.
    """
    media = (medium,) if isinstance(medium, str) else medium
    if not NAME.fullmatch(name):
        raise ValueError(f"rule name {name!r} is not kebab-case")
    if not CODE.fullmatch(code):
        raise ValueError(f"rule {name}: code {code!r} is not letters followed by digits")
    if unknown := set(media) - set(MEDIA):
        raise ValueError(f"rule {name}: unknown medium {', '.join(sorted(unknown))}")
    if not (isinstance(limits, type) and is_dataclass(limits)):
        raise ValueError(f"rule {name}: limits must be a dataclass, not {limits!r}")
    # The one place where dataclasses says it, which its type stubs leave out.
    if not limits.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise ValueError(f"rule {name}: limits must be frozen: @dataclass(frozen=True)")
    for each in fields(limits):
        if each.default is MISSING and each.default_factory is MISSING:
            raise ValueError(f"rule {name}: limits: {each.name} has no default")

    known = {each.name for each in fields(limits)}
    if length is not None and (missing := {length.longest, length.best or length.longest} - known):
        raise ValueError(f"rule {name}: length: there is no limit {min(missing)}")

    def declare(function: Function) -> Function:
        if not isinstance(function, types.FunctionType):
            raise ValueError(f"rule {name}: a function is expected, not {function!r}")
        docstring = sys.modules[function.__module__].__doc__ or function.__doc__ or ""
        docs = Docs.parse(docstring)
        if not (docs.summary and docs.measures and docs.why and docs.mend):
            raise ValueError(
                f"rule {name}: its docstring needs a summary, 'What it measures:', "
                "'Why it matters:' and 'How to mend it:'"
            )
        declared = Rule(
            *(name, code, media, limits, function, status, docstring),
            *(length, frames_at_most, needs_files),
        )
        function.__qcheck_rule__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def declared_rule(value: Any) -> Rule | None:
    """The rule that a module's attribute declares, if it does."""
    declared = getattr(value, "__qcheck_rule__", None)
    return declared if isinstance(declared, Rule) else None
