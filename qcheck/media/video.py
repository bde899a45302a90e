"""Videos, with FFmpeg (PyAV): what is in the container, and as many frames as rules need.

Three passes. The first reads packets (:mod:`~qcheck.media.video_packets`). The second decodes
(:mod:`~qcheck.media.video_watching`), with bounds on frames and pixels, and leaves out frames that
no other one is made from, which is half of what there is to look at in most videos. The third
decodes those too, and the sound, and looks at nothing: damage in them is damage. All of it is read
from memory; no descriptor is ever open.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.containers import iso_media_cut
from qcheck.media.content import Decoding, Footage, Sample, Undecodable, Video
from qcheck.media.ffmpeg import DEMUXERS, complaint, overheard
from qcheck.media.file import File
from qcheck.media.frame_pixels import SMALL, reduced, turned_deg
from qcheck.media.video_packets import Packets, demuxed, opened, read_packets
from qcheck.media.video_watching import (
    DAMAGED_FRAMES,
    Watcher,
    damage_in_the_rest,
    sample_times,
    sought,
    thinned,
)

__all__ = ["decode_video"]

# Of the usual interval: rounding to milliseconds, as Matroska does, moves a frame by 3 % at 60 a
# second; a frame shown twice or left out by 100 %.
_UNEVEN = 0.25

# FFmpeg's names to the usual ones.
_CODECS = {
    "h264": "H.264", "hevc": "H.265", "vp8": "VP8", "vp9": "VP9", "libdav1d": "AV1", "av1": "AV1",
    "libaom-av1": "AV1", "mpeg4": "MPEG-4", "mpeg2video": "MPEG-2", "mpeg1video": "MPEG-1",
    "mjpeg": "Motion JPEG", "prores": "ProRes", "dnxhd": "DNxHD", "libvpx": "VP8",
    "libvpx-vp9": "VP9", "h263": "H.263", "msmpeg4v3": "MPEG-4", "msmpeg4v2": "MPEG-4",
    "wmv2": "WMV", "wmv1": "WMV", "vc1": "VC-1", "theora": "Theora", "rawvideo": "uncompressed",
    "qtrle": "QuickTime Animation", "cinepak": "Cinepak", "svq3": "Sorenson", "dvvideo": "DV",
    "ffv1": "FFV1", "huffyuv": "HuffYUV",
}  # fmt: skip
# ITU-T H.273 table 3: transfer characteristics of SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG).
_HDR_TRANSFERS = (16, 18)


def decode_video(file: File) -> Decoding:
    """Decode what rules need. Raises :class:`Undecodable`, in one clause, where nothing can."""
    assert file.format is not None
    name = file.format.name
    try:
        with overheard() as said:
            packets = read_packets(file, name)
            container = complaint(said, packets.other_codecs)
            # Beside each other: FFmpeg leaves Python to others while it decodes.
            with ThreadPoolExecutor(1) as beside:
                rest = beside.submit(damage_in_the_rest, file)
                decoding = _decode(file, name, packets)
                damage = decoding.fault or container or rest.result()
    except MemoryError as error:
        raise Undecodable("it needs more memory than there is") from error
    if damage is None and complaint(said, packets.other_codecs):
        # What was said first depends on which of the two was faster.
        damage = DAMAGED_FRAMES
    return replace(decoding, fault=damage)


def _decode(file: File, name: str, packets: Packets) -> Decoding:
    start_s = float(packets.times_s[0])
    wanted = sample_times(packets.seconds)
    small: list[NDArray[np.uint8]] = []
    times: list[float] = []
    samples: list[Sample] = []
    with opened(file.data, name) as (media, stream):
        stream.codec_context.skip_frame = "NONREF"
        watcher = Watcher(stream, start_s)
        broke = False
        for packet in demuxed(media, stream):
            if packet is None:
                broke = True
                break
            for at_s, frame in watcher.take(packet):
                small.append(reduced(frame))
                times.append(at_s)
                if len(samples) < len(wanted) and at_s >= wanted[len(samples)]:
                    samples.append(Sample(at_s, frame))
                    if watcher.decoded == 1:
                        wanted = thinned(wanted, frame)
            if watcher.had_enough:
                break
        if watcher.first is None:
            raise Undecodable("it holds no frame that can be read")
        first, codec = watcher.first, stream.codec_context
        looked_through_s = max(times, default=0.0)
        if not watcher.had_enough:
            looked_through_s = packets.seconds
        elif len(samples) < len(wanted):
            samples += sought(media, stream, wanted[len(samples) :], start_s)
        footage = _footage(file, name, packets, first, codec)
    order = np.argsort(times, kind="stable")
    video = Video(
        footage=footage,
        samples=tuple(samples) or (Sample(0.0, first),),
        luma=np.stack(small)[order] if small else np.empty((0, *SMALL[::-1]), np.uint8),
        times_s=np.array(times)[order],
        looked_through_s=looked_through_s,
        start_s=start_s,
    )
    return Decoding(video, _fault(file, name, packets, watcher, broke))


def _footage(file: File, name: str, packets: Packets, first: Any, codec: Any) -> Footage:
    times_s = packets.times_s
    gaps = np.diff(times_s)
    gaps = gaps[gaps > 0]
    usual = float(np.median(gaps)) if gaps.size else 0.0
    rotation_deg = turned_deg(first)
    width, height = first.width, first.height
    if rotation_deg in (90, 270):
        width, height = height, width
    return Footage(
        container=name,
        codec=_CODECS.get(codec.name, codec.name.upper()),
        pixel_format=str(first.format.name),
        bits_per_channel=int(first.format.components[0].bits),
        high_dynamic_range=int(first.color_trc) in _HDR_TRANSFERS,
        interlaced=bool(first.interlaced_frame),
        size_bytes=file.size_bytes,
        width_px=int(width),
        height_px=int(height),
        rotation_deg=rotation_deg,
        frames=len(times_s),
        seconds=packets.seconds,
        frames_per_second=len(times_s) / packets.seconds if packets.seconds > 0 else 0.0,
        uneven_share=float(np.mean(np.abs(gaps - usual) > _UNEVEN * usual)) if gaps.size else 0.0,
        sound_codec=packets.sound_codec,
        sound_s=packets.sound_s,
    )


def _fault(file: File, name: str, packets: Packets, watcher: Watcher, broke: bool) -> str | None:
    """What is wrong with it as a clause; None where it is whole."""
    if packets.full:
        return (
            f"it is far longer than any clip: only its first {packets.seconds / 60:.0f} minutes "
            "were read"
        )
    longest_s = max(packets.seconds, packets.sound_s)
    # Edit lists and priming shift the two by a few frames; a cut file loses far more.
    if longest_s < packets.claimed_s - max(0.5, 0.02 * packets.claimed_s):
        return (
            f"it breaks off after {longest_s:.2f} s of the {packets.claimed_s:.2f} s that its "
            "header claims"
        )
    if DEMUXERS[name] == "mov" and iso_media_cut(file.data):
        return "it breaks off: its end is missing"
    if watcher.damaged:
        return DAMAGED_FRAMES
    if packets.broke or broke:
        return f"it is damaged after {packets.seconds:.2f} s"
    return None
