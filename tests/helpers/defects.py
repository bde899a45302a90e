"""Files with one defect each, the rule that finds it, and which of them must block."""

from __future__ import annotations

from pathlib import Path

from qcheck.engine.registry import load_rules

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DEFECTS = sorted((FIXTURES / "defects").iterdir())
VOICES = [path for path in DEFECTS if path.suffix in (".wav", ".mp3")]

RULES = sorted((rule.name for rule in load_rules().all), key=len, reverse=True)

# What the app takes, so that limits which only an app sets can be seen to be crossed.
APP = "bytedance/omnihuman-1-5"


# Defects that must not only be seen but block.
BLOCKING = {
    *("clipping.wav", "channels.mp3", "hum.mp3", "noise-floor.mp3", "signal-to-noise.mp3"),
    *("speech-present.mp3", "sample-rate.wav", "true-bandwidth.wav", "voice-format.mp3"),
    *("exposure.jpg", "exposure-bright.jpg", "eye-contact.jpg", "eye-line.jpg", "eyes-open.jpg"),
    *("eyes-visible.jpg", "even-light.jpg", "face-centred.jpg", "face-count.jpg"),
    "calm-expression.jpg",
    *("face-cropped.jpg", "face-resolution.jpg", "face-visible.jpg", "file-limits.jpg"),
    *("frontal-pose.jpg", "head-roll.jpg", "readable.jpg", "shadow.jpg", "sharpness.jpg"),
    *("transparency.webp", "true-resolution.jpg", "duration.mp3"),
    *("script-turns.txt", "script-length-word.txt", "script-language.txt", "caption-order.srt"),
    *("video-container.webm", "video-size.mp4", "video-length.mp4", "video-frame-rate.mp4"),
    *("video-faces.mp4", "video-fits-voice.mp4", "readable-video.mp4", "face-visible-video.mp4"),
    "frontal-pose-video.mp4",
    *("plan-keys.toml", "plan-files.toml", "plan-speakers.toml", "plan-portrait.toml"),
    *("readable-captions.srt", "payload-keys.json", "payload-values.json", "payload-files.json"),
}


def rule_of(path: Path) -> str:
    """The rule that the file is named after; a word behind it tells several files apart."""
    return next(name for name in RULES if path.stem == name or path.stem.startswith(f"{name}-"))
