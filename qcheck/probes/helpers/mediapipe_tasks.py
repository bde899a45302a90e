"""MediaPipe's vision tasks, loaded once a process and without what they drag in.

``import mediapipe`` brings matplotlib and sounddevice along, which its vision tasks never use and
which cost two thirds of its import time (1.5 s against 0.5 s in one run). They are kept out while
it is imported.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import types
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.core.native_chatter import quiet_natives
from qcheck.models import locate as models

__all__ = ["face_landmarker", "hand_landmarker", "person_segmenter", "pose_landmarker", "run_task"]

_UNUSED = ("matplotlib", "matplotlib.pyplot", "sounddevice")

# Hands at a face are half hidden, and the detector is less sure of them than of waving ones.
_UNSURE = 0.15


@contextlib.contextmanager
def _kept_out(names: tuple[str, ...]) -> Iterator[None]:
    """Stand empty modules in for ``names`` where they are not loaded, and take them away after."""
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        sys.modules[name] = types.ModuleType(name)
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


@cache
def _vision() -> Any:
    with _kept_out(_UNUSED):
        from mediapipe.tasks.python import vision
    return vision


def _base_options(model: str) -> Any:
    from mediapipe.tasks.python.core.base_options import BaseOptions

    return BaseOptions(model_asset_path=str(models.require(model)))


def _created(task: Any, options: Any) -> Any:
    """The task, closed before the interpreter takes down what its destructor needs.

    Closing hands the work to a thread pool, which refuses it from ``atexit`` on with a traceback;
    ``threading`` keeps the earlier list that the pool itself is on.
    """
    with quiet_natives():
        created = task.create_from_options(options)
    threading._register_atexit(created.close)  # type: ignore[attr-defined] # not in typeshed
    return created


def run_task(task: Any, rgb: NDArray[np.uint8]) -> Any:
    """What ``task`` makes of a (height, width, 3) sRGB picture."""
    import mediapipe as mp

    image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
    look = task.segment if hasattr(task, "segment") else task.detect
    with quiet_natives():
        return look(image)


@cache
def face_landmarker(threshold: float = 0.5) -> Any:
    """478 landmarks, 52 blendshapes and the transformation matrix of up to eight faces.

    ``threshold`` is the confidence, 0 to 1, from which the detector's word is taken; whatever it
    is, the landmark model has to agree that what it sees is a face.
    """
    vision = _vision()
    options = vision.FaceLandmarkerOptions(
        base_options=_base_options("face_landmarker"),
        num_faces=8,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
        min_face_detection_confidence=threshold,
    )
    return _created(vision.FaceLandmarker, options)


@cache
def hand_landmarker() -> Any:
    """21 landmarks of each of up to four hands, unsure ones as well: whoever asks must choose."""
    vision = _vision()
    options = vision.HandLandmarkerOptions(
        base_options=_base_options("hand_landmarker"),
        num_hands=4,
        min_hand_detection_confidence=_UNSURE,
        min_hand_presence_confidence=_UNSURE,
    )
    return _created(vision.HandLandmarker, options)


@cache
def pose_landmarker() -> Any:
    """33 body landmarks of up to four people."""
    vision = _vision()
    options = vision.PoseLandmarkerOptions(
        base_options=_base_options("pose_landmarker_full"), num_poses=4
    )
    return _created(vision.PoseLandmarker, options)


@cache
def person_segmenter() -> Any:
    """One confidence mask: person."""
    vision = _vision()
    options = vision.ImageSegmenterOptions(
        base_options=_base_options("selfie_segmenter"), output_confidence_masks=True
    )
    return _created(vision.ImageSegmenter, options)
