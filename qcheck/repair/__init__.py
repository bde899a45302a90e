"""Repairs carried out: on one file, and on many."""
