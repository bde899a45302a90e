"""What a picture file tells beside its pixels, and how a place is taken out of it.

Places stand in EXIF's GPS directory (EXIF 2.32 4.6.6), in XMP (exif:GPS…, photoshop:City and its
like, Iptc4xmpCore and Iptc4xmpExt locations) and in IPTC-IIM (2:90 to 2:101). A GPS directory is
cut out of EXIF where it stands; XMP and IPTC-IIM packets that name a place go as a whole.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from qcheck.core.probe import probe
from qcheck.media.file import File

__all__ = ["Embedded", "read_embedded", "without_places"]

_GPS_IFD = 0x8825
_XMP_TAG, _IPTC_TAG = 0x02BC, 0x83BB
_PLACE_IN_XMP = re.compile(
    rb"GPSLatitude|GPSLongitude|GPSDestL|GPSAltitude|photoshop:(City|State|Country)|"
    rb"Iptc4xmpCore:(Location|CountryCode)|Iptc4xmpExt:(Location|City|Sublocation|Country|Province)"
)
# IPTC-IIM 4.2, record 2: city, sub-location, province, country code and name.
_PLACE_IN_IPTC = re.compile(rb"\x1c\x02[\x5a\x5c\x5f\x64\x65]")
_XMP_HEADERS = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_PACKET = re.compile("xmp|raw profile")
_BYTES_OF_TYPE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}


@probe("qcheck.fixes.helpers.metadata:read_embedded")
@dataclass(frozen=True)
class Embedded:
    """What stands beside the pixels."""

    places: tuple[str, ...]
    """Where a place is told: ``EXIF (GPS)``, ``XMP``, ``IPTC``."""
    profile: str | None
    """Name of a colour profile that is not sRGB's; None where colours are sRGB."""


def read_embedded(file: File) -> Embedded:
    """Raises nothing: what cannot be read tells nothing."""
    blocks = _Blocks(file.data, file.format.name if file.format else "")
    places = []
    if any(_gps_entry(exif) is not None for exif in blocks.exif):
        places.append("EXIF (GPS)")
    if any(_PLACE_IN_XMP.search(packet) for packet in blocks.xmp):
        places.append("XMP")
    if any(_PLACE_IN_IPTC.search(packet) for packet in blocks.iptc):
        places.append("IPTC")
    return Embedded(tuple(places), _foreign_profile(blocks.profile))


@dataclass
class _Blocks:
    """The metadata of a file as Pillow hands it out."""

    data: bytes = field(repr=False)
    format: str
    exif: list[bytes] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    profile: bytes | None = None

    def __post_init__(self) -> None:
        # Phones append further pictures to a JPEG, each with metadata of its own: all are read.
        if self.format == "JPEG":
            for _, payload in _jpeg_segments(self.data, whole_file=True):
                self._sort_segment(payload)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(self.data)) as image:
                    self._take(image)
        except Exception:
            # Whatever Pillow raises on hostile bytes: they hold nothing that a viewer would find.
            return

    def _sort_segment(self, payload: bytes) -> None:
        if payload.startswith(b"Exif\0"):
            self.exif.append(payload[6:])
        elif payload.startswith(_XMP_HEADERS):
            self.xmp.append(payload)
        elif payload.startswith(b"Photoshop 3.0\0"):
            self.iptc.append(payload)

    def _take(self, image: Image.Image) -> None:
        info: dict[Any, Any] = image.info
        self.profile = info.get("icc_profile")
        if self.format == "TIFF":
            self.exif.append(self.data)
            tags: Any = getattr(image, "tag_v2", {})
            self.xmp += [_as_bytes(tags.get(_XMP_TAG))]
            self.iptc += [_as_bytes(tags.get(_IPTC_TAG))]
            return
        if self.format == "JPEG":
            return
        exif = _as_bytes(info.get("exif"))
        if exif:
            self.exif.append(exif.removeprefix(b"Exif\0\0"))
        self.xmp.append(_as_bytes(info.get("xmp")))
        for name, value in info.items():
            if not isinstance(name, str) or not _PACKET.search(name.lower()):
                continue
            text = _as_bytes(value)
            (self.iptc if "iptc" in name.lower() else self.xmp).append(text)
            if "exif" in name.lower() and (packed := _raw_profile(text)):
                self.exif.append(packed.removeprefix(b"Exif\0\0"))


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, tuple):
        try:
            return bytes(value)
        except (TypeError, ValueError):
            return b""
    return b""


def _raw_profile(text: bytes) -> bytes:
    """ImageMagick's "Raw profile type exif": a name, a length, hexadecimal digits."""
    try:
        return bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return b""


# --- colour -----------------------------------------------------------------------------------


