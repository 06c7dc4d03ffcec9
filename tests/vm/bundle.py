"""What `setup.sh bundle` makes of this checkout for a bare trixie; and what a broken release looks like."""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.vm.cache import HERE, ROOT, made_once
from tests.vm.image import Image

WORDS = ("setup.sh", "pyproject.toml", "README.md", "LICENSE", "kiosk", "hardware", "sync", "assets")


class NotBundled(Exception):
    """`setup.sh bundle` failed; the end of what it said says why."""


def sources() -> list[Path]:
    """The files of the product as they lie in the checkout, committed or not."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *WORDS]
    names = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({ROOT / name for name in names if name and (ROOT / name).is_file()})


def bundle(image: Image) -> Path:
    def make(folder: Path) -> None:
        for file in sources():
            copy = folder / "source" / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)
        words = ["nice", HERE / "build/bundle.sh", image.root, folder / "source", folder / "bundle"]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise NotBundled(done.stdout[-3000:])
        shutil.rmtree(folder / "source")

    names = "".join(str(file.relative_to(ROOT)) for file in sources())
    return made_once("bundle", make, [image.folder.name, HERE / "build/bundle.sh", names, *sources()]) / "bundle"


def broken(good: Path, into: Path) -> Path:
    """The same bundle, as a release whose terminal ends as soon as it should show its screen."""
    shutil.copytree(good, into)
    (wheel,) = (into / "wheels").glob("hailong_kiosk-*.whl")
    before = sha256(wheel.read_bytes()).hexdigest()
    _change(wheel, "kiosk/ui/app.py", b'raise SystemExit("broken on purpose")\n')
    after = sha256(wheel.read_bytes()).hexdigest()
    for name in ("requirements.txt", "facts"):
        text = (into / name).read_text()
        (into / name).write_text(text.replace(before, after).replace("release=", "release=broken-"))
    return into


def renamed(good: Path, into: Path) -> Path:
    """The same bundle, as the release after this one."""
    shutil.copytree(good, into)
    facts = into / "facts"
    facts.write_text(facts.read_text().replace("release=", "release=next-"))
    return into


def _change(wheel: Path, name: str, content: bytes) -> None:
    """Replace one file; pip checks the hash of the wheel, not those inside it."""
    with ZipFile(wheel) as old:
        files = {info.filename: old.read(info) for info in old.infolist()}
    files[name] = content
    with ZipFile(wheel, "w", ZIP_DEFLATED) as new:
        for file, data in files.items():
            new.writestr(file, data)
