"""What a page says in its head about itself, so that a link to it unfurls."""

import html
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """What a page tells link previews and search engines about itself."""

    title: str
    description: str = ""
    language: str = "ru"
    url: str = ""
    image: str = ""
    extra: Mapping[str, str] | None = None


def tags(head: Head) -> str:
    """The title and the meta tags; everything is escaped."""
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
    return "\n".join(
        [
            f"<title>{html.escape(head.title)}</title>",
            *(f'<meta name="{name}" content="{html.escape(text)}">' for name, text in named.items() if text),
            *(f'<meta property="{name}" content="{html.escape(text)}">' for name, text in properties.items() if text),
        ]
    )
