"""Small files of every format and of many kinds of each, to be damaged by the thousand.

A picture of 96 x 128 px and half a second of voice decode in a millisecond or two, and go through
the same code as large ones.
"""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tools.attack.mutations import Mutated
from tools.attack.transcodes import PORTRAIT, VOICE, Transcode, transcodes

__all__ = ["Sample", "samples"]

SIZE_PX = (96, 128)
SOUND_S = (1.0, 1.5)
"""What is cut out of the voice: from and to."""
# Formats whose checksums cover more than what `transcodes` calls their pixels or sound: all of it.
_PROVEN_FROM = {"PNG": 8, "PNG as it came": 8}


@dataclass(frozen=True)
class Sample:
    """One small file."""

    name: str
    extension: str
    data: bytes = field(repr=False)
    proven_from: int | None = None
    """From which byte on the format's own checksums can prove any damage; None: nowhere."""
    proven_to: int | None = None
    """And up to which; None: to the end."""

    def proves(self, mutant: Mutated) -> bool:
        """Whether what was changed lies where the format's checksums reach."""
        if self.proven_from is None or mutant.first_changed < self.proven_from:
            return False
        if self.proven_to is None:
            return mutant.first_changed < len(self.data)
        return mutant.last_changed is not None and mutant.last_changed <= self.proven_to

    @property
    def file_name(self) -> str:
        return f"sample.{self.extension}"


@cache
def samples() -> tuple[Sample, ...]:
    """Every sample; those that this machine's libraries cannot write are left out."""
    with tempfile.TemporaryDirectory() as folder:
        portrait, voice = _small_originals(Path(folder))
        made = [_of_transcode(each) for each in transcodes(portrait, voice)]
        # The original is the portrait that is called "PNG", once more.
        made = [each for each in made if each.name != "PNG as it came"]
        made += _more_pictures(portrait)
        made += _more_sound(voice)
        made += _videos(portrait, voice)
    return tuple(made)


def _small_originals(folder: Path) -> tuple[Path, Path]:
    import soundfile
    from PIL import Image

    with Image.open(PORTRAIT) as opened:
        image = opened.convert("RGB").resize(SIZE_PX)
    image.save(folder / "portrait.png")
    sound, rate_hz = soundfile.read(VOICE, dtype="float32")
    part = sound[int(SOUND_S[0] * rate_hz) : int(SOUND_S[1] * rate_hz)]
    soundfile.write(folder / "voice.wav", part, rate_hz, subtype="PCM_16")
    return folder / "portrait.png", folder / "voice.wav"


def _of_transcode(transcode: Transcode) -> Sample:
    proven: tuple[int, int | None] | tuple[None, None] = (None, None)
    if transcode.proves_all:
        proven = _PROVEN_FROM.get(transcode.name, transcode.payload_from), None
        if transcode.extension == "tif":
            proven = _strips(transcode.data)
        if b"Lavf" in transcode.data[:400] and transcode.extension == "mp3":
            # FFmpeg's checksum of the index itself is of other bytes; that of the sound is right.
            proven = transcode.data.index(b"\xff\xfb", transcode.data.index(b"Info")), None
    return Sample(transcode.name, transcode.extension, transcode.data, *proven)


