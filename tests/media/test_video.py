"""Videos: what is read of them has known truth, and nothing hostile gets through."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_videos import HEIGHT, WIDTH, Picture, made, scene

from qcheck.core.job import Job
from qcheck.core.results import Status
from qcheck.engine.judge import Selected, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.media import video_packets, video_watching
from qcheck.media.containers import has_video_track
from qcheck.media.content import Decoding, Footage, Undecodable, Video
from qcheck.media.file import File
from qcheck.media.frame_pixels import upright_bgr
from qcheck.media.sniff import sniff
from qcheck.media.video import decode_video
from qcheck.media.video_watching import small_frames
from qcheck.probes.evidence import Evidence
from qcheck.probes.video import Cuts

KINDS = [
    ("mp4", "libx264", "MP4", "H.264"),
    ("mov", "libx264", "MOV", "H.264"),
    ("matroska", "libx264", "Matroska", "H.264"),
    ("webm", "libvpx-vp9", "WebM", "VP9"),
    ("avi", "mpeg4", "AVI", "MPEG-4"),
]


def drifting(count: int, seed: int = 1) -> list[Picture]:
    return [np.roll(scene(seed), i, axis=1) for i in range(count)]


def evidence_of(data: bytes, name: str = "a.mp4") -> Evidence:
    return Evidence(File(name, data))


def footage_of(data: bytes) -> Footage:
    return evidence_of(data).get(Footage)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return made(drifting(50), container_options={"movflags": "faststart"}, sound_s=2.0)


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


@pytest.mark.parametrize("container", ["mp4", "mov", "matroska", "webm", "ipod"])
def test_sound_in_the_same_containers_is_no_video(container: str) -> None:
    import io

    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as out:
        stream = out.add_stream("libopus" if container == "webm" else "aac", rate=48_000)
        heard = av.AudioFrame.from_ndarray(np.zeros((2, 48_000), np.float32), "fltp", "stereo")
        heard.sample_rate = 48_000
        for packet in (*stream.encode(heard), *stream.encode(None)):
            out.mux(packet)
    found = sniff(buffer.getvalue())
    assert found is not None
    assert found.medium == "voice"


def test_where_the_index_is_does_not_matter(plain: bytes) -> None:
    at_the_end = made(drifting(50), sound_s=2.0)
    assert at_the_end.index(b"mdat") < at_the_end.index(b"moov")
    assert plain.index(b"moov") < plain.index(b"mdat")
    assert has_video_track(plain) is True
    assert has_video_track(at_the_end) is True
    assert has_video_track(at_the_end[:600]) is None


def test_sound_is_told(plain: bytes) -> None:
    footage = footage_of(plain)
    assert footage.sound_codec == "AAC"
    assert footage.sound_s == pytest.approx(2.0, abs=0.05)


@given(
    rate=st.sampled_from([10.0, 12.0, 24.0, 24000 / 1001, 25.0, 30.0, 30000 / 1001, 50.0]),
    count=st.integers(3, 60),
)
@settings(max_examples=12, deadline=None)
def test_rate_and_length_are_those_of_the_frames(rate: float, count: int) -> None:
    footage = footage_of(made([scene(1, 32, 32)] * count, rate=rate))
    assert footage.frames == count
    assert footage.frames_per_second == pytest.approx(rate, rel=0.01)
    assert footage.seconds == pytest.approx(count / rate, rel=0.01)
    assert footage.uneven_share == 0


def test_uneven_frames_are_told_and_how_many() -> None:
    # Every fourth interval is double: a recorder that drops frames.
    gaps = np.tile([0.04, 0.04, 0.04, 0.08], 10)
    footage = footage_of(made(drifting(41), times_s=[0, *np.cumsum(gaps)]))
    assert footage.uneven_share == pytest.approx(0.25, abs=0.03)


def test_milliseconds_of_matroska_are_no_variation() -> None:
    assert footage_of(made(drifting(60), rate=60, container="matroska")).uneven_share == 0


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_a_turned_video_stands_upright(turn_deg: int) -> None:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = 220
    # FFmpeg counts counter-clockwise.
    video = evidence_of(made([picture] * 10, rotation_deg=-turn_deg)).get(Video)
    sideways = turn_deg in (90, 270)
    size = (video.footage.width_px, video.footage.height_px)
    assert size == ((HEIGHT, WIDTH) if sideways else (WIDTH, HEIGHT))
    assert video.footage.rotation_deg == turn_deg
    shown = upright_bgr(video.samples[0].frame)
    assert shown.shape[:2] == size[::-1]
    corners = {0: (0, 0), 90: (0, -1), 180: (-1, -1), 270: (-1, 0)}
    for turn, corner in corners.items():
        assert (shown[corner].mean() > 150) == (turn == turn_deg)


def test_colours_come_out_right() -> None:
    picture = np.full((720, 1280, 3), (40, 90, 200), np.uint8)
    shown = upright_bgr(evidence_of(made([picture] * 3)).get(Video).samples[0].frame)
    # The encoder wrote BT.601 and said nothing; BT.709 is what players take at 720 lines.
    assert np.abs(shown.mean(axis=(0, 1)) - (40, 90, 200)).max() < 25


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


def test_samples_are_spread_and_bounded(plain: bytes) -> None:
    times = [sample.at_s for sample in evidence_of(plain).get(Video).samples]
    assert len(times) == 8
    assert np.allclose(np.diff(times), 0.25, atol=0.13)
    long = made([scene(1, 32, 32)] * 300, rate=5)
    assert len(evidence_of(long).get(Video).samples) == 12


# ------------------------------------------------------------------ cuts


@given(
    at=st.lists(st.integers(6, 70), min_size=0, max_size=3, unique=True),
    rate=st.sampled_from([25, 30]),
    noise=st.sampled_from([0.0, 4.0]),
)
@settings(max_examples=15, deadline=None)
def test_cuts_are_found_to_the_frame(at: list[int], rate: int, noise: float) -> None:
    # Nobody cuts three times a second.
    cuts = [each for each in at if all(each == other or abs(each - other) >= 8 for other in at)]
    cuts.sort()
    rng = np.random.default_rng(3)
    frames = []
    for i in range(76):
        shot = sum(i >= each for each in cuts)
        picture = np.roll(scene(shot), i // 2, axis=1)
        frames.append(
            np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)
        )
    found = evidence_of(made(frames, rate=rate)).get(Cuts).times_s
    assert len(found) == len(cuts)
    for time_s, frame in zip(found, cuts, strict=True):
        assert time_s == pytest.approx(frame / rate, abs=1.01 / rate)


def head(x: float, size: float = 26.0) -> Picture:
    """Somebody in front of a wall, at ``x``."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    inside = ((columns - x) / size) ** 2 + ((rows - 45) / (1.3 * size)) ** 2
    face = np.clip(1.5 - inside, 0, 1)[..., None]
    return (scene(9) * (1 - face) + np.array([120, 150, 210]) * face).astype(np.uint8)


