"""What measures, fits and writes the pages, and is no part of what is installed.

Each command is run from the root of a checkout: ``python -m tools.accuracy``,
``python -m tools.docs``, ``python -m tools.speed``, ``python -m tools.tutorial``.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["CORPUS", "ROOT"]

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
"""The labelled corpus, which lies beside the checkout."""
