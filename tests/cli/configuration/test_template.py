"""The configuration to start from."""

from __future__ import annotations

import dataclasses
import re
import tomllib

from qcheck.cli.configuration.template import config_template
from qcheck.engine.settings import Settings


def test_it_sets_nothing_but_the_app() -> None:
    assert tomllib.loads(config_template()) == {}
    assert tomllib.loads(config_template("bytedance/omnihuman-1-5")) == {
        "for": "bytedance/omnihuman-1-5"
    }


def test_it_shows_every_key() -> None:
    uncommented = re.sub(r"^# (?=[a-z-]+ = |\[)", "", config_template(), flags=re.MULTILINE)
    fields = {f.name.rstrip("_").replace("_", "-") for f in dataclasses.fields(Settings)}
    assert set(tomllib.loads(uncommented)) == fields - {"origin"}
