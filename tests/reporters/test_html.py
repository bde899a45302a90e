"""The page, by a strict parser and in a real browser.

The browser is Debian's ``chromium``, or what ``CHROMIUM`` names; without one its tests are skipped.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import os
import pickle
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from report_material import DOCS, EMPTY, NASTY, REPORT, STRANGE

from qcheck.core.places import Box
from qcheck.core.results import FileReport, Finding, Judgement, Report, Severity
from qcheck.core.rule import PartLimits
from qcheck.engine.options import Options
from qcheck.engine.run import run
from qcheck.engine.setup import docs_by_rule
from qcheck.exhibits import declarations as exhibits
from qcheck.exhibits.exhibit import take_exhibit
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import HeadPose
from qcheck.probes.pose import angles_deg
from qcheck.reporters import View, reporter
from qcheck.reporters.html import portrait, voice
from qcheck.reporters.html.markup import el, joined
from qcheck.reporters.html.spots import Marked
from qcheck.reporters.html.text import lines_of

UNLIMITED = PartLimits(math.inf, math.inf)

SHOWN = Options(isolated=True, exhibits=True, fail_on="never", jobs=1)
EVIL = "<script>alert(1)<!--'\"&amp;"
DEFECTS = ("eyes-visible.jpg", "clipping.wav", "caption-order.srt", "script-turns.txt")


def page_of(report: Report) -> str:
    return reporter("html")(report, View(docs=docs_by_rule(SHOWN)))


@pytest.fixture(scope="module")
def sound(fixtures: Path) -> Report:
    return run([str(fixtures / "portrait.png"), str(fixtures / "voice.wav")], SHOWN)


@pytest.fixture(scope="module")
def defective(fixtures: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Defects under names, and texts, that are markup."""
    folder = tmp_path_factory.mktemp("evil")
    paths = []
    for name in DEFECTS:
        path = folder / f"{EVIL.replace('/', '')} {name}"
        shutil.copy(fixtures / "defects" / name, path)
        paths.append(path)
    captions = paths[2].read_text("utf-8")
    paths[2].write_text(
        captions.replace("Look straight", "&lt;script&gt;&lt;/td&gt; Look"), "utf-8"
    )
    script = paths[3].read_text("utf-8")
    paths[3].write_text(f"{script}[S2] </code></style>{EVIL}\n", "utf-8")
    return run([*map(str, paths), str(fixtures / "defects" / "video-cuts.mp4")], SHOWN)


