"""What every test may ask for.

The tests of ``qcheck/ROOM/NAME.py`` are in ``tests/ROOM/test_NAME.py``. What several of them use is
no test: it lies in ``helpers`` and is imported by its own name. A rule's cases are data, in
``cases/RULE.toml``, which ``test_rule_cases.py`` runs.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Hundreds of tests start qcheck as a shell does: it must not be compiled anew for each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The labelled corpus beside the repository; without it the test is skipped."""
    path = ROOT.parent / "shared" / "corpus"
    if not path.is_dir():
        pytest.skip("the labelled corpus ../shared/corpus is not here")
    return path


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "fixtures"


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The colours, models and decisions of whoever runs the tests must not decide them."""
    # What a test puts in a rule's or a probe's place is seen in this process only, so files are
    # checked here. Processes that tests start do as a user's do: this variable means nothing there.
    monkeypatch.setattr("qcheck.engine.workers.IN_PROCESS", "PYTEST_CURRENT_TEST")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "user-data"))
    for name in (
        "NO_COLOR",
        "FORCE_COLOR",
        "QCHECK_MODELS",
        "QCHECK_MODELS_MIRROR",
        "GITHUB_STEP_SUMMARY",
        "QCHECK_DOCS_URL",
        "QCHECK_LOOPBACK_ORIGIN",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
