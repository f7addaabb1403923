"""In which language a visitor of an HTTP page is answered. Knows nothing of Reflex: the room is up before it is."""

from starlette.requests import Request

from app.shared.texts import Language, preferred

LANGUAGE_COOKIE = "efir_lang"


def language_of(request: Request, asked: str = "") -> Language:
    """Asked for (in a form or by `?lang=`), chosen earlier, or the browser's."""
    wish = asked or request.query_params.get("lang", "")
    return preferred(wish, request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))
