"""A page as PDF: WeasyPrint lays out the same HTML and CSS that a browser prints.

The same page gives the same bytes: it is dated and named by what it shows, not by when it was asked for.
"""

import io
from hashlib import sha256

from sync.ward.failure import Failure

PDF = "application/pdf"


class NoPrinter(Failure):
    """The server lacks the libraries that lay out text."""


def as_pdf(html: str, css: str) -> bytes:
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415  slow, and it needs libraries of the system
    except OSError as error:
        raise NoPrinter(
            "PDF needs Pango; as root: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    name = sha256(html.encode() + css.encode()).hexdigest()[:32].encode()
    raw = io.BytesIO()
    page = HTML(string=html, base_url="about:blank", url_fetcher=_refuse)
    page.write_pdf(raw, stylesheets=[CSS(string=css)], pdf_identifier=name)
    return raw.getvalue()


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    """Everything that a report shows is in it: nothing is fetched, from anywhere."""
    raise ValueError(f"a report loads nothing, but asks for {url:.60}")
