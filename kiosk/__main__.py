"""`python -m kiosk` is `segel`."""

from kiosk.cli.main import main

if __name__ == "__main__":
    main(prog_name="segel")
