"""Attacks on qcheck from outside: ``python -m tools.attack``."""
