"""Makers: each makes the defect that it says, by as much as it says."""

from __future__ import annotations

import inspect
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile
from PIL import Image

from qcheck.media.content import Picture, Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Face
from qcheck.probes.voice import DcOffset, Loudness, Pauses
from tools.accuracy.makers import (
    MAKERS,
    Made,
    detail,
    faces,
    files,
    framing,
    light,
    makes,
    pose,
    sound,
    voices,
)
from tools.accuracy.measuring import load_makers

RATE_HZ = 48_000


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    path = Path(__file__).resolve().parents[3] / "fixtures" / "portrait.png"
    return np.asarray(cv2.resize(cv2.imread(str(path)), (800, 800), interpolation=cv2.INTER_AREA))


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    path = Path(__file__).resolve().parents[3] / "fixtures" / "voice.wav"
    return np.asarray(soundfile.read(path, dtype="float32")[0])


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def evidence(made: Made) -> Evidence:
    return Evidence(File(f"made{made.suffix}", made.data))


def test_every_maker_takes_the_content_of_its_medium_and_a_generator() -> None:
    load_makers()
    first = {"portrait": ["picture", "rng"], "voice": ["samples", "rate_hz", "rng"]}
    assert len(MAKERS) > 40
    for name, (medium, function) in MAKERS.items():
        taken = list(inspect.signature(function).parameters)
        assert taken[: len(first[medium])] == first[medium], name


def test_two_makers_of_one_name_are_refused() -> None:
    def exposed() -> Made:
        raise AssertionError

    with pytest.raises(ValueError, match="two makers are called exposed"):
        makes("portrait")(exposed)


def test_a_face_is_framed_where_it_was_asked_to_be(portrait: np.ndarray) -> None:
    made = framing.framed(portrait, rng(), offset_share=0.15)
    found = evidence(made)
    face, picture = found.get(Face), found.get(Picture)
    off = face.region.centre_px[0] / picture.width_px - 0.5
    assert off == pytest.approx(float(made.truth["offset"]), abs=0.02)
    assert abs(off) == pytest.approx(0.15, abs=0.02)


def test_a_picture_stored_turned_is_upright_for_who_heeds_exif(portrait: np.ndarray) -> None:
    made = framing.stored_turned(portrait[:, :600], rng(), 6)
    with Image.open(io.BytesIO(made.data)) as stored:
        assert stored.size == (800, 600)
        assert stored.getexif()[0x0112] == 6


def test_a_rolled_head_is_rolled_by_so_much(portrait: np.ndarray) -> None:
    face = evidence(pose.rolled(portrait, rng(), 15.0)).get(Face)
    (x1, y1), (x2, y2) = face.right_eye_px, face.left_eye_px
    assert abs(np.degrees(np.arctan2(y2 - y1, x2 - x1))) == pytest.approx(15, abs=3)


def test_narrowed_lids_hide_more_the_less_is_left_and_leave_the_rest(portrait: np.ndarray) -> None:
    seen = Evidence(File("bare.png", cv2.imencode(".png", portrait)[1].tobytes())).get(Face)
    x, y = (round(float(value)) for value in seen.landmarks_px[468, :2])
    eye = np.s_[y - 12 : y + 13, x - 8 : x + 9]
    changes = []
    for left in (0.7, 0.3):
        data = np.frombuffer(faces.with_narrowed_lids(portrait, rng(), left=left).data, np.uint8)
        change = np.abs(cv2.imdecode(data, cv2.IMREAD_COLOR).astype(int) - portrait)
        changes.append(change[eye].mean())
        assert change[int(seen.landmarks_px[1, 1]) :].max() == 0
    assert changes[1] > 1.3 * changes[0] > 0


def test_a_stop_less_is_half_the_light(portrait: np.ndarray) -> None:
    made = evidence(light.exposed(portrait, rng(), -1.0)).get(Picture).bgr

    def linear(bgr: np.ndarray) -> float:
        return float(np.mean((bgr / 255.0) ** 2.2))

    assert linear(made) / linear(portrait) == pytest.approx(0.5, abs=0.12)


