"""Pictures, with Pillow: every common format, upright, as 8-bit BGR and alpha."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from qcheck.media.decode import Decoding, Undecodable
from qcheck.media.file import File
from qcheck.probes.portrait import Picture

__all__ = ["decode_picture"]

_EXIF_ORIENTATION = 0x0112


def decode_picture(file: File) -> Decoding:
    """Decode the first frame. Raises :class:`Undecodable` where there is none to be had."""
    try:
        image: Image.Image = Image.open(io.BytesIO(file.data))
        orientation = int(image.getexif().get(_EXIF_ORIENTATION, 1))
        frames = int(getattr(image, "n_frames", 1))
        mode = image.mode
        upright = ImageOps.exif_transpose(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Undecodable(f"it does not decode: {error}") from error
    rgba = np.asarray(upright.convert("RGBA"))
    has_alpha = "A" in mode or "transparency" in image.info
    return Decoding(
        Picture(
            bgr=np.ascontiguousarray(rgba[:, :, 2::-1]),
            alpha=np.ascontiguousarray(rgba[:, :, 3]) if has_alpha else None,
            format=str(file.format.name) if file.format else "",
            stored_mode=mode,
            bits_per_channel=16 if mode.startswith("I") else 8,
            exif_orientation=orientation,
            frames=frames,
        )
    )
