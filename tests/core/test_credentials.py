"""What belongs in no message: keys, tokens, passwords, and addresses that hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.credentials import hide_credentials, hide_environment


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "It lies elsewhere (https://a.b/c.png?token=t0p).",
            "It lies elsewhere (https://a.b/c.png?…).",
        ),
        ("https://me:s3cret@a.b:8443/c d", "https://a.b:8443/c d"),
        ("HTTPS://me@a.b/c#t0p", "HTTPS://a.b/c#…"),
        ("s3://k:v@bucket/x 'https://a.b/?k=t0p'", "s3://bucket/x 'https://a.b/?…'"),
        ("Authorization: Bearer abcdefgh.ijk-l", "Authorization: Bearer …"),
        ('"x-api-key": "s3cret"', '"x-api-key": "…"'),
        ("{'Authorization': 'Basic s3cret'}", "{'Authorization': '…'}"),
        ('api_key = "s3\\"cret"', 'api_key = "…"'),
        (
            "The input api_key does not fit: 's3cret' is too short",
            "The input api_key does not fit: '…' is too short",
        ),
        (
            "The input token is 's3cret', which is none of a, b",
            "The input token is '…', which is none of a, b",
        ),
    ],
)
def test_it_is_hidden(text: str, shown: str) -> None:
    assert hide_credentials(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "It is 500 bytes; must be at most 100.",
        "https://github.com/infsh/x.png is fine",
        "Basic information on a token of gratitude",
        "C:\\\\new folder: 'a'",
        "max_tokens is 5",
        "a@b.c",
    ],
)
def test_what_holds_none_stays(text: str) -> None:
    assert hide_credentials(text) == text


@given(st.text())
def test_whatever_it_says_hiding_again_changes_nothing(text: str) -> None:
    assert hide_credentials(hide_credentials(text)) == hide_credentials(text)


@pytest.mark.parametrize("long", ["a" * 200_000, "a." * 100_000, "token" * 40_000, "a://" * 50_000])
def test_a_long_text_takes_no_longer_than_its_length(long: str) -> None:
    """Quadratic patterns would take minutes here."""
    assert hide_credentials(long)


def test_values_of_the_environment_are_hidden_by_the_names_of_their_variables() -> None:
    environment = {
        "INFERENCE_API_KEY": "inf-0123456789",
        "INFSH_API_KEY": "inf-0123456789abc",
        "GITHUB_TOKEN": "ghp_abcdefgh",
        "TOKENIZERS_PARALLELISM": "false",
        "SHORT_TOKEN": "the",
        "HOME": "/home/somebody",
    }
    text = "inf-0123456789abc, inf-0123456789, ghp_abcdefgh, false, the, /home/somebody"
    assert hide_environment(text, environment) == "…, …, …, false, the, /home/somebody"
    assert hide_environment(text, {}) == text