def test_blur_and_jpeg_take_detail_away_and_grain_adds_some(portrait: np.ndarray) -> None:
    def sharpness(made: Made) -> float:
        return float(cv2.Laplacian(evidence(made).get(Picture).bgr, cv2.CV_64F).var())

    as_it_is = float(cv2.Laplacian(portrait, cv2.CV_64F).var())
    assert sharpness(detail.out_of_focus(portrait, rng(), 0.03)) < as_it_is / 2
    assert sharpness(detail.grained(portrait, rng(), 8.0)) > as_it_is * 2
    saved = detail.compressed(portrait, rng(), 40, then_png=False)
    assert evidence(saved).get(Picture).jpeg_quality == 40
    assert saved.truth == {"quality": 40.0}


def test_a_voice_is_as_loud_as_asked(voice: np.ndarray) -> None:
    made = files.at_loudness(voice, RATE_HZ, rng(), -33.0)
    assert evidence(made).get(Loudness).integrated_lufs == pytest.approx(-33, abs=0.2)


def test_an_offset_is_as_large_as_asked(voice: np.ndarray) -> None:
    made = files.with_offset(voice, RATE_HZ, rng(), 0.04)
    assert evidence(made).get(DcOffset).offset_share == pytest.approx(0.04, abs=0.002)


def test_a_pause_is_as_long_as_asked(voice: np.ndarray) -> None:
    def longest_s(seconds: float) -> float:
        made = files.with_pause(voice, RATE_HZ, rng(), seconds)
        return max(span.end_s - span.start_s for span in evidence(made).get(Pauses).inside)

    assert longest_s(3.0) >= 3
    assert longest_s(5.0) - longest_s(3.0) == pytest.approx(2, abs=0.1)


def test_a_clipped_wave_is_flat_where_it_was_cut(voice: np.ndarray) -> None:
    made = sound.clipped(voice, RATE_HZ, rng(), share=0.01)
    samples = evidence(made).get(Recording).samples[:, 0]
    top = np.abs(samples) >= np.abs(samples).max() - 1e-3
    assert top.mean() > 10 * (np.abs(voice) >= np.abs(voice).max() - 1e-3).mean()


def test_a_hum_has_its_level_and_its_pitch() -> None:
    quiet = np.zeros(4 * RATE_HZ, np.float32)
    made = sound.humming(quiet, RATE_HZ, rng(), mains_hz=60.0, dbfs=-40.0)
    samples = evidence(made).get(Recording).samples[:, 0].astype(float)
    assert 10 * np.log10(np.square(samples).mean()) == pytest.approx(-40, abs=0.2)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * RATE_HZ / len(samples) == pytest.approx(60, abs=1)


def read(made: Made) -> np.ndarray:
    return np.asarray(soundfile.read(io.BytesIO(made.data), dtype="float64")[0])


def test_a_gate_leaves_exact_zeros_and_the_words(voice: np.ndarray) -> None:
    gated = read(voices.gated(voice, RATE_HZ, rng(), hiss_dbfs=-40.0))
    assert 0.05 < np.mean(gated == 0.0) < 0.5
    assert np.corrcoef(gated, voice)[0, 1] > 0.9


def test_noise_swells_by_as_much_as_asked(voice: np.ndarray) -> None:
    corpus = Path("unused")
    quiet = voice * 1e-4
    made = read(voices.with_wavering_noise(quiet, RATE_HZ, rng(), corpus, below_db=-20.0))
    second = [10 * np.log10(np.mean(np.square(part))) for part in np.array_split(made, 16)]
    assert max(second[7], second[8]) - second[0] == pytest.approx(26.0, abs=3.0)


def test_a_telephone_has_nothing_above_its_band(voice: np.ndarray) -> None:
    made = read(voices.telephoned(voice, RATE_HZ, rng(), below_db=40.0, stored_hz=48_000))
    power = np.square(np.abs(np.fft.rfft(made)))
    hz = np.fft.rfftfreq(len(made), 1 / 48_000)
    assert power[hz > 4_200].sum() < 1e-4 * power.sum()


def test_one_word_fills_the_share_that_was_asked(voice: np.ndarray) -> None:
    made = read(voices.hardly_spoken(voice, RATE_HZ, rng(), share=0.01))
    loud = np.square(made[: len(made) // 480 * 480].reshape(-1, 480)).mean(axis=1) > 1e-5
    assert 0.004 < loud.mean() < 0.013


def test_the_same_seed_makes_the_same_file(voice: np.ndarray, portrait: np.ndarray) -> None:
    assert detail.grained(portrait, rng(), 4.0) == detail.grained(portrait, rng(), 4.0)
    once, again = (files.noise_alone(voice, RATE_HZ, rng(), -50.0) for _ in range(2))
    assert once == again