def _foreign_profile(profile: bytes | None) -> str | None:
    """The profile's name where it means other colours than sRGB; None where it cannot be used."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileName(source).strip() or "another colour space"
        grey = source.profile.xcolor_space.strip() == "GRAY"
        if source.profile.xcolor_space.strip() == "CMYK":
            return name
        levels = np.linspace(0, 255, 9).round().astype(np.uint8)
        mode = "L" if grey else "RGB"
        stacked = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(27, 27, 3)
        grid = np.repeat(levels[np.newaxis], 9, axis=0) if grey else stacked
        transform = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )  # fmt: skip
        made = np.asarray(ImageCms.applyTransform(Image.fromarray(grid), transform), np.int16)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    wanted = grid[:, :, np.newaxis] if grey else grid
    # Two levels are below what anybody sees, and what rounding of the tables leaves.
    return name if int(np.abs(made - wanted).max()) > 2 else None


# --- places -----------------------------------------------------------------------------------


def without_places(data: bytes, format_name: str) -> bytes | None:
    """The file without any place, its pixels bit for bit; None where that cannot be done."""
    clean = {"JPEG": _clean_jpeg, "PNG": _clean_png, "WebP": _clean_webp}.get(format_name)
    try:
        return clean(data) if clean else None
    except (struct.error, IndexError, ValueError):
        return None


def _clean_jpeg(data: bytes) -> bytes | None:
    """ITU-T T.81 B.1: segments up to the scan, and the scan up to the picture's end."""
    out = [data[:2]]
    end = 2
    for start, payload in _jpeg_segments(data):
        marker = data[start + 1]
        end = start + 4 + len(payload)
        if marker == 0xE1 and payload.startswith(b"Exif\0"):
            payload = payload[:6] + _without_gps(payload[6:])
        elif _names_place(payload) or (marker == 0xE2 and payload.startswith(b"MPF\0")):
            continue
        out.append(data[start : start + 2] + struct.pack(">H", len(payload) + 2) + payload)
    # What follows the picture, a phone's second picture or video, has metadata of its own.
    finish = _end_of_picture(data, end)
    if finish is None:
        return None
    return b"".join(out) + data[end:finish]


def _names_place(payload: bytes) -> bool:
    if payload.startswith(_XMP_HEADERS):
        # An extension may be cut anywhere, so it goes whether it names a place or not.
        return payload.startswith(_XMP_HEADERS[1]) or bool(_PLACE_IN_XMP.search(payload))
    return payload.startswith(b"Photoshop 3.0\0") and bool(_PLACE_IN_IPTC.search(payload))


def _jpeg_segments(data: bytes, whole_file: bool = False) -> Iterator[tuple[int, bytes]]:
    """Where each segment before a scan starts, and its content; of every picture in the file."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        size = struct.unpack_from(">H", data, at + 2)[0]
        if size < 2 or at + 2 + size > len(data):
            return
        if marker == 0xDA:
            if not whole_file:
                return
            next_picture = data.find(b"\xff\xd8\xff", at + 2 + size)
            if next_picture < 0:
                return
            at = next_picture + 2
            continue
        yield at, data[at + 4 : at + 2 + size]
        at += 2 + size


def _end_of_picture(data: bytes, at: int) -> int | None:
    """Behind the end-of-image marker of the first picture; None where it is missing."""
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            at = data.find(b"\xff", at)
            if at < 0:
                return None
            continue
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
            continue
        if at + 4 > len(data):
            return None
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _clean_png(data: bytes) -> bytes:
    """ISO/IEC 15948 5.3: chunks, each with its own checksum."""
    out, at = [data[:8]], 8
    while at + 12 <= len(data):
        size = struct.unpack_from(">I", data, at)[0]
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size
        if name == b"eXIf":
            body = _without_gps(body)
        elif name in (b"iTXt", b"tEXt", b"zTXt"):
            keyword = body.partition(b"\0")[0].lower()
            # Compressed text is not looked into: a packet of metadata goes.
            if b"xmp" in keyword or keyword.startswith(b"raw profile"):
                continue
        out.append(struct.pack(">I", len(body)) + name + body)
        out.append(struct.pack(">I", zlib.crc32(name + body)))
        if name == b"IEND":
            break
    return b"".join(out)


def _clean_webp(data: bytes) -> bytes:
    """RFC 9649 2.7: RIFF chunks; the flags of the extended header say which are there."""
    chunks, at = [], 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
        if name == b"XMP ":
            continue
        if name == b"EXIF":
            head = body[:6] if body.startswith(b"Exif\0\0") else b""
            body = head + _without_gps(body[len(head) :])
        if name == b"VP8X":
            body = bytes([body[0] & ~0x04]) + body[1:]
        chunks.append(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1))
    inside = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _gps_entry(tiff: bytes) -> tuple[int, str] | None:
    """Where the first directory points to the GPS directory, and the byte order (TIFF 6.0, 2)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 14:
        return None
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for i in range(count):
            at = start + 2 + 12 * i
            if struct.unpack_from(order + "H", tiff, at)[0] == _GPS_IFD:
                return at, order
    except struct.error:
        return None
    return None


def _without_gps(tiff: bytes) -> bytes:
    """The same EXIF, its GPS directory overwritten with zeros and no longer pointed to."""
    found = _gps_entry(tiff)
    if found is None:
        return tiff
    entry, order = found
    out = bytearray(tiff)
    (directory,) = struct.unpack_from(order + "I", tiff, entry + 8)
    if directory + 2 <= len(tiff):
        (count,) = struct.unpack_from(order + "H", tiff, directory)
        for i in range(count):
            at = directory + 2 + 12 * i
            if at + 12 > len(tiff):
                break
            kind, number, offset = struct.unpack_from(order + "2xHII", tiff, at)
            size = _BYTES_OF_TYPE.get(kind, 1) * number
            if size > 4 and offset + size <= len(tiff):
                out[offset : offset + size] = bytes(size)
            out[at : at + 12] = bytes(12)
        out[directory : directory + 2] = bytes(2)
    # The entries behind it, and the pointer to the next directory, move up into its place.
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, start)
    end = start + 2 + 12 * count + 4
    out[entry : end - 12] = tiff[entry + 12 : end]
    out[end - 12 : end] = bytes(12)
    struct.pack_into(order + "H", out, start, count - 1)
    return bytes(out)
