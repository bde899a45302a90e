"""For a person: one page with pictures, sound and text, every finding shown where it is.

One file without anything from elsewhere. Its policy forbids the browser to load whatever is not in
it, so that even a name or a text that got around the escaping could do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from qcheck.core.results import FileReport, Outcome, Report, Severity, Status
from qcheck.core.version import VERSION
from qcheck.core.wording import by_reason, plural, unexplained, verdict
from qcheck.exhibits.exhibit import Exhibit
from qcheck.media.content import Text
from qcheck.probes.text import Captions
from qcheck.reporters import View
from qcheck.reporters._gate import unknown_file
from qcheck.reporters.html.layers import Shown
from qcheck.reporters.html.markup import Child, Markup, el, joined
from qcheck.reporters.html.portrait import picture
from qcheck.reporters.html.spots import MOST_LINKED, Marked, Spot
from qcheck.reporters.html.text import captions, lines_of, text
from qcheck.reporters.html.video import film
from qcheck.reporters.html.voice import sound

__all__ = ["EXHIBITS", "render", "wrote"]

EXHIBITS = True

_GENERATOR = '<meta name="generator" content="qcheck">'

_HEADLINES = {
    "ready": "Ready",
    "blocked": "Not ready",
    "crashed": "Not ready: a rule crashed",
    "unchecked": "Nothing was checked",
}


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    return head.startswith("<!DOCTYPE html>") and _GENERATOR in head


def render(report: Report, view: View) -> str:
    """The page."""
    style, script = _asset("page.css"), _asset("page.js")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        Markup(
            '<meta http-equiv="Content-Security-Policy" content="'
            "default-src 'none'; img-src data:; media-src data:; "
            f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'\">"
        ),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("link", rel="icon", href="data:,"),
        el("meta", name="generator", content="qcheck"),
        el("title", f"qcheck: {_HEADLINES[verdict(report)]}"),
        el("style", Markup(style)),
    )
    body = el(
        "body",
        el("a", "To the findings", href="#files", class_="skip"),
        _header(report),
        el(
            "main",
            [_section(i, file, report, view) for i, file in enumerate(report.files, 1)],
            id="files",
            tabindex="-1",
        ),
        _footer(report),
        el("script", Markup(script)),
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n"


@cache
def _asset(name: str) -> str:
    return (resources.files("qcheck.reporters.html") / name).read_text("utf-8")


def _hash(text: str) -> str:
    """As Content Security Policy 3 wants it: of the very text between the tags."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


# --- the page's head --------------------------------------------------------------------------


def _header(report: Report) -> Markup:
    word = verdict(report)
    counts = report.counts()
    found = [plural(counts[label], label) for label in ("error", "warning") if counts[label]]
    said = " and ".join(found) or "Nothing to mend"
    more = f"; {plural(counts['info'], 'thing')} worth knowing" if counts["info"] else ""
    for_ = joined(", for ", el("b", report.target)) if report.target else None
    return el(
        "header",
        el("p", "qcheck", class_="product"),
        el("h1", _HEADLINES[word], class_=f"verdict {word}"),
        el("p", f"{said} in {plural(len(report.files), 'file')}", for_, f"{more}."),
        _contents(report) if len(report.files) > 1 else None,
    )


def _contents(report: Report) -> Markup:
    items = []
    for i, file in enumerate(report.files, 1):
        counts = {s: sum(f.severity is s for f in file.findings) for s in Severity}
        told = [
            el("span", plural(counts[s], s.label), class_=f"count {s.label}")
            for s in (Severity.ERROR, Severity.WARNING)
            if counts[s]
        ]
        items.append(
            el(
                "li",
                el("a", file.file, href=f"#file-{i}"),
                " ",
                el("span", _state(file, report), class_=f"state {_state(file, report)}"),
                *((" ", each) for each in told),
            )
        )
    return el("nav", el("ol", items), aria_label="Files")


