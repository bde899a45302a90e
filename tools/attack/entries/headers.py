"""Readers of headers and checksums: what qcheck itself looks for in a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from qcheck.media import containers, joined, mpeg_audio, ogg_pages, picture_faults, riff
from qcheck.media.content import Undecodable
from qcheck.media.file import File
from qcheck.media.git_lfs import is_pointer
from qcheck.media.picture_headers import tiff_size
from qcheck.media.sniff import FORMATS, sniff
from qcheck.media.stored_sound import stored_fault
from tools.attack.entries.entry import Entry, Misread
from tools.attack.samples import Sample, samples

__all__ = ["entries"]

_REFUSALS = (Undecodable, riff.NotWaveError)
# Longer ones only make it slow: what is read here stands at the beginning, or at every part.
_MOST_BYTES = 30_000


def entries() -> Iterator[Entry]:
    """Sniffing, containers, chunks, pages, frames, checksums and embedded data."""
    every = samples()
    yield _entry("what a file is (its first bytes)", every, _sniff)
    yield _entry("tracks of a container", _of(every, _BOXES), _tracks)
    yield _entry("RIFF chunks", _of(every, ("wav",)), _wave)
    yield _entry("MPEG audio frames", _of(every, ("mp3", "aac")), _mpeg)
    yield _entry("Ogg pages", _of(every, ("ogg", "opus")), _ogg)
    yield _entry("ends of stored sound", _of(every, ("wav", "aiff", "flac", "caf")), _stored)
    yield _entry("joined files", _of(every, _SOUND), _joined)
    yield _entry("PNG checksums", _of(every, ("png",)), _png)
    yield _entry("TIFF directories and checksums", _of(every, ("tif",)), _tiff)
    yield _entry("EXIF, places and profiles", _of(every, _PICTURES), _embedded, pure=False)
    yield Entry(
        "Git LFS pointers",
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n",),
        lambda data: is_pointer(data),
    )


_BOXES = ("mp4", "mov", "m4a", "webm", "mkv", "weba", "avif")
_SOUND = ("wav", "aiff", "flac", "caf", "ogg", "opus", "m4a", "weba", "mp3")
_PICTURES = ("png", "jpg", "webp", "tif", "gif", "avif")


def _of(every: tuple[Sample, ...], extensions: tuple[str, ...]) -> tuple[Sample, ...]:
    return tuple(each for each in every if each.extension in extensions)


def _entry(name: str, chosen: tuple[Sample, ...], read: Any, pure: bool = True) -> Entry:
    seeds = tuple(each.data[:_MOST_BYTES] for each in chosen)
    return Entry(name, seeds, read, _REFUSALS, binary=True, pure=pure)


def _sniff(data: bytes) -> object:
    found = sniff(data)
    if found is not None and FORMATS.get(found.name) is not found:
        raise Misread(f"{found.name} is no format")
    return found.name if found else None


def _tracks(data: bytes) -> object:
    kind, name = containers.has_video_track(data), containers.ebml_doc_type(data)
    cut = containers.iso_media_cut(data)
    boxes = list(containers.top_boxes(data))
    if any(not 0 <= start < end for start, end, _ in boxes):
        raise Misread("a box ends before it begins")
    return kind, name[:8], cut, min(len(boxes), 3)


def _wave(data: bytes) -> object:
    end = riff.sound_end(data)
    wave = riff.read_wave(data)
    if not 0 <= wave.declared_bytes <= len(wave.data) <= len(data):
        raise Misread(f"{wave.declared_bytes} of {len(wave.data)} bytes in {len(data)}")
    if riff.read_wave(wave.canonical).data != wave.data:
        raise Misread("its own header says something else")
    return wave.format_tag, wave.fault is None, wave.streamed, end > len(data)


def _mpeg(data: bytes) -> object:
    mpeg_audio.id3v2_bytes(data)
    mpeg_audio.frame_header(data)
    scan = mpeg_audio.scan_frames(data)
    if scan is None:
        return None
    if not (scan.seconds > 0 and scan.mean_kbps > 0 and scan.frames > 0):
        raise Misread(f"{scan}")
    return scan.layer, scan.cut_off, bool(scan.fronts), scan.checksum_wrong, scan.skipped_bytes > 0


def _ogg(data: bytes) -> object:
    scan = ogg_pages.scan_pages(data)
    if scan.damaged > 2 * max(scan.pages, 1) or any(at >= len(data) for at in scan.streams_at):
        raise Misread(f"{scan}")
    return min(scan.pages, 3), bool(scan.damaged), len(scan.streams_at) > 1, scan.ends


def _stored(data: bytes) -> object:
    return tuple(
        (name, stored_fault(data, name) is None) for name in ("WAV", "AIFF", "FLAC", "CAF")
    )


def _joined(data: bytes) -> object:
    counts = []
    for name in ("WAV", "AIFF", "CAF", "FLAC", "Ogg", "M4A", "WebM audio"):
        found = joined.parts(data, name)
        if not data.endswith(found[-1]) or any(not part for part in found[1:]):
            raise Misread(f"{name}: the parts are not those of the file")
        counts.append(min(len(found), 3))
    return tuple(counts)


def _png(data: bytes) -> object:
    damage = picture_faults.png_damage(data)
    if damage is not None and not 0 <= damage.sound_share <= 1:
        raise Misread(f"a share of {damage.sound_share}")
    return damage and damage.clause[:20]


def _tiff(data: bytes) -> object:
    from PIL import Image

    from qcheck.media.picture_headers import BAD_INPUT

    size = tiff_size(data)
    try:
        with Image.open(io.BytesIO(data)) as image:
            tags = getattr(image, "tag_v2", {})
            damage = picture_faults.tiff_damage(data, tags)
    except (*BAD_INPUT, Image.DecompressionBombError):
        return "Pillow", min(size)
    return damage and damage.clause[:20]


def _embedded(data: bytes) -> object:
    from qcheck.fixes.helpers.metadata import read_embedded, without_places

    file = File("a", data)
    if file.format is None or file.format.medium != "portrait":
        return None
    embedded = read_embedded(file)
    cleaned = without_places(data, file.format.name)
    return file.format.name, cleaned is None, type(embedded).__name__
