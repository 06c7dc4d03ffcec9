"""What the pages load: the style, the faces of the five levels, the icon. All of it from here."""

from importlib import resources
from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from sync.ward.web.access import public

A_DAY = "max-age=86400"


@get("/ward.css", opt=public(), sync_to_thread=False, include_in_schema=False)
def style() -> Response[str]:
    return Response(
        _read("sync.ward", "static", "ward.css"), media_type="text/css", headers={"Cache-Control": "no-cache"}
    )


@get("/faces/{level:int}", opt=public(), sync_to_thread=False, include_in_schema=False)
def face(level: Annotated[int, PathParameter(ge=1, le=5)]) -> Response[str]:
    """As on the kiosk's buttons."""
    return _drawing("faces", f"{level}.svg")


@get("/icon.svg", opt=public(), sync_to_thread=False, include_in_schema=False)
def icon() -> Response[str]:
    return _drawing("pictograms", "dossier.svg")


def _drawing(folder: str, name: str) -> Response[str]:
    return Response(_read("assets", folder, name), media_type="image/svg+xml", headers={"Cache-Control": A_DAY})


def _read(package: str, folder: str, name: str) -> str:
    return (resources.files(package) / folder / name).read_text("utf-8")
