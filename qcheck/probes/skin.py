"""The face at native scale, and its skin sampled in mirrored pairs."""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.probes.helpers.colour_spaces import linear
from qcheck.probes.helpers.face_mesh import skin_pairs
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Face, FaceCrop, Skin

__all__ = ["crop_face", "sample_skin"]

# Skin is judged at one scale whatever the camera's: pores average out, cast shadows do not.
_REDUCED_SIDE_PX = 256
_MARGIN = 0.1

# Fewer pairs in the picture than this and the halves are not comparable.
_LEAST_SEEN_SHARE = 0.5


def crop_face(picture: Picture, face: Face) -> FaceCrop:
    """Cut the face region and a tenth around it, without resampling."""
    box, margin = face.region, _MARGIN * face.region.side_px
    left, top = max(0, int(box.left_px - margin)), max(0, int(box.top_px - margin))
    right = min(picture.width_px, int(box.right_px + margin) + 1)
    bottom = min(picture.height_px, int(box.bottom_px + margin) + 1)
    if right - left < 16 or bottom - top < 16:
        raise Unmeasurable("too little of the face is in the picture")
    bgr = picture.bgr[top:bottom, left:right]
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    return FaceCrop(
        bgr=bgr,
        luma=luma,
        landmarks_px=(face.landmarks_px[:, :2] - [left, top]).astype(np.float32),
        left_px=left,
        top_px=top,
        face_side_px=face.region.side_px,
    )


def sample_skin(crop: FaceCrop) -> Skin:
    """Linear light, and clipped pixels, at the centroids of the mesh's skin triangles."""
    pairs = skin_pairs()
    height, width = crop.luma.shape
    # Clipping is seen before much is averaged, light after: twice the reduced scale first.
    scale = min(1.0, 2 * _REDUCED_SIDE_PX / crop.face_side_px)
    half = shrink(crop.bgr, scale)
    blue, green, red = cv2.split(half)
    middle = cv2.max(cv2.min(blue, green), cv2.min(cv2.max(blue, green), red))
    brightest = cv2.max(cv2.max(blue, green), red)
    blown = (middle >= _BLOWN_LEVEL).astype(np.uint8)
    crushed = (brightest <= _CRUSHED_LEVEL).astype(np.uint8)
    rest = min(1.0, _REDUCED_SIDE_PX / (crop.face_side_px * scale))
    blur = max(min(float(_REDUCED_SIDE_PX), crop.face_side_px) / 128, 0.5)
    light = cv2.GaussianBlur(linear(shrink(half, rest)), (0, 0), blur)
    clipped = cv2.GaussianBlur(
        shrink(np.dstack([blown, crushed]).astype(np.float32), rest), (0, 0), blur
    )
    to_reduced = np.array([light.shape[1] / width, light.shape[0] / height])
    sampled = []
    for half_of_face in ("left", "right"):
        centroids = crop.landmarks_px[pairs[half_of_face]].mean(axis=1)
        seen = ((centroids >= 0) & (centroids < [width, height])).all(axis=1)
        at = (centroids * to_reduced).astype(np.float32)
        values = [
            cv2.remap(
                plane, at[:, :1], at[:, 1:], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            for plane in (light, clipped)
        ]
        sampled.append((np.concatenate([v.reshape(len(at), -1) for v in values], axis=1), seen))
    (left, left_seen), (right, right_seen) = sampled
    both = left_seen & right_seen
    if both.mean() < _LEAST_SEEN_SHARE:
        raise Unmeasurable("half of the face is outside the picture")
    return Skin(
        linear_bgr=np.stack([left[both, :3], right[both, :3]]),
        blown=np.stack([left[both, 3], right[both, 3]]),
        crushed=np.stack([left[both, 4], right[both, 4]]),
        area_cm2=pairs["area_cm2"][both],
        facing=pairs["facing"][both],
        pair=np.flatnonzero(both),
    )


# A channel within two levels of full scale has lost its gradation (sensor clipping, then JPEG).
# Warm light clips the red of sound skin; with the second channel its modelling goes.
_BLOWN_LEVEL = 253
# Below, sRGB's linear toe is under a thousandth of full light.
_CRUSHED_LEVEL = 3
