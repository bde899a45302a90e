"""Faults of the call, not of a file: one line for the user, exit code 2."""

__all__ = ["UsageFault"]


class UsageFault(Exception):
    """Bad usage, configuration or plugin; the text is the whole message."""
