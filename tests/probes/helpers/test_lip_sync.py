"""Apps that move lips, and apps that only join or write on videos."""

from __future__ import annotations

import pytest

from qcheck.core.job import Job
from qcheck.core.probe import Inapplicable
from qcheck.probes.helpers.lip_sync import check_lips_move
from qcheck.targets.catalogue import all_targets


def moves_lips(app: str | None) -> bool:
    try:
        check_lips_move(Job(app=app))
    except Inapplicable:
        return False
    return True


@pytest.mark.parametrize("app", [None, "some/app", "infsh/latentsync-1-6", "omnihuman-1-5"])
def test_whoever_may_move_lips_needs_a_face(app: str | None) -> None:
    assert moves_lips(app)


@pytest.mark.parametrize("app", ["infsh/media-merger", "infsh/caption-videos"])
def test_who_joins_or_writes_on_videos_needs_none(app: str) -> None:
    assert not moves_lips(app)


def test_every_app_that_takes_a_voice_moves_lips() -> None:
    voiced = [target.app for target in all_targets() if "voice" in target.takes]
    assert voiced
    assert all(moves_lips(app) for app in voiced)
