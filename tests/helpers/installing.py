"""A small package installed in an environment of its own, with what runs the tests lent to it."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path


def python_with(package: Path, folder: Path) -> str:
    """The Python of an environment in ``folder`` in which only ``package`` is new."""
    environment = folder / "env"
    # Without a pip of its own, which takes longer to install than the package: ours does it.
    venv.create(environment, system_site_packages=False, with_pip=False)
    python = str(environment / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    installed = subprocess.run(
        [*pip, "install", "-q", "--no-deps", str(package)],
        capture_output=True,
        text=True,
    )
    assert installed.returncode == 0, installed.stderr
    site = next((environment / "lib").glob("python*/site-packages"))
    lent = [path for path in map(Path, sys.path) if path.name == "site-packages"]
    (site / "lent.pth").write_text(
        "".join(f"import site; site.addsitedir({str(path)!r})\n" for path in lent)
    )
    return python
