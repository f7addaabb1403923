"""A partner's links: what was typed for a new one, the fact it makes, the addresses that follow. No Reflex."""

import datetime as dtm
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from app.studio.forms import Complaints, Reader
from app.studio.recruiting import personal_link
from domain.events import Emitter, Fact, PartnerLinkCreated, Utm
from domain.webinars import Partner, Schedule
from warehouse.reads.partners import LinkNumbers

PRESETS: dict[str, Utm] = {
    "telegram": Utm(source="telegram", medium="messenger"),
    "vk": Utm(source="vk", medium="social"),
    "youtube": Utm(source="youtube", medium="video"),
    "email": Utm(source="email", medium="email"),
    "print": Utm(source="print", medium="qr"),
    "plain": Utm(),
}
"""Where a link is to be put: its UTM source and medium. The campaign and the note are the partner's own words."""
MOST_LINKS = 100
WORD = re.compile(r"[\w .,-]{0,60}")


def created(typed: Mapping[str, object], partner: Partner, plan: Schedule, *, now: dtm.datetime) -> Fact:
    """The fact of a new link of this partner. Raises Complaints."""
    reader = Reader(typed)
    webinar, preset = plan.by_slug(reader.text("webinar", most=60, required=True)), reader.text("preset", most=20)
    campaign, content = (reader.text(name, most=60) for name in ("campaign", "content"))
    if webinar is None:
        reader.wrong.setdefault("webinar", "no_webinar")
    if preset not in PRESETS:
        reader.wrong["preset"] = "no_preset"
    for name, word in (("campaign", campaign), ("content", content)):
        if not WORD.fullmatch(word):
            reader.wrong[name] = "not_a_word"
    if len(partner.codes) > MOST_LINKS:
        reader.wrong["webinar"] = "too_many_links"
    if reader.wrong or webinar is None:
        raise Complaints(reader.wrong)
    utm = PRESETS[preset].model_copy(update={"campaign": campaign or None, "content": content or None})
    event = PartnerLinkCreated(partner_id=partner.partner_id, code=_free_code(partner, plan), utm=utm)
    return Fact.of(event, emitter=Emitter.CORE, occurred_at=now, webinar_id=webinar.webinar_id)


def address_of(link: LinkNumbers, site: str, slug: str) -> str:
    """The whole address of a link: the partner's code, then the UTM values it was made with."""
    utm = {"source": link.source, "medium": link.medium, "campaign": link.campaign, "content": link.content}
    asked = urlencode({f"utm_{name}": value for name, value in utm.items() if value})
    return personal_link(site, slug, link.code) + (f"&{asked}" if asked else "")


def _free_code(partner: Partner, plan: Schedule) -> str:
    """The partner's code with something short behind it, so that the eye sees whose it is."""
    while True:
        code = f"{partner.code[:24]}-{secrets.token_hex(3)}"
        if plan.by_code(code) is None:
            return code
