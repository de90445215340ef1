"""How the property tests run: without a clock, for a busy machine must not fail them, and with the same examples each time,
so that a change is to blame for what they find.

``HYPOTHESIS_PROFILE=nightly`` has twenty times as many examples, and other ones each night: what they find is printed as
a blob to reproduce it with, since no database survives the machine.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "normal",
    deadline=None,
    max_examples=500,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=True,
)
settings.register_profile(
    "nightly", settings.get_profile("normal"), max_examples=10_000, print_blob=True, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))
