"""The pictures of the ward's pages in the READMEs: python -m tests.browser.pictures [FOLDER]

Each is of a ward with a sample year, at a moment that is always the same, in Debian's Chromium.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.seeing import chromium, sample_ward, window
from tests.ward.conftest import serving_url

FOLDER = Path(__file__).parents[2] / ".github" / "pictures"
PICTURES = {
    "ward-overview": ("/", "desktop"),
    "ward-kiosk": ("/kiosks/1?range=this-year", "desktop"),
    "ward-compare": ("/compare?by=session", "desktop"),
    "ward-phone": ("/kiosks/2?range=this-week", "phone"),
}


def take(folder: Path) -> None:
    with (
        TemporaryDirectory() as place,
        serving_url() as url,
        sample_ward(Path(place) / "ward", url),
        chromium() as seen,
    ):
        for name, (path, size) in PICTURES.items():
            with window(seen, url, size) as opened:
                opened.open(path)
                opened.page.screenshot(path=folder / f"{name}.png")
                print(folder / f"{name}.png")


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
