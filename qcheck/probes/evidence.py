"""The measurements of one file: taken when a rule asks, once, and timed."""

from __future__ import annotations

import reprlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from qcheck.core.errors import place_of, told
from qcheck.core.job import Job
from qcheck.core.probe import Unmeasurable, is_probe, measure_function, wants
from qcheck.core.system_libraries import LibraryMissing, missing_library
from qcheck.media.file import File
from qcheck.models.locate import ModelMissing

__all__ = ["Beside", "Evidence", "ProbeCrashed"]

T = TypeVar("T")


class ProbeCrashed(Exception):
    """A probe failed in a way that nobody foresaw; ``__cause__`` is what it raised."""


@dataclass(frozen=True)
class Beside:
    """What stands beside a file in its job."""

    voice: Evidence | None
    """The recording that captions or a video are for; None where there is none."""


class Evidence:
    """Measures probes of ``file`` on demand.

    A failure is remembered like a value, so that a probe which cannot be taken is tried once.
    """

    def __init__(
        self,
        file: File,
        job: Job | None = None,
        voice: Evidence | None = None,
        known: Mapping[type, Any] | None = None,
    ) -> None:
        """``known`` are measurements that were taken elsewhere: a frame of a decoded video."""
        self.file = file
        self.seconds: dict[str, float] = {}
        self._taken: dict[type, Any] = {File: file, Job: job or Job(), Beside: Beside(voice)}
        self._taken.update(known or {})
        self._failed: dict[type, Exception] = {}

    def also_knowing(self, known: Mapping[type, Any]) -> Evidence:
        """Of the same file, with what was measured so far and with ``known``."""
        other = Evidence(self.file, known={**self._taken, **known})
        other._failed.update(self._failed)
        return other

    def get(self, wanted: type[T]) -> T:
        """Return the measurement.

        Raises :class:`Unmeasurable` (or its :class:`Inapplicable`) where it cannot be taken,
        :class:`ProbeCrashed` where the probe itself failed and :class:`LibraryMissing` where this
        machine cannot take it of any file.
        """
        if wanted in self._failed:
            raise self._failed[wanted]
        if wanted not in self._taken:
            try:
                self._taken[wanted] = self._measure(wanted)
            except (Unmeasurable, ProbeCrashed) as failure:
                self._failed[wanted] = failure
                raise
            except (LibraryMissing, KeyboardInterrupt):
                raise
            except BaseException as error:
                # What somebody else's probe lacks must not keep ours from their say.
                ours = wanted.__module__.startswith("qcheck.")
                if ours and (missing := missing_library(error)) is not None:
                    raise missing from error
                crash = ProbeCrashed(_reason(wanted, error))
                crash.__cause__ = error
                self._failed[wanted] = crash
                raise crash from error
        value: T = self._taken[wanted]
        return value

    def _measure(self, wanted: type) -> Any:
        if not is_probe(wanted):
            raise TypeError(f"{wanted.__name__} is not a probe")
        function = measure_function(wanted)
        needs: dict[str, object] = {name: self.get(cls) for name, cls in wants(function).items()}
        start = time.perf_counter()
        try:
            measured = function(**needs)
        finally:
            self.seconds[wanted.__name__] = time.perf_counter() - start
        if not isinstance(measured, wanted):
            raise TypeError(f"it returned {reprlib.repr(measured)}, which is no {wanted.__name__}")
        return measured


def _reason(probe: type, cause: BaseException) -> str:
    """What a probe's crash is called: with the place, where there is a function that has one."""
    if isinstance(cause, ModelMissing):
        return str(cause)
    try:
        place = f" ({place_of(measure_function(probe), cause)})"
    except Exception:
        # It is no probe, or what measures it is not there: the cause says so.
        place = ""
    return f"measuring {probe.__name__}: {told(cause)}{place}"
