"""The console script's door."""

import os
import sys

# `python -m qcheck` puts the working directory first on the path: a file json.py in the folder that
# is checked must not run. (A folder qcheck/ there would be run by Python itself, before this line:
# `python -P -m qcheck` and the command `qcheck` do not look there.)
# (pathlib imports what could be shadowed, so the folder is asked of os.)
if not sys.flags.safe_path and sys.path[:1] in ([""], [os.getcwd()]):  # noqa: PTH109
    del sys.path[0]

from qcheck.cli.main import main as run_command
from qcheck.core.native_chatter import silence_natives

__all__ = ["main"]


def main() -> None:
    """Run the command line in a process of its own, whose libraries stay quiet to its end."""
    silence_natives()
    run_command()


if __name__ == "__main__":
    main()
