"""The console script's door."""

from qcheck.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
