"""What alpha hides of the picture and of a drawn face."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.core.probe import Inapplicable
from qcheck.probes.portrait import Faces, Transparency
from qcheck.probes.transparency import measure_transparency

FACE = synthetic.face(400)


DRAWN = synthetic.drawn(FACE)


SIDE = DRAWN.shape[0]


def transparency_of(alpha: np.ndarray | None, *, with_face: bool = True) -> Transparency:
    faces = Faces((FACE,) if with_face else ())
    return measure_transparency(synthetic.picture(DRAWN, alpha), faces)


def test_shares_of_alpha() -> None:
    alpha = np.full((SIDE, SIDE), 255, np.uint8)
    opaque = transparency_of(alpha)
    assert (opaque.clear_share, opaque.veiled_share, opaque.face_hole_share) == (0, 0, 0)
    alpha[: SIDE // 10] = 0
    alpha[-SIDE // 10 :] = 128
    cut = transparency_of(alpha)
    assert cut.clear_share == pytest.approx(0.1, abs=0.005)
    assert cut.veiled_share == pytest.approx(0.1, abs=0.005)
    assert cut.face_hole_share == 0


def test_a_hole_in_the_face_is_measured_where_there_is_a_face() -> None:
    alpha = np.full((SIDE, SIDE), 255, np.uint8)
    x, y = (int(v) for v in FACE.region.centre_px)
    alpha[y - 30 : y + 30, x - 30 : x + 30] = 0
    assert transparency_of(alpha).face_hole_share == pytest.approx(3600 / 95_000, rel=0.35)
    assert transparency_of(alpha, with_face=False).face_hole_share is None


def test_a_file_without_alpha_has_no_transparency() -> None:
    with pytest.raises(Inapplicable):
        transparency_of(None)
