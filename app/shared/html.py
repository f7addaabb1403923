"""The HTML shell of dynamic pages: the built fallback with a head of its own, so that links unfurl."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
LANG = re.compile(r'(<html[^>]*?\blang=)"[^"]*"')
DESCRIPTION = re.compile(r'<meta[^>]*\b(?:name="description"|property="og:[a-z_]+")[^>]*>')


@dataclass(frozen=True, slots=True)
class Head:
    """What a page tells link previews and search engines about itself."""

    title: str
    description: str = ""
    language: str = "ru"
    url: str = ""
    image: str = ""
    extra: Mapping[str, str] | None = None


@cache
def shell(folder: Path) -> str:
    """The page Reflex serves for dynamic routes. Raises FileNotFoundError when the frontend is not built."""
    for name in ("__spa-fallback.html", "404.html", "index.html"):
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise FileNotFoundError(f"No page shell in {folder}: run `python -m app.build`.")


def inject(page: str, head: Head) -> str:
    """The shell with this head in place of its own; everything is escaped."""
    tags = [f"<title>{html.escape(head.title)}</title>", *_metas(head)]
    bare = DESCRIPTION.sub("", TITLE.sub("", page))
    named = LANG.sub(lambda found: f'{found[1]}"{html.escape(head.language)}"', bare, count=1)
    return named.replace("</head>", "".join(tags) + "</head>", 1)


def _metas(head: Head) -> list[str]:
    named = {"description": head.description, "twitter:card": "summary_large_image" if head.image else ""}
    properties = {
        "og:type": "website",
        "og:site_name": "Efir",
        "og:title": head.title,
        "og:description": head.description,
        "og:url": head.url,
        "og:image": head.image,
        "og:locale": "ru_RU" if head.language == "ru" else "en_US",
        **(head.extra or {}),
    }
    return [
        *(f'<meta name="{name}" content="{html.escape(text)}">' for name, text in named.items() if text),
        *(f'<meta property="{name}" content="{html.escape(text)}">' for name, text in properties.items() if text),
    ]
