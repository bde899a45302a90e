"""How many voices take turns: short stretches of speech, compared by who seems to speak.

A speaker encoder turns 1.6 s of speech into 256 numbers that are alike for one person and unlike
for two (Wan and others, "Generalized end-to-end loss for speaker verification", 2018; the weights
are Resemblyzer's). The stretches are parted into the two groups that differ most, and how far they
differ, against how far the stretches of one group do, tells whether there are two people.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.core.probe import Inapplicable
from qcheck.probes.helpers import weights
from qcheck.probes.voice import Heard, Speech, Voiceprints, Voices

__all__ = ["compare", "count_voices", "take_voiceprints"]

Floats = NDArray[np.float32]

# Resemblyzer's front end: 40 mel bands of 25 ms every 10 ms, of speech at −30 dBFS, 1.6 s at once.
_WINDOW, _HOP, _BANDS = 400, 160, 40
_FRAMES = 160
_SPEECH_DBFS = -30.0

# Two groups of two stretches each: less speech shows one voice, or none twice.
_LEAST_STRETCHES = 4
_LEAST_STEP = 40  # 0.4 s between the starts of two stretches: nearer ones tell nothing new
_MOST_STRETCHES = 16  # so a long recording costs no more than a short one
_LEAST_GROUP = 2


def take_voiceprints(heard: Heard, speech: Speech) -> Voiceprints:
    """What the speaker encoder makes of stretches of 1.6 s of speech, spread over the recording.

    Raises Inapplicable where there is too little speech for two people to take turns in.
    """
    rate = Heard.RATE_HZ
    pieces, times = [], []
    for span in speech.spans:
        first, last = round(span.start_s * rate), round(span.end_s * rate)
        piece = heard.samples[first:last]
        pieces.append(piece)
        times.append(np.arange(first, first + len(piece), _HOP) / rate)
    samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    frames = 1 + (len(samples) - _WINDOW) // _HOP
    room = frames - _FRAMES
    if room < (_LEAST_STRETCHES - 1) * _LEAST_STEP:
        raise Inapplicable("less than 3 s of speech do not tell one voice from two")
    mel = _mel(samples.astype(np.float32))
    count = min(_MOST_STRETCHES, 1 + room // _LEAST_STEP)
    starts = np.linspace(0, room, count).astype(int)
    time_s = np.concatenate(times)
    middles = np.minimum(starts + _FRAMES // 2, len(time_s) - 1)
    stretches = np.stack([mel[start : start + _FRAMES] for start in starts])
    for stretch, start in zip(stretches, starts, strict=True):
        heard_here = samples[start * _HOP : (start + _FRAMES) * _HOP]
        power = float(np.mean(np.square(heard_here, dtype=np.float64)))
        stretch *= np.float32(10 ** (_SPEECH_DBFS / 10) / max(power, 1e-12))
    return Voiceprints(_encode(stretches), time_s[middles])


def count_voices(prints: Voiceprints, speech: Speech) -> Voices:
    """One voice, or two that take turns."""
    features, groups = compare(prints.vectors)
    fitted = weights.arrays_of("speakers")
    logit = float((features - fitted["mean"]) / fitted["scale"] @ fitted["slope"] + fitted["zero"])
    likelihood = float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
    rarer = groups == (np.count_nonzero(groups) * 2 <= len(groups))
    second = _stretches(prints.middles_s, rarer) if likelihood >= 0.5 else ()
    return Voices(likelihood, second, speech.speech_s)


def compare(vectors: Floats) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Part ``vectors`` (n, 256) into the two groups that differ most.

    Returns what tells two people from one, and which group each vector is in. Two-means, started
    at every moment at which the second voice may set in.
    """
    best, parted = -np.inf, np.zeros(len(vectors), bool)
    found = np.zeros(5)
    for start in range(_LEAST_GROUP, len(vectors) - _LEAST_GROUP + 1):
        groups = np.arange(len(vectors)) >= start
        for _ in range(5):
            one, other = vectors[~groups].mean(0), vectors[groups].mean(0)
            nearer = ((vectors - other) ** 2).sum(1) < ((vectors - one) ** 2).sum(1)
            size = np.count_nonzero(nearer)
            if min(size, len(vectors) - size) < _LEAST_GROUP or (nearer == groups).all():
                break
            groups = nearer
        one, other = vectors[~groups].mean(0), vectors[groups].mean(0)
        share = np.count_nonzero(groups) / len(groups)
        apart = float(((one - other) ** 2).sum())
        between = share * (1 - share) * apart
        if between > best:
            spread = ((vectors - np.where(groups[:, None], other, one)) ** 2).sum(1).mean()
            changes = np.count_nonzero(groups[1:] != groups[:-1])
            alike = float(one @ other / np.sqrt((one @ one) * (other @ other) + 1e-12))
            found = np.array(
                [
                    alike,
                    np.log(apart / (spread + 1e-6) + 1e-6),
                    np.log(min(share, 1 - share) * len(groups)),
                    np.log(len(groups)),
                    changes / len(groups),
                ]
            )
            best, parted = between, groups
    return found, parted


