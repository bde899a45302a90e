"""What a file is, from its first bytes; extensions are never believed.

Signatures are those of the formats' own specifications: PNG (ISO/IEC 15948 5.2), JPEG (T.81 B.1.1),
GIF89a, TIFF 6.0, BMP, Netpbm (pbm(5), pgm(5), ppm(5)), RIFF (WebP container, WAVE, RF64 of EBU Tech
3306, AVI), ISO base media and QuickTime (ISO/IEC 14496-12 4.3, 8.4.3), Ogg (RFC 3533), FLAC (RFC
9639), MPEG audio (ISO/IEC 11172-3 2.4.2.3), ADTS (ISO/IEC 13818-7), Matroska and WebM (RFC 8794,
RFC 9559), AIFF, CAF. A container that may hold sound or a video is looked into for its tracks.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from qcheck.core.bounded_reading import open_regular
from qcheck.core.bounds import Bounds
from qcheck.media.containers import ebml_doc_type, has_video_track
from qcheck.media.mpeg_audio import frame_header, id3v2_bytes

__all__ = [
    "FORMATS",
    "HEAD_BYTES",
    "Format",
    "format_of_file",
    "has_media_extension",
    "sniff",
]

HEAD_BYTES = 4096
"""Enough of a file to recognise it, but for the tracks of a container."""

_MOST_BYTES = Bounds().file_bytes


@dataclass(frozen=True)
class Format:
    """A file format: its usual name, what it holds, and the extensions that do not lie."""

    name: str
    medium: str
    extensions: tuple[str, ...]


FORMATS = {
    f.name: f
    for f in (
        Format("PNG", "portrait", ("png", "apng")),
        Format("JPEG", "portrait", ("jpg", "jpeg", "jpe", "jfif", "mpo")),
        Format("WebP", "portrait", ("webp",)),
        Format("AVIF", "portrait", ("avif", "avifs")),
        Format("HEIC", "portrait", ("heic", "heif", "hif")),
        Format("TIFF", "portrait", ("tif", "tiff")),
        Format("BMP", "portrait", ("bmp", "dib")),
        Format("GIF", "portrait", ("gif",)),
        Format("PNM", "portrait", ("pnm", "pgm", "ppm", "pbm")),
        Format("WAV", "voice", ("wav", "wave", "bwf", "rf64")),
        Format("MP3", "voice", ("mp3",)),
        Format("FLAC", "voice", ("flac",)),
        Format("Ogg", "voice", ("ogg", "oga", "opus", "spx")),
        Format("M4A", "voice", ("m4a", "m4b", "mp4", "aac", "3gp")),
        Format("AAC", "voice", ("aac",)),
        Format("AIFF", "voice", ("aif", "aiff", "aifc")),
        Format("CAF", "voice", ("caf",)),
        Format("WebM audio", "voice", ("weba", "webm", "mka", "mkv")),
        Format("MP4", "video", ("mp4", "m4v", "3gp", "3g2")),
        Format("MOV", "video", ("mov", "qt")),
        Format("WebM", "video", ("webm",)),
        Format("Matroska", "video", ("mkv", "mk3d")),
        Format("AVI", "video", ("avi",)),
        Format("WebVTT", "captions", ("vtt",)),
        Format("SRT", "captions", ("srt",)),
        Format("caption segments", "captions", ("json",)),
        Format("script", "script", ("txt", "md", "script")),
    )
}

# Whether such a container is a video or sound alone, its tracks tell.
_TRACKS_TELL = {"MP4", "MOV", "M4A", "WebM", "WebM audio", "Matroska"}

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"fLaC", "FLAC"),
    (b"OggS", "Ogg"),
    (b"caff", "CAF"),
)
# Two letters are no signature: width and height must follow, after white space and comments.
_NETPBM = re.compile(rb"P[1-6](?:\s|#[^\r\n]*[\r\n])+\d{1,10}(?:\s|#[^\r\n]*[\r\n])+\d{1,10}\s")
_NETPBM_HEADER_BYTES = 4096

_EBML = b"\x1aE\xdf\xa3"
_RIFF_FORMS = {b"WAVE": "WAV", b"WEBP": "WebP", b"AVI ": "AVI"}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Brands of sound alone, whatever tracks there are: audio books carry chapter pictures as a video.
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}
# Sound or a video, as registered at mp4ra.org; other brands are raw photographs and the like.
_MOVIE_BRANDS = {
    *(b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"iso8", b"mp41", b"mp42", b"dash", b"avc1"),
    *(b"hvc1", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"M4V ", b"F4V ", b"MSNV", b"XAVC", b"qt  "),
}
# QuickTime from before brands starts with one of its own boxes.
_QUICKTIME_BOXES = {b"moov", b"mdat", b"wide", b"pnot"}


def sniff(data: bytes) -> Format | None:
    """Return the format of ``data``, or None where no signature fits."""
    name = _sniff_name(data)
    return FORMATS[name] if name else None


# What a name promises: of these nothing else goes by the same end, as it does by .json and .txt.
_PROMISING = frozenset(
    extension
    for known in FORMATS.values()
    if known.medium in ("portrait", "voice", "video", "captions")
    for extension in known.extensions
    if extension != "json"
)


def has_media_extension(name: str) -> bool:
    """Whether a name promises a picture, a recording, a video or captions."""
    return PurePath(name).suffix.lower().removeprefix(".") in _PROMISING


def format_of_file(path: Path) -> Format | None:
    """Return the format of a file's content, of which no more is read than that takes.

    Of a container that may hold a video, all of it: its tracks often stand at its end. Raises
    OSError where the file cannot be read.
    """
    with open_regular(path) as file:
        head = file.read(HEAD_BYTES)
        found = sniff(head)
        if found is not None and found.name in _TRACKS_TELL:
            most = min(os.fstat(file.fileno()).st_size, _MOST_BYTES)
            found = sniff(head + file.read(max(0, most - len(head))))
    return found


def _sniff_name(data: bytes) -> str | None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return _RIFF_FORMS.get(data[8:12])
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if data[:4] == _EBML:
        if has_video_track(data) is False:
            return "WebM audio"
        return "WebM" if ebml_doc_type(data) == b"webm" else "Matroska"
    if data[4:8] == b"ftyp":
        return _sniff_iso_media(data)
    if data[4:8] in _QUICKTIME_BOXES and data[:1] == b"\0":
        return "M4A" if has_video_track(data) is False else "MOV"
    if data[:2] == b"BM" and len(data) >= 26 and data[14:18] in _BMP_HEADER_SIZES:
        return "BMP"
    if data[:1] == b"P" and _NETPBM.match(data[:_NETPBM_HEADER_BYTES]):
        return "PNM"
    start = id3v2_bytes(data)
    if start:
        # A tag may be padded beyond what it claims; nothing but MP3 and AAC is tagged in front.
        return _sniff_mpeg_audio(data, start) or _sniff_name(data[start : start + 256]) or "MP3"
    return _sniff_mpeg_audio(data, 0) or _sniff_text(data[:_TEXT_BYTES])


_TEXT_BYTES = 4096
_SRT = re.compile(rb"\s*\d+[ \t]*\r?\n[^\n]{0,80}-->|\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->")
_SEGMENTS = re.compile(rb'\s*(?:\{\s*"segments"\s*:\s*)?\[\s*\{[^{}]*"(?:start|end)"\s*:')
# The tags that the voice model reads; nothing else is written so.
_SCRIPT = re.compile(rb"\[S[12]\]")


def _sniff_text(data: bytes) -> str | None:
    """Written inputs of a job, by what only they have."""
    if b"\0" in data:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.startswith(b"WEBVTT"):
        return "WebVTT"
    if _SRT.match(data):
        return "SRT"
    if _SEGMENTS.match(data):
        return "caption segments"
    return "script" if _SCRIPT.search(data) else None


_BMP_HEADER_SIZES = {n.to_bytes(4, "little") for n in (12, 16, 40, 52, 56, 64, 108, 124)}


def _sniff_iso_media(data: bytes) -> str | None:
    box_bytes = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, min(box_bytes, 256), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        return "HEIC"
    if data[8:12] in _AUDIO_BRANDS:
        return "M4A"
    if not brands & (_MOVIE_BRANDS | _AUDIO_BRANDS):
        return None
    if has_video_track(data) is False:
        return "M4A"
    return "MOV" if data[8:12] == b"qt  " else "MP4"


def _sniff_mpeg_audio(data: bytes, at: int) -> str | None:
    """MP3 or AAC where two frames stand in a row, or one fills the file: eleven bits alone lie."""
    if header := frame_header(data, at):
        after = at + header.size_bytes
        following = frame_header(data, after)
        if len(data) <= after + 4 or (following and following.continues(header)):
            return "MP3"
    if (size := _adts_bytes(data, at)) and (
        len(data) <= at + size + 7 or _adts_bytes(data, at + size)
    ):
        return "AAC"
    return None


def _adts_bytes(data: bytes, at: int) -> int:
    """Bytes of the ADTS frame at ``at``, 0 where there is none (ISO/IEC 13818-7 6.2)."""
    if at + 2 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return 0
    if at + 7 > len(data):
        return 7  # a header, cut
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return size if size >= 7 else 0