def _strips(data: bytes) -> tuple[int, int]:
    """Where a TIFF's pixels begin and end: its directory has no checksum."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        tags = getattr(image, "tag_v2", {})
        offsets, sizes = tags[273], tags[279]
        return min(offsets), max(at + size for at, size in zip(offsets, sizes, strict=True))


def _more_pictures(portrait: Path) -> Iterator[Sample]:
    import cv2
    import numpy as np
    from PIL import Image, ImageCms

    with Image.open(portrait) as opened:
        image = opened.convert("RGB")
    alpha = image.convert("RGBA")
    alpha.putalpha(image.convert("L"))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "A portrait"
    deep = np.asarray(image).astype(np.uint16)[:, :, ::-1] * 257

    def made(fmt: str, source: Any = image, **options: Any) -> bytes:
        buffer = io.BytesIO()
        source.save(buffer, fmt, **options)
        return buffer.getvalue()

    def by_opencv(extension: str, values: Any) -> bytes:
        done, encoded = cv2.imencode(extension, values)
        assert done
        return bytes(encoded)

    def moving(fmt: str) -> bytes:
        # New images each time: they remember how they were saved last, and the next format trips
        # over that.
        first, *others = (image.rotate(angle) for angle in (0, 10, 20))
        return made(fmt, first, save_all=True, append_images=others)

    described = {"icc_profile": profile, "exif": exif.tobytes()}
    yield Sample("PNG, 16 bit", "png", by_opencv(".png", deep), 8)
    yield Sample("PNG, transparent", "png", made("PNG", alpha), 8)
    yield Sample("PNG, palette", "png", made("PNG", image.quantize(64), transparency=3), 8)
    yield Sample("PNG, one bit", "png", made("PNG", image.convert("1")), 8)
    yield Sample("PNG, profile and EXIF", "png", made("PNG", **described), 8)
    yield Sample("PNG, animated", "png", moving("PNG"), 8)
    yield Sample("JPEG, profile and EXIF", "jpg", made("JPEG", **described))
    yield Sample("JPEG, CMYK", "jpg", made("JPEG", image.convert("CMYK")))
    yield Sample("JPEG, grey", "jpg", made("JPEG", image.convert("L")))
    yield Sample("JPEG, restart markers", "jpg", made("JPEG", restart_marker_blocks=4))
    yield Sample("MPO", "jpg", moving("MPO"))
    yield Sample("WebP, transparent", "webp", made("WEBP", alpha, **described))
    yield Sample("WebP, animated", "webp", moving("WEBP"))
    yield Sample("GIF, animated", "gif", moving("GIF"))
    yield Sample("AVIF, transparent", "avif", made("AVIF", alpha, **described))
    yield Sample("AVIF, animated", "avif", moving("AVIF"))
    yield Sample("TIFF, pages", "tif", moving("TIFF"))
    yield Sample("TIFF, 16 bit", "tif", by_opencv(".tiff", deep))
    yield Sample("TIFF, float", "tif", by_opencv(".tiff", deep.astype(np.float32) / 65535))
    yield Sample("TIFF, JPEG", "tif", made("TIFF", compression="jpeg"))
    yield Sample("TIFF, PackBits", "tif", made("TIFF", compression="packbits"))
    yield Sample("TIFF, fax", "tif", made("TIFF", image.convert("1"), compression="group4"))
    yield Sample("TIFF, Lab", "tif", made("TIFF", Image.new("LAB", SIZE_PX, (120, 130, 140))))
    yield Sample("BMP, palette", "bmp", made("BMP", image.quantize(16)))
    yield Sample("PPM", "ppm", made("PPM"))
    yield Sample("PGM", "pgm", made("PPM", image.convert("L")))
    yield Sample("PBM", "pbm", made("PPM", image.convert("1")))


def _more_sound(voice: Path) -> Iterator[Sample]:
    import numpy as np
    import soundfile

    sound, rate_hz = soundfile.read(voice, dtype="float32", always_2d=True)
    many = np.repeat(sound, 6, axis=1)
    at_8_khz = sound[::6]

    def stored(container: str, subtype: str, samples: Any = sound, rate: int = rate_hz) -> bytes:
        buffer = io.BytesIO()
        soundfile.write(buffer, samples, rate, format=container, subtype=subtype)
        return buffer.getvalue()

    wav = stored("WAV", "PCM_16")
    flac, ogg = stored("FLAC", "PCM_16"), stored("OGG", "VORBIS")
    mp3 = stored("MP3", "MPEG_LAYER_III")
    yield Sample("WAV, 24 bit", "wav", stored("WAV", "PCM_24"))
    yield Sample("WAV, 8 bit", "wav", stored("WAV", "PCM_U8"))
    yield Sample("WAV, float", "wav", stored("WAV", "FLOAT"))
    yield Sample("WAV, double", "wav", stored("WAV", "DOUBLE"))
    yield Sample("WAV, six channels", "wav", stored("WAVEX", "PCM_16", many))
    yield Sample("WAV, A-law", "wav", stored("WAV", "ALAW", at_8_khz, 8000))
    yield Sample("WAV, ADPCM", "wav", stored("WAV", "IMA_ADPCM"))
    yield Sample("WAV, GSM", "wav", stored("WAV", "GSM610", at_8_khz, 8000))
    yield Sample("WAV, MP3 within", "wav", _mp3_in_wave(mp3, rate_hz))
    yield Sample("WAV, unfinished header", "wav", wav[:40] + b"\xff" * 4 + wav[44:])
    yield Sample("WAV, joined", "wav", wav + wav)
    yield Sample("RF64", "wav", stored("RF64", "PCM_16"))
    yield Sample("AIFF, 24 bit", "aiff", stored("AIFF", "PCM_24"))
    yield Sample("AIFF, float", "aiff", stored("AIFF", "FLOAT"))
    yield Sample("CAF", "caf", stored("CAF", "PCM_16"))
    yield Sample("CAF, ALAC", "caf", stored("CAF", "ALAC_16"))
    yield Sample("FLAC, 24 bit", "flac", stored("FLAC", "PCM_24"), _flac_sound(flac))
    yield Sample("FLAC, joined", "flac", flac + flac)
    yield Sample("Ogg, joined", "ogg", ogg + ogg)
    yield Sample("Ogg FLAC", "ogg", _muxed(sound, rate_hz, "ogg", "flac", "s16"))
    yield Sample("Ogg Opus, stereo", "opus", stored("OGG", "OPUS", np.repeat(sound, 2, axis=1)))
    yield Sample("MP3, joined", "mp3", mp3 + mp3)
    yield Sample("AAC", "aac", _muxed(sound, rate_hz, "adts", "aac", "fltp"))
    yield Sample("M4A, ALAC", "m4a", _muxed(sound, rate_hz, "ipod", "alac", "s16p"))
    yield Sample("WebM audio", "weba", _muxed(sound, rate_hz, "webm", "libopus", "s16"))


def _flac_sound(flac: bytes) -> int:
    return flac.index(b"\xff\xf8") + 2


def _mp3_in_wave(mp3: bytes, rate_hz: int) -> bytes:
    # RFC 2361 A.35: MPEGLAYER3WAVEFORMAT.
    fmt = struct.pack("<HHIIHHHHIHHH", 0x55, 1, rate_hz, 16_000, 1, 0, 12, 1, 2, 1152, 1, 1393)
    chunks = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", len(mp3)) + mp3 + b"\0" * (len(mp3) & 1)
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def _muxed(sound: Any, rate_hz: int, container: str, codec: str, layout_format: str) -> bytes:
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        stream: Any = media.add_stream(codec, rate=rate_hz, layout="mono")
        resampler = av.AudioResampler(layout_format, "mono", rate_hz)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts = rate_hz, 0
        for piece in resampler.resample(frame):
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    return buffer.getvalue()


_VIDEOS = (
    ("MP4", "mp4", "mp4", "libx264", "aac"),
    ("MP4, H.265", "mp4", "mp4", "libx265", "aac"),
    ("MOV", "mov", "mov", "libx264", "aac"),
    ("MOV, Motion JPEG", "mov", "mov", "mjpeg", "pcm_s16le"),
    ("WebM", "webm", "webm", "libvpx-vp9", "libopus"),
    ("WebM, VP8", "webm", "webm", "libvpx", "libopus"),
    ("Matroska", "mkv", "matroska", "libx264", "aac"),
    ("AVI", "avi", "avi", "mpeg4", "libmp3lame"),
)
_VIDEO_FRAMES = 12
_VIDEO_FPS = 24


def _videos(portrait: Path, voice: Path) -> Iterator[Sample]:
    import soundfile
    from PIL import Image

    with Image.open(portrait) as opened:
        image = opened.convert("RGB")
    sound, rate_hz = soundfile.read(voice, dtype="float32", always_2d=True)
    for name, extension, container, codec, sound_codec in _VIDEOS:
        made = _video(image, sound, rate_hz, container, codec, sound_codec)
        yield Sample(name, extension, made)


def _video(
    image: Any, sound: Any, rate_hz: int, container: str, codec: str, sound_codec: str
) -> bytes:
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        video: Any = media.add_stream(codec, rate=_VIDEO_FPS)
        video.width, video.height = image.size
        video.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if codec == "libx265":
            video.options = {"x265-params": "log-level=none"}
        heard: Any = media.add_stream(sound_codec, rate=rate_hz, layout="mono")
        for number in range(_VIDEO_FRAMES):
            moved = image.rotate(3 * number)
            media.mux(video.encode(av.VideoFrame.from_ndarray(np.asarray(moved), format="rgb24")))
        media.mux(video.encode(None))
        resampler = av.AudioResampler(
            heard.codec_context.format, "mono", rate_hz, heard.codec_context.frame_size or None
        )
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts = rate_hz, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(heard.encode(piece))
        media.mux(heard.encode(None))
    return buffer.getvalue()
