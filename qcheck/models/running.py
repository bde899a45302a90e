"""Whether what runs the models can be loaded here, found out without importing it."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path

from qcheck.core.system_libraries import LibraryMissing, missing_library

__all__ = ["what_keeps_models_from_running"]

# The native part of each package that models or their pictures go through.
_NATIVE = (("cv2", "cv2*.so"), ("mediapipe", "tasks/c/libmediapipe.so"))


def what_keeps_models_from_running() -> LibraryMissing | None:
    """What the system's loader lacks for them; None where nothing is lacking.

    On Linux only: the wheels for macOS and Windows carry what they need. Loading the two files
    takes 50 ms, importing the packages two seconds.
    """
    if sys.platform != "linux":
        return None
    for package, pattern in _NATIVE:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for path in Path(folder).glob(pattern):
                try:
                    ctypes.CDLL(str(path))
                except OSError as error:
                    if (missing := missing_library(error)) is not None:
                        return missing
    return None
