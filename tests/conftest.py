"""For every test: the language of the commands does not depend on who runs the tests."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def speak_english() -> None:
    os.environ["LC_ALL"] = "C.UTF-8"
