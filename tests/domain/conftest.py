"""Properties are tried on a hundred examples each, without a clock: machines differ."""

from hypothesis import settings

settings.register_profile("domain", deadline=None, max_examples=100)
settings.load_profile("domain")
