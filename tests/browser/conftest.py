"""Without Playwright, which only the tier `browser` installs, there is nothing to collect here."""

from importlib.util import find_spec

if find_spec("playwright"):
    from tests.browser.seeing import browser, ward
    from tests.ward.conftest import server, url

    __all__ = ["browser", "server", "url", "ward"]
else:
    collect_ignore_glob = ["test_*.py"]
