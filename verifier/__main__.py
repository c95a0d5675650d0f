"""`python -m verifier FILE…`: check certificates without the office."""

import os
import sys
import time

from .command import exit_code_of, main

if __name__ == "__main__":
    try:
        code = exit_code_of(
            lambda out, stdin: main(
                sys.argv[1:],
                environment=os.environ,
                now=int(time.time()),
                out=out,
                stdin=stdin,
            )
        )
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
