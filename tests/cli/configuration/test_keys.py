"""Every key of a configuration is described."""

from __future__ import annotations

import dataclasses
import typing

from qcheck.cli.configuration.keys import BOUND_KEYS, IGNORE_KEYS, KEYS, config_keys
from qcheck.core.bounds import Bounds
from qcheck.engine.settings import Ignore


def test_every_key_is_described_and_nothing_else_is() -> None:
    assert {key for key, _ in config_keys()} == set(KEYS)
    assert set(typing.get_type_hints(Ignore)) == set(IGNORE_KEYS)
    fields = [each.name.replace("_", "-") for each in dataclasses.fields(Bounds)]
    assert list(BOUND_KEYS) == fields
