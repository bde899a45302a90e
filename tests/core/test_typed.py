"""Values in TOML's spelling."""

from __future__ import annotations

import tomllib

import pytest

from qcheck.core.typed import toml_value


@pytest.mark.parametrize("value", [r"SH\d{3}", 'say "no"', r"it's \d", "a\tb\n", "plain", "größer"])
def test_text_is_shown_as_toml_spells_it(value: str) -> None:
    assert tomllib.loads(f"key = {toml_value(value)}") == {"key": value}