def test_a_jump_within_a_shot_is_a_cut() -> None:
    frames = [head(70 + 2 * np.sin(i / 8)) for i in range(30)]
    frames += [head(82 + 2 * np.sin(i / 8), 29) for i in range(30)]
    assert evidence_of(made(frames)).get(Cuts).times_s == (pytest.approx(1.2, abs=0.041),)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([head(70 + 3 * np.sin(i / 2)) for i in range(50)], id="a nodding head"),
        pytest.param([head(40 + 1.6 * i) for i in range(50)], id="a walk through the picture"),
        pytest.param([np.roll(scene(2), 5 * i, axis=1) for i in range(50)], id="a pan"),
        pytest.param(
            [np.minimum(head(70) + 90.0 * (i == 25), 255).astype(np.uint8) for i in range(50)],
            id="a flash",
        ),
        pytest.param([(head(70) * min(1, i / 25)).astype(np.uint8) for i in range(50)], id="fade"),
        pytest.param([head(70)] * 50, id="a still"),
    ],
)  # fmt: skip
def test_what_is_no_cut_is_none(frames: list[Picture]) -> None:
    for crf in ("18", "40"):
        data = made(frames, options={"crf": crf, "g": "12"})
        assert evidence_of(data).get(Cuts).times_s == ()


