"""Fits: each makes the numbers of one ``qcheck/probes/NAME.npz`` from labelled files."""


class Unfittable(Exception):
    """Nothing is left to fit from: without a set that is left out, no example remains."""
