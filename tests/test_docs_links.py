"""Every link within the documentation leads somewhere."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HIDDEN = re.compile(r"^```.*?^```|`[^`\n]*`|<!--.*?-->", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
SOURCE = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=\"([^\"]+)\"")
# In code, where a reader would type it; NAME in capitals is the reader's.
NAMED = re.compile(
    r"`[^`\n]*?\b((?:docs|fixtures|rules|tests|tools)/[a-z_0-9./-]+\.(?:md|py|toml|yml))\b"
)


def pages() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").rglob("*.md")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def links(text: str) -> Iterator[str]:
    # A link's text may be code: only its brackets matter.
    plain = HIDDEN.sub(lambda m: "" if "\n" in m[0] else "x" * len(m[0]), text)
    for pattern in (LINK, REFERENCE, SOURCE):
        yield from (match[1] for match in pattern.finditer(plain))


def anchors(text: str) -> set[str]:
    """What GitHub makes of headings, and what is named in HTML."""
    found: dict[str, int] = {}
    made = set(re.findall(r"\b(?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(
        r"^#{1,6}\s+(.+?)\s*#*$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), re.M
    ):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        made.add(f"{slug}-{found[slug]}" if slug in found else slug)
        found[slug] = found.get(slug, 0) + 1
    return made


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_the_page_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    broken = []
    for link in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            assert re.match(r"(https|mailto):", link), f"{link}: only https is linked to"
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        there = target.exists() and target.is_relative_to(ROOT)
        if there and anchor and target.suffix == ".md":
            there = anchor in anchors(target.read_text("utf-8"))
        if not there:
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_of_ours_that_the_page_names_is_there(page: Path) -> None:
    named = set(NAMED.findall(page.read_text("utf-8")))
    there = {name for name in named if (ROOT / name).exists()}
    assert named - there == set()


def test_every_page_is_linked_to() -> None:
    """From the README, step by step: what nobody links to, nobody finds."""
    seen = {ROOT / "README.md"}
    queue = list(seen)
    while queue:
        page = queue.pop()
        for link in links(page.read_text("utf-8")):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.is_dir():
                target /= "README.md"
            if target.suffix == ".md" and target.exists() and target not in seen:
                seen.add(target)
                queue.append(target)
    assert set(pages()) - seen == set()


def test_the_pages_are_all_known_to_git() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    ran = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True)
    linked = {
        target
        for page in pages()
        for link in links(page.read_text("utf-8"))
        if (target := (page.parent / link.partition("#")[0]).resolve()).suffix == ".md"
    }
    tracked = {ROOT / name for name in ran.stdout.splitlines()}
    unknown = {t for t in linked if t.is_relative_to(ROOT)} - tracked
    assert not unknown, f"git add {' '.join(str(t.relative_to(ROOT)) for t in unknown)}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b.md)", ["b.md"]),
        ("[`a`](b.md#c)", ["b.md#c"]),
        ("`[a](b.md)`", []),
        ("```\n[a](b.md)\n```\n", []),
        ('<img src="a.png" alt="">', ["a.png"]),
        ("[a]: b.md", ["b.md"]),
    ],
)
def test_what_a_link_is(text: str, expected: list[str]) -> None:
    assert list(links(text)) == expected


def test_what_an_anchor_is() -> None:
    assert anchors("# A `b` c\n## A `b` c\n```\n# no\n```\n") == {"a-b-c", "a-b-c-1"}
