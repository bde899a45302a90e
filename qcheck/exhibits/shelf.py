"""Room for the exhibits of a run."""

from __future__ import annotations

import dataclasses

from qcheck.core.results import FileReport
from qcheck.exhibits.exhibit import Exhibit

__all__ = ["Shelf"]


class Shelf:
    """Room for the exhibits of a run: a catalogue's would fill the memory and no page.

    Files without a warning or an error give theirs up first where there are many.
    """

    # At most about 800 kB each: 80 MB, which a phone still opens.
    ROOM = 100
    _FEW = 20

    def __init__(self, files: int) -> None:
        self._many = files > self._FEW
        self._left = self.ROOM

    def put(self, report: FileReport) -> FileReport:
        """``report``, without its exhibit where there is no room for it."""
        if report.exhibit is None:
            return report
        sound = not report.crashes and not any(f.severity > 1 for f in report.findings)
        if (self._many and sound) or not self._left:
            why = "there is nothing to fix in it" if sound else f"{self.ROOM} others fill the page"
            return dataclasses.replace(report, exhibit=Exhibit({}, {Exhibit: why}))
        self._left -= 1
        return report
