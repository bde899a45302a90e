"""The process around the command line: its streams, its signals, and its exit codes."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TextIO

import click

from qcheck.cli.reporting import report_fault
from qcheck.cli.root import qcheck_command
from qcheck.core.errors import UsageFault, place_below
from qcheck.core.native_chatter import quiet_natives
from qcheck.core.own_process import claim_process
from qcheck.core.system_faults import system_fault
from qcheck.core.terminal import one_line, safe_streams

__all__ = ["main"]


# Our commands, and click, which answers shells that complete.
_MAY_LEAVE = (Path(__file__).parent, Path(click.__file__).parent)


class _Terminated(KeyboardInterrupt):
    """A time limit ended the process, or a runner that was cancelled."""


def _terminate(number: int, frame: object) -> None:
    # As Ctrl-C does: what was begun is cleared away, and the workers end, too.
    raise _Terminated


def main() -> None:
    """Run the command line; every way out is one line and a documented exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # It was closed before we began; reports may go to files all the same.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        # A file name that the terminal's encoding lacks must not end the report.
        getattr(sys, name).reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminate)
    claim_process()
    with quiet_natives(), safe_streams():
        code = _exit_code()
        sys.exit(_written(code))


def _unread(out: TextIO) -> int:
    """The reader went away; Python would complain again when it flushes at exit."""
    sys.stdout = out
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return 2


def _written(code: int) -> int:
    """``code``, where what was printed got out; Python would end with a code of its own else."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Codes from 2 on were told of already.
        if code >= 2:
            return code
        # What was read is not all that was found.
        if isinstance(error, BrokenPipeError):
            return 2
        return report_fault(system_fault(error) or str(error))
    return code


def _exit_code() -> int:
    out = sys.stdout
    try:
        # What a command returns is not for us; what it leaves with, click returns.
        code = qcheck_command.main(standalone_mode=False)
        return code if isinstance(code, int) else 0
    except SystemExit as leave:
        # With another stream in place it is the end that click makes where a reader went away.
        if sys.stdout is not out:
            return _unread(out)
        if _is_ours(leave):
            return leave.code if isinstance(leave.code, int) else int(leave.code is not None)
        place = place_below(Path(__file__).parents[1], leave)
        return report_fault(f"internal error: a part of it left the program ({place})")
    except click.Abort as abort:
        return _interrupted(abort.__cause__)
    except click.ClickException as fault:
        _in_one_line(fault).show()
        return 2
    except UsageFault as fault:
        return report_fault(str(fault))
    except KeyboardInterrupt as interrupt:
        return _interrupted(interrupt)
    except BrokenPipeError:
        return _unread(out)
    except BaseException as error:
        lacks = system_fault(error)
        if lacks is not None and not os.environ.get("QCHECK_TRACEBACK"):
            return report_fault(lacks)
        what = f"{type(error).__name__}: {error}"
        if os.environ.get("QCHECK_TRACEBACK"):
            import traceback

            traceback.print_exc()
            return report_fault(f"internal error: {what}")
        return report_fault(f"internal error: {what} (QCHECK_TRACEBACK=1 shows where)")


def _is_ours(leave: SystemExit) -> bool:
    """Whether a command ends with its exit code; nobody else may say that all is well."""
    trace = leave.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = Path(trace.tb_frame.f_code.co_filename) if trace is not None else Path()
    return any(where.is_relative_to(folder) for folder in _MAY_LEAVE)


def _in_one_line(fault: click.ClickException) -> click.ClickException:
    """The fault with its message in one line, whatever stands in the argument that it quotes."""
    message = one_line(fault.format_message())
    if isinstance(fault, click.UsageError):
        return click.UsageError(message, fault.ctx)
    return click.ClickException(message)


def _interrupted(cause: BaseException | None) -> int:
    if isinstance(cause, _Terminated):
        return report_fault("terminated", 143)
    return report_fault("interrupted", 130)