def _state(file: FileReport, report: Report) -> str:
    if file.crashes:
        return "crashed"
    return "blocked" if report.blocks(file) else "ok"


def _footer(report: Report) -> Markup:
    notes = el("ul", (el("li", note) for note in report.notes)) if report.notes else None
    return el(
        "footer",
        el("h2", "Notes") if notes else None,
        notes,
        el("p", "Everything that this page shows is in it; nothing was sent anywhere."),
        el("p", f"qcheck {VERSION}"),
    )


# --- a file -----------------------------------------------------------------------------------


def _section(number: int, file: FileReport, report: Report, view: View) -> Markup:
    marked = [Marked(number, i, finding) for i, finding in enumerate(file.findings, 1)]
    state = _state(file, report)
    scores = None
    if file.weakest_score is not None and file.mean_score is not None:
        scores = el(
            "p",
            f"Scores: weakest {file.weakest_score:.0f}, mean {file.mean_score:.0f} of 100",
            class_="scores",
        )
    shown = _exhibit(number, file, marked)
    return el(
        "section",
        el(
            "h2",
            el("span", file.file, class_="name"),
            " ",
            el("span", file.medium, class_="medium"),
            " ",
            el("span", state, class_=f"state {state}"),
        ),
        scores,
        el(
            "div",
            shown.figure,
            el(
                "div",
                _findings(marked, file, view, _anchors(shown.figure)),
                _stopped(file, report, view),
                _rest(file),
                class_="told",
            ),
            shown.switches,
            class_=f"file {file.medium}",
        ),
        id=f"file-{number}",
    )


def _shown_of(file: FileReport) -> Exhibit | None:
    return file.exhibit if isinstance(file.exhibit, Exhibit) else None


def _exhibit(number: int, file: FileReport, marked: Sequence[Marked]) -> Shown:
    exhibit = _shown_of(file) or Exhibit({}, {Exhibit: "it was not asked for"})
    shown: Shown | None
    if file.medium in ("portrait", "picture"):
        shown = picture(exhibit, marked, number, file.file)
    elif file.medium == "voice":
        shown = sound(exhibit, marked, number, file.file)
    elif file.medium == "video":
        shown = film(exhibit, marked, number, file.file)
    elif file.medium == "captions":
        shown = captions(exhibit, marked, number)
    else:
        shown = text(exhibit, marked, number)
    if shown is not None:
        return shown
    reason = next(iter(exhibit.missing.values()), "there is nothing to see of such a file")
    return Shown(el("p", f"Not shown: {reason}.", class_="absent"))


def _anchors(shown: Markup) -> frozenset[str]:
    """What there is to link to: a spot outside of what could be shown is told in words."""
    return frozenset(re.findall(r'id="([\w-]+)"', shown))


def _findings(
    marked: Sequence[Marked], file: FileReport, view: View, anchors: frozenset[str]
) -> Markup:
    if not marked:
        return el("p", "No finding.", class_="absent")
    items = [_finding(each, file, view, anchors) for each in marked]
    return el("ol", items, class_="findings", aria_label="Findings")


def _finding(each: Marked, file: FileReport, view: View, anchors: frozenset[str]) -> Markup:
    finding = each.finding
    judgement = finding.judgement
    docs = view.docs.get(finding.rule)
    why = None
    if docs is not None:
        why = el(
            "details",
            el("summary", "Why it matters and how to mend it"),
            el("p", _flat(docs.why)),
            el("p", _flat(docs.mend)),
        )
    run = el("p", "Run: ", el("code", judgement.fix), class_="fix") if judgement.fix else None
    return el(
        "li",
        el(
            "h3",
            el("span", str(each.number), class_=f"badge {each.label}", aria_hidden="true"),
            " ",
            el("span", each.label, class_=f"severity {each.label}"),
            " ",
            el("span", finding.rule, class_="rule"),
            " ",
            el("span", finding.code, class_="code"),
        ),
        el("p", judgement.message),
        _numbers(each),
        _where(each, file, anchors),
        run,
        why,
        id=each.anchor,
        class_=f"finding {each.label}",
        tabindex="-1",
    )


