"""Small tables under a report: findings by rule, time by probe and rule."""

from __future__ import annotations

from collections import Counter, defaultdict

from qcheck.results import Report

__all__ = ["statistics_table", "timings_table"]


def statistics_table(report: Report) -> str:
    """Findings by rule and severity, most frequent first."""
    counts = Counter((f.rule, f.code, f.severity.label) for f in report.findings)
    return "".join(
        f"{count:6d}  {severity:<8} {code:<5} {rule}\n"
        for (rule, code, severity), count in sorted(
            counts.items(), key=lambda item: (-item[1], item[0])
        )
    )


def timings_table(report: Report) -> str:
    """Milliseconds by probe and rule over all files, longest first."""
    spent: dict[str, float] = defaultdict(float)
    for file in report.files:
        for probe, seconds in file.probe_seconds.items():
            spent[f"probe {probe}"] += seconds
        for outcome in file.outcomes:
            spent[f"rule  {outcome.rule}"] += outcome.seconds
    rows = sorted(spent.items(), key=lambda item: -item[1])
    lines = [f"{seconds * 1000:9.1f} ms  {name}\n" for name, seconds in rows if seconds >= 1e-4]
    files = sum(file.seconds for file in report.files)
    return "".join(lines) + (
        f"{files * 1000:9.1f} ms  all files, one after the other\n"
        f"{report.seconds * 1000:9.1f} ms  from the first path to the last finding\n"
    )
