"""Whole jobs: payloads and the gate, long voices cut, productions planned and carried out."""
