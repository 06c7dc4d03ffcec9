"""For every test: nothing depends on who runs it, in what language, or on how busy the machine is."""

import os

import pytest
from hypothesis import settings

# A slow machine is no failure: what must be fast is measured in benchmarks, against a peer in the same run.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True, scope="session")
def speak_english() -> None:
    os.environ["LC_ALL"] = "C.UTF-8"
