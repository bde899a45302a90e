"""Small tables under a report: findings by rule, time by probe and rule."""

from __future__ import annotations

from collections import Counter, defaultdict

from qcheck.core.results import Report, Severity

__all__ = ["statistics_table", "timings_table"]


def statistics_table(report: Report) -> str:
    """Findings of each severity by rule, the rule with the most errors first."""
    severities = sorted(Severity, reverse=True)
    counts: defaultdict[tuple[str, str], Counter[Severity]] = defaultdict(Counter)
    for finding in report.findings:
        counts[finding.code, finding.rule][finding.severity] += 1
    if not counts:
        return ""
    rows = sorted(counts.items(), key=lambda row: ([-row[1][s] for s in severities], row[0]))
    heads = [f"{severity.label}s" for severity in severities]
    lines = ["  ".join((*heads, "rule"))]
    for (code, rule), found in rows:
        numbers = [f"{found[s]:{len(head)}d}" for s, head in zip(severities, heads, strict=True)]
        lines.append("  ".join((*numbers, f"{rule} ({code})")))
    return "".join(f"{line}\n" for line in lines)


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
