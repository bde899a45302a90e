"""The pages that are written from code."""