def test_small_frames_leaves_none_out(plain: bytes) -> None:
    times = [at_s for at_s, _ in small_frames(File("a", plain), 0.0, 0.4, 1.2)]
    assert np.allclose(times, np.arange(10, 31) / 25)


@pytest.mark.parametrize("from_s", [1e30, float("inf")])
def test_where_no_seek_leads_there_are_no_frames(plain: bytes, from_s: float) -> None:
    assert list(small_frames(File("a", plain), 0.0, from_s, from_s)) == []


# ------------------------------------------------------------------ hostile


def every_outcome(data: bytes, name: str = "a.mp4", role: str | None = None) -> set[str]:
    """Rules that found something; none may crash."""
    chosen = [Selected(rule, resolve_limits(rule, [])) for rule in load_rules().all]
    report = check_file(Evidence(File(name, data, role=role)), chosen, Job())
    crashed = [o for o in report.outcomes if o.status is Status.CRASHED]
    assert not crashed, crashed[0].trace
    return {finding.rule for finding in report.findings}


def fault_of(data: bytes) -> str:
    return evidence_of(data).get(Decoding).fault or ""


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


def test_a_header_that_lies_about_the_length_is_not_believed(plain: bytes) -> None:
    at = plain.index(b"mvhd") + 4 + 16
    lying = plain[:at] + b"\x7f\xff\xff\xff" + plain[at + 4 :]
    assert footage_of(lying).seconds == pytest.approx(2.0)


def test_frames_that_are_too_large_are_refused_before_they_are_decoded() -> None:
    data = made([np.zeros((2400, 4100, 3), np.uint8)], options={"preset": "ultrafast"})
    assert "4100 x 2400 px" in fault_of(data)


def test_a_header_that_lies_about_the_sides_allocates_nothing() -> None:
    data = made(drifting(5), container="avi", codec="rawvideo", pixel_format="bgr24")
    at = data.index(b"strf") + 8 + 4
    lying = data[:at] + (30_000).to_bytes(4, "little") * 2 + data[at + 8 :]
    assert fault_of(data) == ""
    assert fault_of(lying)


def test_a_slanted_rotation_is_passed_over(plain: bytes) -> None:
    assert footage_of(made(drifting(5), rotation_deg=37)).rotation_deg == 0


def test_too_many_frames_are_told_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made([scene(1, 32, 32)] * 120)
    monkeypatch.setattr(video_packets, "MAX_FRAMES", 50)
    evidence = evidence_of(data)
    assert "far longer than any clip" in (evidence.get(Decoding).fault or "")
    assert evidence.get(Footage).frames == 50


@pytest.mark.parametrize(
    ("limit", "most"), [("MAX_DECODED_PIXELS", 60 * 32 * 32), ("MAX_DECODED_FRAMES", 60)]
)
def test_of_what_is_too_much_to_decode_samples_reach_to_the_end(
    limit: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made([scene(i // 50, 32, 32) for i in range(400)], options={"g": "25"})
    monkeypatch.setattr(video_watching, limit, most)
    evidence = evidence_of(data)
    video = evidence.get(Video)
    assert video.samples[-1].at_s > 12
    assert len(video.times_s) < 70
    cuts = evidence.get(Cuts)
    assert cuts.looked_through_s < 8
    assert cuts.video_s == pytest.approx(16)


def test_frames_that_change_their_size_are_refused() -> None:
    one, other = made(drifting(10), codec="mpeg4", container="avi"), scene(1, 96, 96)
    data = made([other] * 10, codec="mpeg4", container="avi")
    # Two streams behind one header: the second's key frame is larger than the first's said.
    body = data[data.index(b"movi") :]
    assert decode_safely(one[: one.index(b"idx1")] + body)


def decode_safely(data: bytes) -> bool:
    try:
        decode_video(File("a", data, role="video"))
    except Undecodable:
        return True
    return True


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
