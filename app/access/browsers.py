"""What a browser says of itself (`User-Agent`), told so that people know their own from somebody else's.

No library: `ua-parser` knows every browser there ever was, and costs the app 12 MiB and 0.3 s. Here are those that
staff work with; what is none of them is told as it came.
"""

from app.shared.texts import translate

BROWSERS = (
    ("YaBrowser/", "Yandex Browser"), ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""In this order: nearly all say that they are Chrome and Safari, too."""
SYSTEMS = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
"""In this order: an iPhone is "like Mac OS X", Android says Linux."""


def named(agent: str, language: str) -> str:
    """Browser and system in words; the header itself when either is none we know."""
    browser = next((name for token, name in BROWSERS if token in agent), "")
    system = next((name for token, name in SYSTEMS if token in agent), "")
    return translate(language, "access.browser", browser=browser, system=system) if browser and system else agent
