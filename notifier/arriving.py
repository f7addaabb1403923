"""Strangers who open the bot with a partner's link: whose link it was is a touch, as on a page. No PTB; calls block."""

import datetime as dtm
import uuid

from domain.events import Emitter, Fact, TouchRecorded
from domain.referral import code_started
from notifier.desk import Desk, Visitor

VISITORS = "telegram_visitors"
"""Registry collection: under which visitor a chat's touches stand, by `telegram:<chat>`; erased with the person."""
LANDING = "telegram?start="


def arrive(desk: Desk, visitor: Visitor, payload: str, at: dtm.datetime) -> bool:
    """Record whose link somebody came with; False: nobody's, or one's own. `at`: when START was pressed."""
    code = code_started(payload, desk.signing_key)
    partner = desk.programme.schedule.by_code(code) if code else None
    if partner is None or partner.partner_id in visitor.partners:
        return False
    who = visitor_id(desk, visitor.chat)
    if who is None:
        who = str(uuid.uuid4())
        desk.warehouse.put(VISITORS, f"telegram:{visitor.chat}", {"visitor_id": who})
    touch = TouchRecorded(visitor_id=who, landing=LANDING + payload, ref=payload, partner_id=partner.partner_id)
    desk.state([Fact.of(touch, emitter=Emitter.TELEGRAM_BOT, occurred_at=at)])
    return True


def visitor_id(desk: Desk, chat: str) -> str | None:
    """Under whom this chat's touches stand; None: it never came with a link."""
    entry = desk.warehouse.get(VISITORS, f"telegram:{chat}")
    return str(entry.body["visitor_id"]) if entry else None
