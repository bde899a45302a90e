"""A model of seven bytes in the place of one of Google's."""

from __future__ import annotations

import dataclasses
import hashlib

from qcheck.models.locate import MODELS

CONTENT = b"a model"
MODEL = dataclasses.replace(
    MODELS["selfie_segmenter"],
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size_bytes=len(CONTENT),
    carriers=(("somebodys_models", "inside/selfie_segmenter.tflite"),),
)
