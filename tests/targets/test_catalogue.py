"""Which contracts there are, and which of them a name means."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from small_contract import CONTRACT

from qcheck.core.errors import UsageFault
from qcheck.core.plugins import Plugged
from qcheck.targets import catalogue
from qcheck.targets.catalogue import all_targets, find_target
from qcheck.targets.contract import Target
from qcheck.targets.updates import save_update, updates_folder

SHIPPED = {target.app: target for target in all_targets()}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    all_targets.cache_clear()
    yield
    all_targets.cache_clear()


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose contracts an installed package brings."""
    folder = tmp_path / "studios_contracts"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    point = EntryPoint("studios", folder.name, catalogue.TARGETS_GROUP)
    monkeypatch.setattr(catalogue, "plugged_in", lambda group: (Plugged(point),))
    return folder


def contract_of(app: str) -> Target:
    found = find_target(app)
    assert found is not None
    return found


def test_contracts_come_in_the_order_of_their_names_each_once() -> None:
    apps = [target.app for target in all_targets()]
    assert apps == sorted(set(apps))
    files = Path(catalogue.__file__).parent.glob("*.toml")
    assert sorted(app.partition("/")[2] for app in apps) == sorted(file.stem for file in files)


@pytest.mark.parametrize(
    "name", ["falai/fabric-1-0", "fabric-1-0", "falai/fabric-1-0@abc123", "fabric-1-0@latest"]
)
def test_an_app_is_found_by_its_whole_name_or_the_short_one_at_any_version(name: str) -> None:
    assert contract_of(name).app == "falai/fabric-1-0"


@pytest.mark.parametrize("name", ["somebody/new-app", "somebody/new-app@2"])
def test_an_app_that_nobody_described_has_no_contract(name: str) -> None:
    assert find_target(name) is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("fabric-1-1", "there is no app 'fabric-1-1'; did you mean fabric-1-0?"),
        ("nothing-like-it", "there is no app 'nothing-like-it'; `qcheck apps` lists them"),
        ("/fabric-1-0", "there is no app"),
        ("falai/", "there is no app"),
        ("falai/fabric/1-0", "there is no app"),
        ("", "there is no app"),
    ],
)
def test_what_can_only_be_a_mistake_is_refused(name: str, says: str) -> None:
    with pytest.raises(UsageFault) as refused:
        find_target(name)
    assert says in str(refused.value)


def test_a_package_brings_contracts(bring: Path) -> None:
    (bring / "talker.toml").write_text(CONTRACT)
    (bring / "notes.txt").write_text("no contract")
    assert contract_of("talker").summary == "Makes a picture talk"
    assert {target.app for target in all_targets()} == {*SHIPPED, "studio/talker"}


def test_a_package_may_describe_a_shipped_app_anew(bring: Path) -> None:
    (bring / "x.toml").write_text(CONTRACT.replace("studio/talker", "falai/fabric-1-0"))
    assert contract_of("fabric-1-0").summary == "Makes a picture talk"
    assert {target.app for target in all_targets()} == set(SHIPPED)


def test_a_contract_that_is_not_sound_is_named_with_its_package(bring: Path) -> None:
    (bring / "talker.toml").write_text(CONTRACT.replace("takes", "take"))
    with pytest.raises(UsageFault, match=r"^the contract talker\.toml of studios: take: no such"):
        all_targets()


def test_what_is_no_package_of_contracts_is_one_line(
    bring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = EntryPoint("odd", "json:dumps", catalogue.TARGETS_GROUP)
    monkeypatch.setattr(catalogue, "plugged_in", lambda group: (Plugged(point),))
    with pytest.raises(UsageFault, match=r"^the contracts of 'json:dumps' .* not a package") as no:
        all_targets()
    assert "\n" not in str(no.value)
    assert not isinstance(point.load(), ModuleType)


def test_an_update_lies_over_what_is_shipped_and_over_what_packages_bring(bring: Path) -> None:
    (bring / "talker.toml").write_text(CONTRACT)
    schema = {"properties": {"words": {"type": "string"}}}
    for app in ("falai/fabric-1-0", "studio/talker", "somebody/new-app"):
        save_update(app, schema)
    shipped = contract_of("fabric-1-0")
    assert set(shipped.input["properties"]) == {"words"}
    assert shipped.limits == SHIPPED["falai/fabric-1-0"].limits
    assert contract_of("talker").limits == {"duration": {"fail-above-s": 12}}
    assert set(contract_of("talker").input["properties"]) == {"words"}
    assert contract_of("new-app").limits == {}


def test_a_broken_update_is_named() -> None:
    updates_folder().mkdir(parents=True)
    (updates_folder() / "a__b.json").write_text("{")
    with pytest.raises(UsageFault, match=r"a__b\.json: "):
        all_targets()


def test_a_home_that_may_not_be_looked_into_holds_no_updates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The home of somebody else, as in a container."""

    class Closed(type(Path())):
        def glob(self, pattern: str) -> Iterator[Path]:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(catalogue, "updates_folder", lambda: Closed("/root"))
    assert {target.app for target in all_targets()} == set(SHIPPED)
