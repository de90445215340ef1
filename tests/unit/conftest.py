"""How the property tests run: without a clock, for a busy machine must not fail them."""

from hypothesis import settings

settings.register_profile("normal", deadline=None)
settings.load_profile("normal")
