"""Keys of the user's come into no output, report, log or file of qcheck's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import qcheck
from trusting import vouch

from qcheck.reporters import formats

KEY = "inf-0123456789abcdefghij"
ENVIRONMENT = {"INFERENCE_API_KEY": KEY, "INFSH_API_KEY": f"{KEY}-other"}

PAYLOAD = {
    "image": "https://me:pa55word@example.org/p.png?X-Signature=51gned",
    "audio": "https://example.org/v.mp3#51gned",
    "headers": {"Authorization": "Bearer 70ken-70ken-70ken", "x-api-key": "70ken"},
    "api_key": "70ken",
    "password": "pa55word",
}
SECRETS = ("pa55word", "51gned", "70ken", KEY)

PLUGIN = """
import os
from qcheck import File, Judgement, failed, rule

@rule("leaky", code="T08", medium="portrait")
def leaky(file: File) -> Judgement:
    \"\"\"It leaks.

    What it measures: nothing.

    Why it matters: it does.

    How to mend it: do not.
    \"\"\"
    if len(file.data) > 100:
        raise RuntimeError(os.environ["INFERENCE_API_KEY"])
        key = os.environ["INFSH_API_KEY"]
    return failed(f"The key is {key}.", measured=key)
"""


def assert_kept(ran_in: Path, *texts: str, given: tuple[str, ...] = ()) -> None:
    """Neither a text, nor a file in the folder but those that were ``given``, holds a secret."""
    for text in texts:
        assert not [secret for secret in SECRETS if secret in text], text
    for path in ran_in.rglob("*"):
        if path.is_file() and path.name not in given:
            data = path.read_bytes()
            assert not [secret for secret in SECRETS if secret.encode() in data], path


@pytest.mark.parametrize("name", formats())
def test_a_report_of_a_payload_holds_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "job.json").write_text(json.dumps(PAYLOAD, indent=1))
    for app in ("omnihuman-1-5", "nobody/knows"):
        command = ("job", "--isolated", "--for", app, "job.json")
        ran = qcheck(*command, "--output-format", name, cwd=tmp_path, **ENVIRONMENT)
        assert ran.returncode == 1
        if name not in ("csv", "tap"):
            assert "example.org/p.png" in ran.stdout
        assert_kept(tmp_path, ran.stdout, ran.stderr, given=("job.json",))
        qcheck(*command, "--output-format", f"{name}=report", cwd=tmp_path, **ENVIRONMENT)
        assert (tmp_path / "report").stat().st_size
        assert_kept(tmp_path, given=("job.json",))


def test_the_gate_says_none(tmp_path: Path) -> None:
    command = ("infsh", "app", "run", "bytedance/omnihuman-1-5", "--input", json.dumps(PAYLOAD))
    ran = qcheck("gate", "--isolated", "--", *command, cwd=tmp_path, **ENVIRONMENT)
    assert ran.returncode == 1
    assert_kept(tmp_path, ran.stdout, ran.stderr)


def test_an_address_that_fails_is_shown_without_what_signs_it(tmp_path: Path) -> None:
    for answer in ("ftp://me:pa55word@example.org/v.mp4?sig=51gned", "nowhere/v.mp4?token=51gned"):
        (tmp_path / "answer.json").write_text(json.dumps({"output": {"video": answer}}))
        command = ("collect", "--for", "omnihuman-1-5", "answer.json", "-o", "out.mp4")
        ran = qcheck(*command, cwd=tmp_path, **ENVIRONMENT)
        assert ran.returncode == 2
        if "://" in answer:
            assert_kept(tmp_path, ran.stdout, ran.stderr, given=("answer.json",))


@pytest.mark.parametrize("name", formats())
def test_a_plugin_that_quotes_the_environment_is_not_repeated(folder: Path, name: str) -> None:
    (folder / "leaky.py").write_text(PLUGIN)
    (folder / "qcheck.toml").write_text('plugins = ["leaky.py"]\nselect = ["leaky"]\n')
    vouch(folder)
    command = ("good.png", "bad.png", "-v", "--cache", "kept", "--output-format")
    for form in (name, f"{name}=report"):
        ran = qcheck(*command, form, cwd=folder, **ENVIRONMENT)
        assert ran.returncode == 2
        assert_kept(folder, ran.stdout, ran.stderr)
    assert (folder / "report").stat().st_size
    assert list((folder / "kept").rglob("*"))


def test_an_error_that_nobody_expected_says_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise RuntimeError(f"{KEY} https://u:pa55word@a.b/?t=51gned")

    monkeypatch.setattr("qcheck.engine.run.run", fail)
    ran = qcheck("good.png", cwd=folder, **ENVIRONMENT)
    assert_kept(folder, ran.stdout, ran.stderr)
    ran = qcheck("good.png", cwd=folder, QCHECK_TRACEBACK="1", **ENVIRONMENT)
    assert KEY not in ran.stderr
