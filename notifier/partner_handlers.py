"""Commands for partners: their links, today's leads, their funnel. Numbers come from the same reads as the pages."""

import datetime as dtm
import io
from typing import Any

import segno
from telegram import Update

from domain.dates import zone_of
from domain.referral import signed, start_payload
from notifier.desk import Context, Desk, Visitor, desk_of
from notifier.messages import Button, labels
from notifier.particulars import landing_url, title_of
from warehouse import tokens
from warehouse.reads.funnel import FunnelFilter, funnel
from warehouse.reads.partners import leads_since

_MAX_LISTED = 5
_CABINET_LINK_LASTS = dtm.timedelta(minutes=15)


async def link(update: Update, context: Context) -> None:
    """`/link`: the personal link for each webinar, and the newest one as a picture to show or print."""
    desk, visitor = await _partner(update, context)
    if not visitor.partners:
        return
    schedule = desk.programme.schedule
    code = schedule.partners[visitor.partners[0]].code
    ref = signed(code, desk.signing_key)
    links: list[dict[str, Any]] = [
        {"title": title_of(held, visitor.language), "url": landing_url(held, desk.site, ref)}
        for held in list(schedule.webinars.values())[-_MAX_LISTED:]
    ]
    start = start_payload(code, desk.signing_key)
    bot = f"https://t.me/{desk.bot_username}?start={start}" if desk.bot_username else ""
    desk.say(update, visitor, "partner_link", links=links, bot=bot)
    if links:
        desk.say(update, visitor, "partner_qr", photo=_qr(links[-1]["url"]), **links[-1])


async def leads(update: Update, context: Context) -> None:
    """`/leads`: how many leads came today, this week and ever."""
    desk, visitor = await _partner(update, context)
    if not visitor.partners:
        return
    partner_id, midnight = visitor.partners[0], _midnight(desk)
    week_ago = midnight - dtm.timedelta(days=6)
    numbers = await desk.threads.run(
        lambda: [leads_since(desk.warehouse, partner_id, since) for since in (midnight, week_ago, None)]
    )
    desk.say(update, visitor, "partner_leads", today=numbers[0], week=numbers[1], total=numbers[2])


async def stats(update: Update, context: Context) -> None:
    """`/stats`: the partner's own funnel, everybody counted once per stage."""
    desk, visitor = await _partner(update, context)
    if not visitor.partners:
        return
    slices = await desk.threads.run(lambda: funnel(desk.warehouse, FunnelFilter(partner_id=visitor.partners[0])))
    desk.say(update, visitor, "partner_stats", counts=slices[0].counts if slices else {})


async def cabinet(update: Update, context: Context) -> None:
    """`/cabinet`: a button into the partner's own pages; the link works once and for a quarter of an hour."""
    desk, visitor = await _partner(update, context)
    if not visitor.partners:
        return
    body, now = {"partner_id": visitor.partners[0]}, desk.now()
    token = await desk.threads.run(
        lambda: tokens.mint(
            desk.warehouse, tokens.PARTNER_LOGIN, body, now=now, ttl=_CABINET_LINK_LASTS, single_use=True
        )
    )
    button = Button(labels(visitor.language)["cabinet"], url=f"{desk.site}/partner/enter/{token}")
    desk.say(update, visitor, "partner_cabinet", buttons=(button,))


async def _partner(update: Update, context: Context) -> tuple[Desk, Visitor]:
    """Who asks; somebody who is no partner is told so."""
    desk = desk_of(context)
    visitor = await desk.threads.run(lambda: desk.visitor(update))
    if not visitor.partners:
        desk.say(update, visitor, "not_partner")
    return desk, visitor


def _qr(link: str) -> bytes:
    """The link as a QR code, a PNG picture."""
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=10, border=4)
    return picture.getvalue()


def _midnight(desk: Desk) -> dtm.datetime:
    """Today's midnight where the webinars live."""
    zones = [held.definition.time_zone for held in desk.programme.schedule.webinars.values()]
    local = desk.now().astimezone(zone_of(*zones[-1:]))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dtm.UTC)
