"""Repairs of voices."""
