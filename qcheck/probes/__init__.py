"""Content into measurements."""
