"""What every room uses: places, results, rules, probes, judging, units, errors."""
