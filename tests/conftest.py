"""What every test may ask for. The fixtures stand by subject in the modules named here."""

import os

from hypothesis import settings

pytest_plugins = [
    "tests.network",
    "tests.postgres",
    "tests.browser",
    "tests.public_site",
    "tests.softhsm",
    "tests.loopback",
    "tests.print_server",
    "tests.time_stamps",
    # It stands on some of the others.
    "tests.offices",
    "tests.staffed",
    "tests.sealed_reports",
    "tests.report_site",
    "tests.esign",
]

settings.register_profile("segel", deadline=None)
# A change is judged on the same examples each time; new ones are looked for at the desk.
settings.register_profile("ci", settings.get_profile("segel"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "segel")
