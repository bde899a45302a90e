"""What a file is, from its first bytes; extensions are never believed.

Signatures are those of the formats' own specifications: PNG (ISO/IEC 15948 5.2), JPEG (T.81 B.1.1),
GIF89a, TIFF 6.0, BMP, RIFF (WebP container, WAVE, RF64 of EBU Tech 3306), ISO base media (ISO/IEC
14496-12 4.3), Ogg (RFC 3533), FLAC (RFC 9639), MPEG audio (ISO/IEC 11172-3 2.4.2.3), ADTS (ISO/IEC
13818-7), Matroska (RFC 8794), AIFF, CAF.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FORMATS", "Format", "sniff"]


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
        Format("JPEG", "portrait", ("jpg", "jpeg", "jpe", "jfif")),
        Format("WebP", "portrait", ("webp",)),
        Format("AVIF", "portrait", ("avif", "avifs")),
        Format("HEIC", "portrait", ("heic", "heif")),
        Format("TIFF", "portrait", ("tif", "tiff")),
        Format("BMP", "portrait", ("bmp", "dib")),
        Format("GIF", "portrait", ("gif",)),
        Format("WAV", "voice", ("wav", "wave", "bwf", "rf64")),
        Format("MP3", "voice", ("mp3",)),
        Format("FLAC", "voice", ("flac",)),
        Format("Ogg", "voice", ("ogg", "oga", "opus", "spx")),
        Format("M4A", "voice", ("m4a", "m4b", "mp4", "aac", "3gp")),
        Format("AAC", "voice", ("aac",)),
        Format("AIFF", "voice", ("aif", "aiff", "aifc")),
        Format("CAF", "voice", ("caf",)),
        Format("WebM", "voice", ("webm", "weba", "mka", "mkv")),
    )
}

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
    (b"\x1aE\xdf\xa3", "WebM"),
)
_RIFF_FORMS = {b"WAVE": "WAV", b"WEBP": "WebP"}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"dash"}


def sniff(data: bytes) -> Format | None:
    """Return the format of ``data``, or None where no signature fits."""
    name = _sniff_name(data)
    return FORMATS[name] if name else None


def _sniff_name(data: bytes) -> str | None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return _RIFF_FORMS.get(data[8:12])
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if data[4:8] == b"ftyp":
        return _sniff_iso_media(data)
    if data[:2] == b"BM" and len(data) >= 26 and data[14:18] in _BMP_HEADER_SIZES:
        return "BMP"
    if data[:3] == b"ID3":
        tagged = data[_id3_size(data) :][:64]
        return "MP3" if tagged[:3] == b"ID3" else _sniff_name(tagged) or "MP3"
    if len(data) >= 4 and data[0] == 0xFF:
        return _sniff_mpeg_audio(data)
    return None


_BMP_HEADER_SIZES = {n.to_bytes(4, "little") for n in (12, 16, 40, 52, 56, 64, 108, 124)}


def _sniff_iso_media(data: bytes) -> str | None:
    box_bytes = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, min(box_bytes, 256), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        return "HEIC"
    return "M4A" if brands & _AUDIO_BRANDS else None


def _id3_size(data: bytes) -> int:
    """Bytes of the ID3v2 tag (id3v2.4.0-structure 3.1: four synchsafe bytes, 10 of header)."""
    synchsafe = data[6:10].ljust(4, b"\0")
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(synchsafe, (21, 14, 7, 0), strict=False))


def _sniff_mpeg_audio(data: bytes) -> str | None:
    if data[1] & 0xF6 == 0xF0:
        return "AAC"
    layer, bit_rate, rate = data[1] >> 1 & 3, data[2] >> 4, data[2] >> 2 & 3
    if data[1] & 0xE0 == 0xE0 and layer and bit_rate != 15 and rate != 3:
        return "MP3"
    return None
