"""Calls a handler under a limit, as AWS Lambda does: in_a_function.py SECONDS HANDLER.py; the limit begins with the call."""

import runpy
import signal
import sys


def timed_out(_signal, _frame):
    raise SystemExit(f"Task timed out after {limit:.2f} seconds")


limit = float(sys.argv[1])
handler = runpy.run_path(sys.argv[2])["handler"]
signal.signal(signal.SIGALRM, timed_out)
signal.setitimer(signal.ITIMER_REAL, limit)
handler({"text": "A long memo"}, None)
