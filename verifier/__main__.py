"""`python -m verifier FILE…`: check certificates without the office."""

import os
import sys
import time

from .command import main

if __name__ == "__main__":
    try:
        code = main(
            sys.argv[1:],
            environment=os.environ,
            now=int(time.time()),
            out=sys.stdout,
            stdin=sys.stdin.buffer,
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has gone, and with it the place for an answer.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