def _numbers(each: Marked) -> Markup | None:
    judgement = each.finding.judgement
    told = [f"score {judgement.score:.0f} of 100"]
    if judgement.wanted is not None and judgement.wanted != "":
        told.insert(0, f"wanted {judgement.wanted_text}")
    if judgement.measured is not None:
        told.insert(0, f"measured {judgement.measured_text}")
    return el("p", ", ".join(told), class_="numbers")


def _where(each: Marked, file: FileReport, anchors: frozenset[str]) -> Markup | None:
    exhibit = _shown_of(file)
    spots = each.spots
    text_ = exhibit.get(Text) if exhibit is not None and Captions not in exhibit.taken else None
    if not spots and text_ is not None:
        links = [
            el("a", f"line {line}", href=f"#{anchor}")
            for line, anchor in lines_of(each, text_.text)
        ]
    else:
        links = [_link(spot, anchors) for spot in spots[:MOST_LINKED]]
    if not links and f"exhibit-{each.file}" not in anchors:
        return None
    if not links:
        return el("p", el("a", _whole(file), href=f"#exhibit-{each.file}"), class_="where")
    more = len(spots) - MOST_LINKED
    return el(
        "p",
        "Where: ",
        [joined("; " if i else None, link) for i, link in enumerate(links)],
        f"; and {more} more" if more > 0 else None,
        class_="where",
    )


def _link(spot: Spot, anchors: frozenset[str]) -> Markup:
    if spot.anchor not in anchors:
        return joined(spot.said)
    at_s = getattr(spot.where, "start_s", None)
    return el("a", spot.said, href=f"#{spot.anchor}", data_at=at_s)


def _whole(file: FileReport) -> str:
    return {
        "portrait": "The whole picture",
        "picture": "The whole picture",
        "voice": "The whole recording",
        "video": "The whole video",
    }.get(file.medium, "The whole text")


def _flat(paragraph: str) -> str:
    return " ".join(paragraph.split())


def _stopped(file: FileReport, report: Report, view: View) -> Markup | None:
    """What was not looked at, and why."""
    items: list[Child] = []
    if why := unknown_file(report, file):
        items.append(el("li", why))
    for reason, rules in by_reason(file.crashes).items():
        items.append(el("li", el("b", rules), f" crashed: {reason}"))
    if view.verbose:
        items += [el("li", el("pre", o.trace, tabindex="0")) for o in file.crashes if o.trace]
    for reason, rules in unexplained(file).items():
        items.append(el("li", el("b", rules), f" could not look: {reason}"))
    return joined(el("h3", "Not checked"), el("ul", items, class_="stopped")) if items else None


def _rest(file: FileReport) -> Markup | None:
    """What is fine, what did not apply, what was ignored."""
    passed = [o for o in file.outcomes if o.status is Status.PASS]
    skipped = [o for o in file.outcomes if o.status is Status.SKIPPED]
    lines = [
        *(el("li", el("b", o.rule), f": {_said(o)}") for o in passed),
        *(el("li", el("b", o.rule), f": skipped, {o.reason}") for o in skipped),
        *(el("li", el("b", rule), f": ignored, {why}") for rule, why in file.ignored.items()),
    ]
    if not lines:
        return None
    summary = ", ".join(
        f"{count} {word}"
        for count, word in (
            (len(passed), "passed"),
            (len(skipped), "skipped"),
            (len(file.ignored), "ignored"),
        )
        if count
    )
    return el("details", el("summary", f"Other rules: {summary}"), el("ul", lines), class_="rest")


def _said(outcome: Outcome) -> str:
    said = "; ".join(j.message for j in outcome.judgements)
    return said or "nothing to mend"
