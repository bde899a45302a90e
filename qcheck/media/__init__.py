"""Bytes into content."""
