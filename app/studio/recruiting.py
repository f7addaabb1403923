"""Partners as the studio's form states them: what was typed, the facts and links that follow. No Reflex."""

import datetime as dtm
import re
import uuid
from collections.abc import Mapping

import segno

from app.shared import signing
from app.studio.forms import Complaints, Reader, slug_of
from domain.events import Emitter, Fact, PartnerJoined
from domain.referral import signed, start_payload
from domain.webinars import Schedule
from warehouse.interface import Personal, PersonalRow

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,31}")


def joined(typed: Mapping[str, object], plan: Schedule, *, now: dtm.datetime) -> tuple[Fact, PersonalRow]:
    """The fact of a new partner and the name that belongs to it. Raises Complaints."""
    reader = Reader(typed)
    name = reader.text("name", most=120, required=True)
    code = (reader.text("code", most=32) or slug_of(name)[:32]).casefold()
    if "code" not in reader.wrong and name:
        if not CODE.fullmatch(code):
            reader.wrong["code"] = "not_a_code"
        elif plan.by_code(code):
            reader.wrong["code"] = "code_taken"
    if reader.wrong:
        raise Complaints(reader.wrong)
    partner_id = str(uuid.uuid4())
    fact = Fact.of(PartnerJoined(partner_id=partner_id, code=code), emitter=Emitter.CORE, occurred_at=now)
    return fact, PersonalRow(partner_id, Personal.NAME, name, given_at=now)


def personal_link(address: str, slug: str, code: str) -> str:
    """The partner's link to a webinar, signed so that it is credited."""
    return f"{address}/w/{slug}?ref={signed(code, signing.key())}"


def bot_payload(code: str) -> str:
    """What stands behind `?start=` in the partner's link to the bot."""
    return start_payload(code, signing.key())


def qr(link: str) -> str:
    """The link as a QR code: an SVG in a data address."""
    return segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#14181a", light="#ffffff")
