"""Pictures reduced to what the app takes."""

from __future__ import annotations

from pathlib import Path

from repairs import checked, done, found, mended, picture_of

from qcheck.engine.options import Options


def test_a_picture_over_the_apps_limits_is_mended_for_it(fixtures: Path) -> None:
    options = Options(isolated=True, app="omnihuman-1-5", select=("file-limits",))
    path = fixtures / "defects" / "file-limits.jpg"
    assert found(checked(path, options)) == {"file-limits"}
    after, made = mended(path, options)
    assert (done(made), found(after)) == (["reduce", "encode"], set())
    assert max(picture_of(made.data).shape) == 4096
    assert mended(path, Options(isolated=True, select=("file-limits",)))[1].deeds == ()
