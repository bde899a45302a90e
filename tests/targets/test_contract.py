"""A contract is checked when it is read: what a typo would switch off is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_contract import CONTRACT

from qcheck.core.errors import UsageFault
from qcheck.targets.contract import Price, Source, check_schema, parse


def test_a_sound_contract_is_read_whole() -> None:
    target = parse(CONTRACT, "talker.toml")
    assert (target.app, target.short_name) == ("studio/talker", "talker")
    assert target.takes == ("portrait", "voice")
    assert target.limits == {"duration": {"fail-above-s": 12}}
    assert target.roles == {"image": "portrait", "clips[].file": "video or picture"}
    assert target.output == {"video": "video"}
    assert target.prices == (Price(0.5, {"size": "small"}),)
    assert target.sources == (Source("the inputs", "our own code", "2026-11-28"),)
    assert target.price_usd(10, {}) == 5
    assert target.price_usd(10, {"size": "large"}) is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["portrait", "voice"]', '["portriat"]', "takes: there is no medium 'portriat'"),
        ('["portrait", "voice"]', '"portrait"', "takes: a list is expected"),
        ("[limits.duration]", "[limit.duration]", "limit: no such key; did you mean limits?"),
        ("[limits.duration]\nfail-above-s", "limits.duration", "limits.duration: a table"),
        ("max-speakers = 1", "max-speaker = 1", "max-speaker: no such key"),
        ("max-speakers = 1", 'max-speakers = "1"', "max-speakers: a whole number is expected"),
        ("max-speakers = 1", "max-speakers = 0", "max-speakers: must be at least 1"),
        ("max-speakers = 1\n", "", "max-speakers is missing"),
        ('app = "studio/talker"', 'app = "talker"', "an app is called NAMESPACE/NAME"),
        ('image = "portrait"', 'imag = "portrait"', "roles.imag: there is no input 'imag'"),
        ('image = "portrait"', 'image = "portriat"', "there is no medium 'portriat'"),
        ('"video or picture"', '"video or foto"', "roles.clips[].file: there is no medium 'foto'"),
        ('"clips[].file"', '"clip[].file"', "there is no input 'clip'; did you mean clips?"),
        ('["image"]', '["images"]', "input.required: there is no input 'images'"),
        ('video = "video"', 'video = "film"', "output.video: there is no medium 'film'"),
        ("usd-per-second = 0.5", "usd-per-secnd = 0.5", "price[0]: usd-per-secnd: no such key"),
        ("usd-per-second = 0.5", "usd-per-second = -1", "price[0]: must be at least 0"),
        ("usd-per-second = 0.5", "usd-per-second = nan", "price[0]: usd-per-second: a number"),
        ('{ size = "small" }', '{ siz = "small" }', "price[0].when: there is no input 'siz'"),
        ('read = "2026-11-28"', 'red = "2026-11-28"', "source[0]: red: no such key"),
        ("[[source]]", "[source]", "source: tables [[source]] are expected"),
        ("[input.properties.image]", "[input.property.image]", "there is no input 'image'"),
        ('summary = "Makes', 'summary = Makes"', "the contract talker.toml: it is not TOML"),
    ],
)
def test_what_is_not_sound_is_refused_by_its_key(old: str, new: str, says: str) -> None:
    assert old in CONTRACT
    with pytest.raises(UsageFault, match=r"^the contract talker\.toml") as refused:
        parse(CONTRACT.replace(old, new), "talker.toml")
    assert says in str(refused.value)


def test_a_contract_without_sources_or_inputs_is_refused() -> None:
    with pytest.raises(UsageFault, match="source: every fact needs one"):
        parse(CONTRACT[: CONTRACT.index("[[source]]")], "talker.toml")
    without = CONTRACT[: CONTRACT.index("[roles]")] + CONTRACT[CONTRACT.index("[[source]]") :]
    with pytest.raises(UsageFault, match=r"input\.properties: the app's inputs are missing"):
        parse(without, "talker.toml")


SHIPPED = sorted((Path(__file__).parents[2] / "qcheck" / "targets").glob("*.toml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_contract_is_sound(file: Path) -> None:
    from jsonschema import Draft202012Validator

    target = parse(file.read_text("utf-8"), file.name)
    Draft202012Validator.check_schema({"type": "object", **target.input})
    assert target.short_name == file.stem


@pytest.mark.parametrize("reference", ["https://example.org/schema.json", "#/$defs/Missing", "x"])
def test_a_contract_that_refers_elsewhere_is_refused(reference: str) -> None:
    schema = {"properties": {"a": {"anyOf": [{"$ref": reference}]}}, "$defs": {"There": {}}}
    with pytest.raises(UsageFault, match=re.escape(f"refers to {reference}, which is not in it")):
        check_schema(schema, "x")
    check_schema({"properties": {"a": {"$ref": "#/$defs/There"}}, "$defs": {"There": {}}}, "x")


@pytest.mark.parametrize("key", ["properties", "required"])
def test_a_schema_of_the_wrong_shape_is_refused(key: str) -> None:
    with pytest.raises(UsageFault, match=rf"^x: input\.{key}: a .* is expected$"):
        check_schema({key: 5}, "x")


def test_a_contract_of_numbers_that_nobody_reads_is_refused() -> None:
    with pytest.raises(UsageFault, match="more than 64 bits"):
        parse(CONTRACT.replace("max-speakers = 1", f"max-speakers = {2**64}"), "talker.toml")