def parsed(page: str) -> Element:
    """Raises ParseError for anything that the HTML standard calls an error."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


@pytest.fixture(scope="module")
def pages(sound: Report, defective: Report) -> list[str]:
    view = View(docs={"face-resolution": DOCS})
    made = [reporter("html")(report, view) for report in (REPORT, NASTY, STRANGE, EMPTY)]
    return [page_of(sound), page_of(defective), *made]


@pytest.fixture(scope="module")
def trees(pages: list[str]) -> list[Element]:
    # What is embedded is letters and digits, of which the parser would read a million one by one.
    short = [re.sub(r"(;base64,[\w+/]{20})[\w+/=]+", r"\1", page) for page in pages]
    return [parsed(page) for page in short]


# --- the page as text -------------------------------------------------------------------------


def test_every_page_is_html_without_an_error(trees: list[Element]) -> None:
    assert all(tree.find("body/main") is not None for tree in trees)


def test_nothing_on_a_page_comes_from_a_file_name_or_a_text(trees: list[Element]) -> None:
    for tree in trees:
        elements = list(tree.iter())
        assert [e.tag for e in elements].count("script") == 1
        assert [e.tag for e in elements].count("style") == 1
        for element in elements:
            for name, value in element.attrib.items():
                plain = str(name).rpartition("}")[2]
                assert not plain.startswith("on"), (element.tag, name)
                assert plain != "style", "the policy forbids it"
                if plain in ("href", "src"):
                    assert value.startswith(("#", "data:")), value


def test_texts_are_shown_as_they_are(defective: Report, trees: list[Element]) -> None:
    tree = trees[1]
    names = ["".join(e.itertext()) for e in tree.iter("span") if e.get("class") == "name"]
    assert names[:4] == [file.file for file in defective.files[:4]]
    assert all("<script>" in name for name in names[:4])
    assert any("<script></td> Look" in "".join(e.itertext()) for e in tree.iter("td"))
    assert any("</code></style>" in "".join(e.itertext()) for e in tree.iter("code"))


def test_every_link_within_the_page_leads_somewhere(pages: list[str]) -> None:
    for page in pages:
        anchors = re.findall(r' id="([^"]*)"', page)
        assert len(anchors) == len(set(anchors))
        assert set(re.findall(r'href="#([^"]*)"', page)) <= set(anchors)


def test_the_policy_lets_in_the_page_s_own_style_and_script_alone(pages: list[str]) -> None:
    page = pages[0]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        content = page.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
@example("\r\n")
def test_any_text_stays_text(text: str) -> None:
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{el('p', text)}</body></html>"
    (paragraph,) = parsed(page).iter("p")
    assert not list(paragraph)
    shown = "".join(paragraph.itertext())
    assert len(shown) == len(text)
    assert all(a == b or b == "\ufffd" for a, b in zip(text, shown, strict=True))
    assert all(a == b for a, b in zip(text, shown, strict=True) if a.isprintable())


@given(st.text(max_size=60))
def test_any_text_stays_within_its_attribute(text: str) -> None:
    page = str(joined(el("a", "x", title=text)))
    assert re.fullmatch(r'<a title="[^"<>]*">x</a>', page)


# --- what is shown ----------------------------------------------------------------------------


def test_a_run_that_is_not_asked_takes_nothing_to_show(fixtures: Path) -> None:
    report = run([str(fixtures / "voice.wav")], Options(isolated=True))
    (file,) = report.files
    assert file.exhibit is None
    assert not {"Waveform", "MelPicture", "SoundCopy"} & set(file.probe_seconds)


def test_a_file_is_decoded_once(sound: Report) -> None:
    for file in sound.files:
        assert file.exhibit is not None
        assert not file.exhibit.missing
        assert list(file.probe_seconds).count("Decoding") == 1


def test_exhibits_travel_between_processes(defective: Report) -> None:
    for file in defective.files:
        sent: Any = pickle.loads(pickle.dumps(file))
        assert sent.exhibit == file.exhibit


def test_pages_are_small(pages: list[str]) -> None:
    assert len(pages[0]) < 1_100_000


@given(st.floats(-60, 60), st.floats(-50, 50), st.floats(-40, 40))
def test_the_axes_are_those_that_were_measured(yaw: float, pitch: float, roll: float) -> None:
    across, up, ahead = portrait._axes_in_picture(HeadPose(yaw, pitch, roll))
    rows = np.array([[a[0] for a in (across, up, ahead)], [-a[1] for a in (across, up, ahead)]])
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
    assert angles_deg(rotation) == pytest.approx((yaw, pitch, roll), abs=1e-4)


def test_what_is_not_there_is_said_with_its_reason() -> None:
    broken = FileReport(
        "portrait.png",
        "portrait",
        (),
        exhibit=take_exhibit(Evidence(File("x.png", b"\x89PNG")), UNLIMITED),
    )
    page = reporter("html")(Report((broken,), None, Severity.ERROR), View())
    assert "Not shown:" in page
    assert "<svg" not in page


def test_a_portrait_without_a_face_is_shown_without_layers_of_a_face() -> None:
    target = io.BytesIO()
    Image.fromarray(np.full((300, 400, 3), 120, np.uint8)).save(target, "PNG")
    exhibit = take_exhibit(Evidence(File("wall.png", target.getvalue())), UNLIMITED)
    assert exhibit.get(exhibits.PictureCopy) is not None
    assert exhibit.missing[HeadPose] == "no face was found"
    shown = portrait.picture(exhibit, [], 1, "wall.png")
    assert shown is not None
    assert "layer-axes" not in shown.figure


def test_silence_and_clicks_can_be_shown(tmp_path: Path) -> None:
    import soundfile

    for samples in (np.zeros(48_000), np.zeros(10), np.ones(200), np.eye(1, 30_000).ravel()):
        path = tmp_path / "voice.wav"
        soundfile.write(path, samples, 48_000)
        exhibit = take_exhibit(Evidence(File("voice.wav", path.read_bytes())), UNLIMITED)
        shown = voice.sound(exhibit, [], 1, "voice.wav")
        assert shown is not None
        parsed(
            f"<!DOCTYPE html><html><head><title>x</title></head><body>{shown.figure}</body></html>"
        )


def marked(message: str, measured: str | None = None) -> Marked:
    judgement = Judgement(Severity.ERROR, message, 0.0, measured=measured)
    return Marked(1, 2, Finding("x", "rule", "J01", Severity.ERROR, judgement))


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("Line 3: it is odd.", [3]),
        ("The app knows no input prompt; it is called text.", [2]),
        ("(giggles) is no sound.", [3]),
        ("Nothing of this stands there, line 99 least of all.", []),
    ],
)
def test_findings_on_texts_lead_to_lines(message: str, lines: list[int]) -> None:
    whole = '{\n "prompt": "Hi",\n "b": "(giggles)"\n}\n'
    assert [line for line, _ in lines_of(marked(message), whole)] == lines


@pytest.mark.parametrize("unit", ['"\\\\', "\n", '"', "\\\\", " \n", "a.", '"a"\n', "(a", "[a"])
def test_keys_of_any_text_are_found_in_a_time_that_grows_with_it(unit: str) -> None:
    # With a regular expression that looks back, these take hours.
    whole = unit * (1_000_000 // len(unit)) + '\n"key": 1'
    for message in ("The input key is wrong.", "The (a is wrong.", "Line 7 is wrong."):
        lines_of(marked(message), whole)


def test_a_key_is_found_in_json_and_in_toml() -> None:
    for whole in ('{\n"the.key": 1,\n "x": "key"}', "\nthe.key = 1\nx = 'key = 2'\n"):
        assert [line for line, _ in lines_of(marked("The input the.key is bad."), whole)] == [2]


def test_numbers_of_findings_do_not_cover_each_other() -> None:
    judgement = Judgement(Severity.ERROR, "Bad.", 0.0, where=(Box(10, 10, 500, 500),))
    finding = Finding("x", "rule", "P01", Severity.ERROR, judgement)
    copy = exhibits.PictureCopy(b"", 800, 600)
    layer = portrait._spots_layer([Marked(1, i, finding) for i in range(1, 30)], copy)
    assert layer is not None
    circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', str(layer.drawn))
    places = [(float(x), float(y), float(r)) for x, y, r in circles]
    assert len(places) == 29
    for i, (x, y, r) in enumerate(places):
        assert all(math.hypot(x - a, y - b) > 2 * r for a, b, _ in places[:i])


# --- in a browser -----------------------------------------------------------------------------


def chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    return path


@dataclass
class Opened:
    """A page in the browser, and what the browser had to say about it."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=path)
        yield running
        running.close()


