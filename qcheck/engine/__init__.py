"""From paths to a report: discovery, settings, limits, judging, caching, in parallel."""
