"""`qcheck models`: where each model lies, and an exit code that says whether one is missing."""

from __future__ import annotations

import dataclasses

import pytest
from click.testing import CliRunner

from qcheck.cli.root import qcheck_command
from qcheck.core.errors import UsageFault
from qcheck.models import fetching, locate


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a model that is nowhere."""
    name = next(iter(locate.MODELS))
    model = dataclasses.replace(locate.MODELS[name], sha256="0" * 64, size_bytes=1)
    monkeypatch.setitem(locate.MODELS, name, model)
    return name


def test_models_are_shown_with_their_places() -> None:
    ran = CliRunner().invoke(qcheck_command, ["models"])
    assert ran.exit_code == 0
    for name in locate.MODELS:
        assert name in ran.output


def test_a_missing_model_is_an_exit_code(missing: str) -> None:
    ran = CliRunner().invoke(qcheck_command, ["models"])
    assert ran.exit_code == 2
    assert "qcheck models fetch" in ran.output


def test_what_is_there_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "fetch", None)
    ran = CliRunner().invoke(qcheck_command, ["models", "fetch"])
    assert ran.exit_code == 0
    assert ran.output.count("  is at ") == len(locate.MODELS)


def test_what_cannot_be_fetched_is_a_fault(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(model: locate.Model) -> None:
        raise fetching.FetchFailed(f"{model.name}: the server refused")

    monkeypatch.setattr(fetching, "fetch", refuse)
    ran = CliRunner().invoke(qcheck_command, ["models", "fetch", missing])
    assert isinstance(ran.exception, UsageFault)
    assert str(ran.exception) == f"{missing}: the server refused"


def test_a_model_that_nobody_knows_is_refused() -> None:
    ran = CliRunner().invoke(qcheck_command, ["models", "fetch", "nobody"])
    assert str(ran.exception).startswith("there is no model 'nobody'; the models are ")
