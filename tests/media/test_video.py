"""Videos: what is read of them has known truth, and nothing hostile gets through."""

from __future__ import annotations

import io
import random
from pathlib import Path

import av
import av.logging
import pytest
from made_videos import HEIGHT, WIDTH, drifting, evidence_of, footage_of, made

from qcheck.core.job import Job
from qcheck.core.results import Status
from qcheck.engine.judge import Selected, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.media.content import Decoding, Footage
from qcheck.media.file import File
from qcheck.media.sniff import sniff
from qcheck.probes.evidence import Evidence
from qcheck.probes.video import Cuts

KINDS = [
    ("mp4", "libx264", "MP4", "H.264"),
    ("mov", "libx264", "MOV", "H.264"),
    ("matroska", "libx264", "Matroska", "H.264"),
    ("webm", "libvpx-vp9", "WebM", "VP9"),
    ("avi", "mpeg4", "AVI", "MPEG-4"),
]


# ------------------------------------------------------------------ what it is


@pytest.mark.parametrize(("container", "codec", "shown", "shown_codec"), KINDS)
def test_a_video_is_known_by_its_content_and_measured(
    container: str, codec: str, shown: str, shown_codec: str
) -> None:
    data = made(drifting(40), rate=20, container=container, codec=codec)
    found = sniff(data)
    assert found is not None
    assert (found.name, found.medium) == (shown, "video")
    footage = footage_of(data)
    assert (footage.container, footage.codec) == (shown, shown_codec)
    assert (footage.width_px, footage.height_px) == (WIDTH, HEIGHT)
    assert footage.frames == 40
    assert footage.seconds == pytest.approx(2.0, abs=0.051)
    assert footage.frames_per_second == pytest.approx(20, rel=0.03)
    assert footage.uneven_share == 0
    assert footage.sound_codec is None
    assert evidence_of(data).get(Decoding).fault is None


def test_ten_bits_and_hdr_are_told() -> None:
    def graded(stream: object) -> None:
        stream.codec_context.color_trc = 16

    data = made(
        drifting(6), codec="libx265", pixel_format="yuv420p10le", change=graded,
        options={"x265-params": "log-level=none:transfer=smpte2084"},
    )  # fmt: skip
    footage = footage_of(data)
    assert footage.bits_per_channel == 10
    assert footage.high_dynamic_range


# ------------------------------------------------------------------ hostile


def every_outcome(data: bytes, name: str = "a.mp4", role: str | None = None) -> set[str]:
    """Rules that found something; none may crash."""
    chosen = [Selected(rule, resolve_limits(rule, [])) for rule in load_rules().all]
    report = check_file(Evidence(File(name, data, role=role)), chosen, Job())
    crashed = [o for o in report.outcomes if o.status is Status.CRASHED]
    assert not crashed, crashed[0].trace
    return {finding.rule for finding in report.findings}


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.8, 0.97])
@pytest.mark.parametrize(("container", "codec", "shown", "_"), KINDS)
def test_a_video_that_breaks_off_is_refused_or_told(
    container: str, codec: str, shown: str, _: str, share: float
) -> None:
    options = {"movflags": "faststart"} if container in ("mp4", "mov") else None
    data = made(drifting(60), container=container, codec=codec, container_options=options)
    cut = data[: int(len(data) * share)]
    if len(cut) > 40 and (container != "matroska" or share < 0.97):
        assert "readable" in every_outcome(cut, role="video")


@pytest.mark.parametrize(("container", "codec", "shown", "_"), KINDS)
def test_no_broken_video_crashes_or_hangs(
    container: str, codec: str, shown: str, _: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Faces are looked for in whatever picture comes out; other tests see to that.
    data = made(
        drifting(25), container=container, codec=codec, sound_s=0.5 if codec != "mpeg4" else 0
    )
    choose = random.Random(container)
    for flips in (1, 4, 16, 64) * 6:
        copy = bytearray(data)
        for _i in range(flips):
            copy[choose.randrange(8, len(copy))] ^= 1 << choose.randrange(8)
        decoded(bytes(copy))
    for _i in range(24):
        copy = bytearray(data)
        at = choose.randrange(4, len(copy) - 4)
        copy[at : at + 4] = choose.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"moov"])
        decoded(bytes(copy))
    decoded(data + data)
    decoded(data[:16] + choose.randbytes(len(data)))


