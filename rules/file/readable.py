"""The file cannot be read, or is not what its name says.

What it measures: Whether the file decodes from its first byte to its last and agrees with every
checksum in it, whether the length in its header is that of its sound, whether its content is what
its extension promises, and whether it is one picture or an animation.

Why it matters: A damaged upload is refused, or rendered with a grey lower half. Of recordings that
were joined end to end, players and apps hear the first alone. Several apps choose their decoder by
the extension, and fail on a JPEG that is called PNG. Of an animation only the first frame is used,
which is seldom the best one.

How to mend it: Export the picture or the recording once more from the program it comes from, with
the extension that belongs to the format, and copy or download it again where its end is missing.
From an animation, save the frame that you want as PNG.

References: OpenTalker/SadTalker#201 and #144 and camenduru/wav2lip-colab#2 (corrupt files, wrong
containers).
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import (
    MEDIA,
    Decoding,
    File,
    Judgement,
    Picture,
    Recording,
    Span,
    failed,
    passed,
    rule,
    warned,
)


@rule("readable", code="F01", medium=MEDIA)
def readable(file: File, decoding: Decoding) -> Iterator[Judgement]:
    if decoding.fault is not None:
        yield failed(f"The file cannot be read whole: {decoding.fault}.")
        return
    fits = True
    # A payload that holds a script is no misnamed script.
    known = None if file.medium in ("payload", "plan") else file.format
    if known and file.extension and file.extension not in known.extensions:
        fits = False
        usual = known.extensions[0]
        yield warned(
            f"The name ends in .{file.extension}, but the content is {known.name}: "
            f"name it .{usual}.",
            measured=known.name,
            wanted=file.extension,
        )
    if isinstance(decoding.content, Picture) and decoding.content.frames > 1:
        fits = False
        held = "pages" if decoding.content.format == "TIFF" else "frames of an animation"
        yield warned(
            f"The file holds {{measured}} {held}; only the first is used.",
            measured=decoding.content.frames,
            wanted=1,
        )
    if isinstance(decoding.content, Recording):
        for judgement in _header_and_sound(decoding.content):
            fits = False
            yield judgement
    if fits:
        yield passed("The file is whole and what its name says.")


def _header_and_sound(recording: Recording) -> Iterator[Judgement]:
    """What the header says, against what is there."""
    if recording.plays_until_s is not None:
        why = (
            "Files were joined end to end"
            if recording.joined_files > 1
            else "Its header counts only a part of it, as where files were joined"
        )
        yield failed(
            f"{why}: players stop after {{measured}}, and "
            f"{recording.behind_end_s:.1f} s of sound follow.",
            measured=recording.plays_until_s,
            unit="s",
            where=Span(recording.plays_until_s, recording.plays_until_s + recording.behind_end_s),
        )
    elif recording.streamed:
        yield warned(
            "Its header was never finished and gives no length: some players refuse it or show "
            "hours.",
            wanted="a finished header",
        )
    if recording.checksum_wrong:
        yield warned(
            "The sound is not what its encoder wrote: it was damaged, or changed by another "
            "program since.",
        )