def _stretches(middles_s: NDArray[np.float64], chosen: NDArray[np.bool_]) -> tuple[Span, ...]:
    """Runs of chosen stretches, each reaching half-way to its neighbours."""
    edges = np.concatenate([middles_s[:1], (middles_s[1:] + middles_s[:-1]) / 2, middles_s[-1:]])
    runs = [
        (is_chosen, [index for index, _ in run])
        for is_chosen, run in groupby(enumerate(chosen), lambda pair: bool(pair[1]))
    ]
    return tuple(
        Span(float(edges[run[0]]), float(edges[run[-1] + 1]))
        for is_chosen, run in runs
        if is_chosen
    )


def _mel(samples: Floats) -> Floats:
    """(frames, bands) power in librosa's mel bands."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    spectra = np.fft.rfft(windows * _hann())
    power = np.square(spectra.real) + np.square(spectra.imag)
    return np.asarray(power.astype(np.float32) @ _mel_filters())


@cache
def _hann() -> Floats:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def _mel_filters() -> Floats:
    """(201, 40): librosa's bands, on Slaney's mel scale and each of unit area.

    Stored beside the encoder, which was trained on them; ``fixtures/make/voiceprint.py`` says why.
    """
    return np.ascontiguousarray(weights.arrays_of("voiceprint")["mel_bands"].T)


def _encode(stretches: Floats) -> Floats:
    """(n, frames, 40) to unit vectors (n, 256): three LSTM layers and a projection."""
    network = _network()
    signal = np.ascontiguousarray(stretches.transpose(1, 0, 2))
    frames, count, _ = signal.shape
    state = np.zeros((count, 256), np.float32)
    for layer in range(3):
        driven = signal.reshape(frames * count, -1) @ network[f"input_{layer}"]
        driven = driven.reshape(frames, count, -1) + network[f"bias_{layer}"]
        recurrent = _in_blocks(network[f"recurrent_{layer}"])
        state, cell = np.zeros_like(state), np.zeros_like(state)
        signal = np.empty((frames, count, 256), np.float32)
        for frame in range(frames):
            gates = np.matmul(state, recurrent).transpose(1, 0, 2).reshape(count, -1)
            gates += driven[frame]
            # Torch's order: input, forget, cell, output; a sigmoid is a shifted tanh.
            gates[:, :512] *= 0.5
            gates[:, 768:] *= 0.5
            np.tanh(gates, out=gates)
            gates[:, :512] = gates[:, :512] * 0.5 + 0.5
            gates[:, 768:] = gates[:, 768:] * 0.5 + 0.5
            cell = gates[:, 256:512] * cell + gates[:, :256] * gates[:, 512:768]
            state = gates[:, 768:] * np.tanh(cell)
            signal[frame] = state
    out = np.maximum(state @ network["projection"] + network["bias_projection"], 0)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))


# A product of fewer than some 260,000 multiplications (OpenBLAS, interface/gemm.c) is not shared
# among threads, which wait for each other longer than they work: 480 such steps took 1.6 s of CPU
# in one piece on two busy cores, and take 0.15 s in blocks.
_BLOCK_COLUMNS = 64


def _in_blocks(matrix: Floats) -> Floats:
    """(rows, columns) as (blocks, rows, columns of a block)."""
    blocks = matrix.reshape(len(matrix), -1, _BLOCK_COLUMNS).transpose(1, 0, 2)
    return np.ascontiguousarray(blocks)


_SCALED_TOGETHER = 32  # weights of a row, in fixtures/make/voiceprint.py


@cache
def _network() -> dict[str, Floats]:
    """The encoder's matrices, ready to multiply from the right: it is not fitted on any corpus."""
    stored = weights.arrays_of("voiceprint")
    network: dict[str, Floats] = {}
    for name, matrix in stored.items():
        if name.startswith("bias"):
            network[name] = matrix
        elif not name.startswith(("scale", "mel")):
            scale = stored[f"scale_{name}"]
            fine = np.repeat(scale, _SCALED_TOGETHER, axis=1)[:, : matrix.shape[1]]
            network[name] = np.ascontiguousarray((matrix * fine).T)
    return network
