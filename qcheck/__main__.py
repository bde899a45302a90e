"""The console script's door."""

from qcheck.core.safe_path import leave_working_directory

# `python -m qcheck` puts the working directory first on the path: a file json.py in the folder that
# is checked must not run. (A folder qcheck/ there would be run by Python itself, before this line:
# `python -P -m qcheck` and the command `qcheck` do not look there.)
leave_working_directory()

from qcheck.cli.main import main as run_command  # noqa: E402 (only from a safe path)
from qcheck.core.native_chatter import silence_natives  # noqa: E402 (only from a safe path)

__all__ = ["main"]


def main() -> None:
    """Run the command line in a process of its own, whose libraries stay quiet to its end."""
    silence_natives()
    run_command()


if __name__ == "__main__":
    main()
