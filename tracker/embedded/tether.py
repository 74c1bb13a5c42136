"""Ties a child to its parent and becomes the child: `tether.py PARENT_PID PROGRAM ARGUMENTS…`.

On Linux the kernel then asks the child to end when the parent dies, kill -9 included. A program of its own, because
code between fork and exec may dead-lock in a process that has threads. Run by path, in isolated mode: imports
nothing of Kept.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent and turn it into the program."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have died before the tie was there.
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(program, sys.argv[2:])  # noqa: S606 - the program and its arguments come from the supervisor


if __name__ == "__main__":
    main()
