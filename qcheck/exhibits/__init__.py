"""Measurements made for the eye, for reports that show pictures."""
