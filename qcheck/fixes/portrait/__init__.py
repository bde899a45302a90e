"""Repairs of portraits."""