@pytest.fixture(scope="module")
def files(pages: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for name, page in zip(("sound", "defective"), pages, strict=False):
        written[name] = folder / f"{name}.html"
        written[name].write_text(page, "utf-8")
    return written


@pytest.fixture
def opened(
    browser: Any, files: dict[str, Path], request: pytest.FixtureRequest
) -> Iterator[Opened]:
    """The page that the test is parametrised with, on a phone unless it says otherwise."""
    wanted = {"name": "defective", "width": 390, "scheme": "light", **getattr(request, "param", {})}
    context = browser.new_context(
        viewport={"width": wanted["width"], "height": 844},
        color_scheme=wanted["scheme"],
        reduced_motion="reduce",
    )
    page = context.new_page()
    found = Opened(page)
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda asked: found.requests.append(asked.url))
    page.goto(files[wanted["name"]].as_uri())
    yield found
    context.close()


EVERYWHERE = [
    {"name": "defective", "width": 390, "scheme": "light"},
    {"name": "sound", "width": 390, "scheme": "dark"},
    {"name": "defective", "width": 1280, "scheme": "dark"},
]
BOTH = [{"name": name} for name in ("sound", "defective")]


@pytest.mark.parametrize("opened", EVERYWHERE, indirect=True, ids=str)
def test_it_opens_without_a_complaint_and_asks_nobody(opened: Opened) -> None:
    opened.page.wait_for_load_state("networkidle")
    assert opened.complaints == []
    others = [url for url in opened.requests if not url.startswith("data:")]
    assert others == [opened.page.url]


