"""Material that several tests of decoders look at."""

from __future__ import annotations

import pytest
from made_videos import drifting, made


@pytest.fixture(scope="module")
def plain() -> bytes:
    return made(drifting(50), container_options={"movflags": "faststart"}, sound_s=2.0)