def decoded(data: bytes) -> None:
    """Content, or words for a person; nothing else."""
    file = File("a", data, role="video")
    if file.format is None or file.format.medium != "video":
        return
    evidence = Evidence(file)
    decoding = evidence.get(Decoding)
    assert decoding.content is not None or decoding.fault
    if decoding.content is not None:
        evidence.get(Footage)
        evidence.get(Cuts)


@pytest.mark.parametrize("data", [b"", b"\0", b"hello", b"\0\0\0\x18ftypisom", b"RIFF\0\0\0\0AVI "])
def test_what_is_no_video_is_one_finding(data: bytes) -> None:
    assert every_outcome(data, role="video") == {"readable"}


def test_another_thing_in_its_place_is_named(fixtures: Path, plain: bytes) -> None:
    picture = (fixtures / "defects" / "headroom.jpg").read_bytes()
    fault = Evidence(File("a.mp4", picture, role="video")).get(Decoding).fault
    assert fault == "a video is wanted here, and it is JPEG"
    fault = Evidence(File("a.jpg", plain, role="portrait")).get(Decoding).fault
    assert fault == "a portrait is wanted here, and it is MP4"


def test_a_wrong_extension_is_a_warning(plain: bytes) -> None:
    webm = made(drifting(10), container="webm", codec="libvpx-vp9")
    assert "readable" in every_outcome(webm, "talk.mp4")
    assert "readable" not in every_outcome(webm, "talk.webm")


def test_no_file_is_left_open(plain: bytes, tmp_path: Path) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("there is no /proc here")
    decoded(plain)
    before = len(list(descriptors.iterdir()))
    for share in (0.3, 0.6, 0.9, 1.0):
        decoded(plain[: int(share * len(plain))])
    assert len(list(descriptors.iterdir())) == before


def test_a_playlist_opens_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(made(drifting(5)))
    playlist = f"ffconcat version 1.0\nfile '{secret}'\n".encode()
    assert Evidence(File("a.mp4", playlist, role="video")).get(Decoding).content is None


# ------------------------------------------------- what a decoder says, and goes on


@pytest.mark.parametrize(("container", "codec"), [("matroska", "libx264"), ("webm", "libvpx-vp9")])
def test_no_fault_that_ffmpeg_finds_is_lost(container: str, codec: str) -> None:
    """A short clip that lost its end is within what edit lists may shift a length by."""
    sound = made(drifting(10), rate=20, container=container, codec=codec)
    assert Evidence(File("a", sound)).get(Decoding).fault is None
    chance = random.Random(3)
    for _ in range(20):
        at = chance.randrange(len(sound) // 2, len(sound) - 40)
        fault = Evidence(File("a", sound[:at])).get(Decoding).fault
        assert fault is not None, at


def what_decoders_say(data: bytes) -> bool:
    """Whether anything is said of any frame, or of the sound, when all are decoded."""
    level = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as said, av.open(io.BytesIO(data)) as media:
            for stream in media.streams:
                stream.codec_context.thread_count = 1
            for packet in media.demux():
                packet.decode()
    except av.error.FFmpegError:
        return True
    finally:
        av.logging.set_level(level)
    return bool(said)


def test_damage_in_frames_that_are_not_looked_at_and_in_the_sound_is_reported() -> None:
    """Frames that no other is made from are half of this video, and no rule looks at them."""
    data = made(drifting(30), options={"bf": "2", "g": "30"}, sound_s=1.2)
    assert Evidence(File("a.mp4", data)).get(Decoding).fault is None
    begins, chance, heard = data.index(b"mdat") + 4, random.Random(7), 0
    for _ in range(60):
        damaged = bytearray(data)
        at = chance.randrange(begins, len(data))
        damaged[at : at + 3] = chance.randbytes(3)
        if what_decoders_say(bytes(damaged)):
            heard += 1
            assert Evidence(File("a.mp4", bytes(damaged))).get(Decoding).fault is not None
    assert heard > 10


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [("mp4", "libx264", {"bf": "2", "g": "30"}), ("avi", "mpeg4", {}), ("webm", "libvpx-vp9", {})],
)
def test_a_damaged_video_is_told_in_the_same_words_every_time(
    container: str, codec: str, options: dict[str, str]
) -> None:
    """With threads of their own, decoders do not always say the same."""
    sound = made(drifting(30), container=container, codec=codec, options=options)
    chance = random.Random(7)
    for _ in range(5):
        data = bytearray(sound)
        for _ in range(3):
            data[chance.randrange(len(data) // 2, len(data))] ^= 0xFF
        told = {Evidence(File("a", bytes(data))).get(Decoding).fault for _ in range(6)}
        assert len(told) == 1