@pytest.mark.parametrize("opened", EVERYWHERE, indirect=True, ids=str)
def test_nothing_sticks_out_sideways(opened: Opened) -> None:
    width = opened.page.viewport_size["width"]
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    wide = opened.page.evaluate(
        """(width) => [...document.querySelectorAll("body *")].filter((e) =>
             !e.closest("svg, .stills, .scroll, .skip")
             && e.getBoundingClientRect().right > width + 1
           ).map((e) => e.outerHTML.slice(0, 80))""",
        width,
    )
    assert wide == []


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => {
      v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] === 255) return c;
    }
    return [255, 255, 255, 255];
  };
  const bad = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || e.closest("svg, script, .skip")) continue;
    if (!e.checkVisibility()) continue;
    seen++;
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push([ratio, e.className, texts.currentNode.data.slice(0, 40)]);
  }
  return [seen, bad];
}"""


@pytest.mark.parametrize("opened", EVERYWHERE, indirect=True, ids=str)
def test_every_text_stands_out_from_its_ground(opened: Opened) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    opened.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    seen, bad = opened.page.evaluate(CONTRAST)
    assert seen > 30
    assert bad == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system(
    browser: Any, files: dict[str, Path], scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(files["sound"].as_uri())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    levels = [int(level) for level in re.findall(r"\d+", ground)]
    assert (max(levels) < 60) == (scheme == "dark")
    page.close()


@pytest.mark.parametrize("opened", BOTH, indirect=True, ids=str)
def test_every_layer_is_switched_by_its_box(opened: Opened) -> None:
    page = opened.page
    switches = page.locator(".layers input:enabled")
    assert switches.count() >= 15
    for i in range(switches.count()):
        switch = switches.nth(i)
        layer = switch.evaluate(
            """(box) => {
              const name = box.dataset.layer;
              const inside = name === "findings" ? ".spot" : `.layer-${name}`;
              box.closest(".file").querySelector(inside).dataset.tried = "yes";
              return name;
            }"""
        )
        drawn = page.locator("[data-tried]")
        for wanted in (True, False, True):
            switch.set_checked(wanted)
            shown = drawn.evaluate("(e) => getComputedStyle(e).display !== 'none'")
            assert shown is wanted, layer
        drawn.evaluate("(e) => delete e.dataset.tried")


def test_every_finding_leads_to_its_spot_and_back(opened: Opened) -> None:
    page = opened.page
    links = page.locator('.where a[href^="#"]')
    assert links.count() >= 15
    media = set()
    for i in range(links.count()):
        link = links.nth(i)
        anchor = link.get_attribute("href")[1:]
        before = page.evaluate(LOOKS, anchor)
        link.click()
        page.wait_for_function("(anchor) => location.hash === `#${anchor}`", arg=anchor)
        seen, after = page.evaluate(IN_SIGHT, anchor), page.evaluate(LOOKS, anchor)
        assert seen, anchor
        assert after != before, f"{anchor} looks as before"
        media.add(page.evaluate(MEDIUM, anchor))
        page.evaluate("location.hash = ''")
    assert media >= {"portrait", "voice", "captions", "script", "video"}
    badge = page.locator(".picture .pin").first
    badge.focus()
    page.keyboard.press("Enter")
    anchor = badge.get_attribute("href")[1:]
    assert anchor.startswith("finding-")
    assert page.evaluate(IN_SIGHT, anchor)


LOOKS = """(anchor) => {
  const target = document.getElementById(anchor);
  const looks = target.matches(".exhibit") ? target.firstElementChild
    : target.querySelector(".mark") ?? target.closest("li, tr");
  const {strokeWidth, outlineStyle, outlineWidth} = getComputedStyle(looks);
  return [strokeWidth, outlineStyle, outlineWidth].join();
}"""
IN_SIGHT = """(anchor) => {
  const box = document.getElementById(anchor).getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""
MEDIUM = "(anchor) => document.getElementById(anchor).closest('.file').classList[1]"


@pytest.mark.parametrize("opened", BOTH, indirect=True, ids=str)
def test_the_keyboard_reaches_everything(opened: Opened) -> None:
    page = opened.page
    count = page.evaluate(
        """() => {
          const wanted = [...document.querySelectorAll(
            "a[href], input:enabled, summary, audio, [tabindex='0']")];
          wanted.forEach((e, i) => { e.dataset.stop = i; });
          return wanted.length;
        }"""
    )
    reached: list[int] = []
    for _ in range(count * 2 + 40):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement?.dataset?.stop")
        if stop is not None and (not reached or reached[-1] != int(stop)):
            reached.append(int(stop))
        if len(set(reached)) == count:
            break
    assert set(reached) == set(range(count))
    assert reached == sorted(reached), "the order is that of the page"


def test_a_key_opens_why_it_matters_and_switches_a_layer(opened: Opened) -> None:
    page = opened.page
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("(d) => d.open")
    box = page.locator(".layers input:enabled").first
    before = box.is_checked()
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked() is not before


def test_the_voice_plays_and_a_link_leads_to_its_moment(opened: Opened) -> None:
    page = opened.page
    audio = page.locator("audio")
    seconds = audio.evaluate(
        """async (a) => { a.muted = true; await a.play(); a.pause(); return a.duration; }"""
    )
    assert seconds == pytest.approx(5.1, abs=0.2)
    link = page.locator(".voice .where a[data-at]").nth(5)
    link.click()
    at_s = float(link.get_attribute("data-at"))
    assert audio.evaluate("(a) => a.currentTime") == pytest.approx(at_s, abs=0.05)
    page.wait_for_function("document.querySelector('.playhead').classList.contains('playing')")
    x = float(page.locator(".playhead").get_attribute("x1").rstrip("%"))
    assert x == pytest.approx(100 * at_s / seconds, abs=2)


def test_what_would_slip_in_is_not_loaded(opened: Opened) -> None:
    """The second lock, behind the escaping."""
    page = opened.page
    page.evaluate(
        """() => {
          window.slipped = false;
          const picture = new Image();
          picture.src = "https://example.org/pixel.png";
          const script = document.createElement("script");
          script.textContent = "window.slipped = true";
          document.body.append(picture, script);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.slipped") is False
    assert not any("finished" in text for text in opened.complaints)
    assert all("Content Security Policy" in text for text in opened.complaints)
    assert len(opened.complaints) == 2


def test_the_payload_of_a_job_is_shown_with_its_fault(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qcheck.jobs.check import check_job

    monkeypatch.chdir(tmp_path)
    payload = json.dumps({"prompt": "</script><script>alert(1)</script>"}, indent=1)
    report = check_job("falai/dia-tts", payload, SHOWN)
    target = tmp_path / "job.html"
    target.write_text(page_of(report), "utf-8")
    page = browser.new_page()
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.goto(target.as_uri())
    page.locator(".where a", has_text="line 2").first.click()
    assert '"prompt"' in page.locator(".lines li:has(:target)").inner_text()
    assert alerts == []
    page.close()
