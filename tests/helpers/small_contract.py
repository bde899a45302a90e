"""A contract that says one thing of each kind."""

from __future__ import annotations

CONTRACT = """
app = "studio/talker"
summary = "Makes a picture talk"
takes = ["portrait", "voice"]
max-speakers = 1
expression = "neutral"

[limits.duration]
fail-above-s = 12

[roles]
image = "portrait"
"clips[].file" = "video or picture"

[input]
required = ["image"]

[input.properties.image]
type = "string"

[input.properties.size]
type = "string"
default = "small"

[input.properties.clips]
type = "array"

[output]
video = "video"

[[price]]
usd-per-second = 0.5
when = { size = "small" }

[[source]]
says = "the inputs"
where = "our own code"
read = "2026-11-28"
"""
