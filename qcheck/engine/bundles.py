"""What is checked together: a recording with its captions, a video with the voice for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from qcheck.engine.inputs import Input, medium_of

__all__ = ["bundles"]


def bundles(inputs: Sequence[Input]) -> list[tuple[Input, ...]]:
    """What is checked together, the recording first: it, the videos and captions that go with it.

    Captions go with the recording of their name, or with the only one that there is; without one,
    with a video in the same way, for the sake of its sound. A video goes with the recording of its
    name, or with the only one where it is the only video. Everything else is checked alone.
    """
    media = {each: medium_of(each) for each in inputs}
    sounding = {medium: _by_stem(inputs, media, medium) for medium in ("voice", "video")}
    videos = sum(medium == "video" for medium in media.values())
    together: dict[Input, list[Input]] = {each: [each] for each in inputs}
    # Videos first: captions go with no video that goes with a recording itself.
    for each in sorted(inputs, key=lambda given: media[given] != "video"):
        leads = {"video": ("voice",), "captions": ("voice", "video")}.get(media[each] or "", ())
        alone = media[each] != "video" or videos == 1
        found = (_goes_with(each, sounding[medium], alone) for medium in leads)
        lead = next((near for near in found if near is not None), None)
        if lead is not None and lead in together:
            together[lead].append(each)
            del together[each]
    return [tuple(bundle) for bundle in together.values()]


def _by_stem(
    inputs: Sequence[Input], media: Mapping[Input, str | None], medium: str
) -> dict[str, list[Input]]:
    found: dict[str, list[Input]] = {}
    for each in inputs:
        if media[each] == medium:
            found.setdefault(_stem(each), []).append(each)
    return found


def _stem(given: Input) -> str:
    return str(Path(given.name).with_suffix(""))


def _goes_with(
    given: Input, others: Mapping[str, Sequence[Input]], or_the_only_one: bool
) -> Input | None:
    same = others.get(_stem(given), ())
    if not same and or_the_only_one and len(others) == 1:
        same = next(iter(others.values()))
        same = same if len(same) == 1 else ()
    return same[0] if same else None
