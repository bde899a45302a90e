"""How much one file may take before qcheck gives up on it."""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["Bounds", "narrower"]


@dataclass(frozen=True)
class Bounds:
    """What a file, decoded and checked, may take. A file that takes more is never clean.

    The first three are compared before anything is decoded; the other two are enforced from outside
    the process that checks the file. A recording and a picture of just the sizes that are allowed
    took 32 s and 1.7 GB, and 3 s and 1.5 GB, on two cores of 2026.
    """

    file_mb: float = 1_100.0
    """Of the file as it lies on the disk. A minute of 4K video is about 400 MB."""
    picture_megapixels: float = 101.0
    """A 100 megapixel medium-format back is the largest still camera on sale."""
    recording_s: float = 1_400.0
    """Of mono at 48 kHz; two channels, or twice the rate, take twice as much."""
    check_s: float = 300.0
    """Seconds that checking one file may take."""
    memory_mb: float = 4_000.0
    """Of the process that checks it."""

    @property
    def file_bytes(self) -> int:
        return int(self.file_mb * 1_000_000)

    @property
    def picture_pixels(self) -> int:
        return int(self.picture_megapixels * 1_000_000)

    @property
    def recording_samples(self) -> int:
        """Of all channels together."""
        return int(self.recording_s * 48_000)

    @property
    def memory_bytes(self) -> int:
        return int(self.memory_mb * 1_000_000)


def narrower(one: Bounds, other: Bounds) -> Bounds:
    """Of each bound the smaller one."""
    return Bounds(
        **{f.name: min(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)}
    )
