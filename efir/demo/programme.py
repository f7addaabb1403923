"""The demo's programme: an AUTO and a LIVE webinar, their past and coming sessions, three partners."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from domain.events import (
    Emitter,
    Event,
    Fact,
    Mode,
    Offer,
    PartnerJoined,
    ScriptLine,
    WebinarConfigured,
    WebinarScheduled,
)
from efir.demo.people import stable_id
from warehouse.interface import Personal, PersonalRow

AUTO_SLUG, LIVE_SLUG = "zal-za-140-sekund", "efir-vopros-otvet"
SAMPLE_SECONDS = 140
LIVE_SECONDS = 45 * 60
DAY = dtm.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Showing:
    """One session of the demo."""

    session_id: str
    slug: str
    mode: Mode
    starts_at: dtm.datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class DemoPartner:
    """A partner who does not exist. `chat_id` None: has not linked Telegram."""

    name: str
    code: str
    invited_by: str | None
    chat_id: str | None

    @property
    def partner_id(self) -> str:
        """The same in every demo."""
        return stable_id("partner", self.code)


PARTNERS: Sequence[DemoPartner] = (
    DemoPartner("Клуб «Пример» (демо)", "klub", None, str(10**12 + 900_001)),
    DemoPartner("Мастерская «Образец» (демо)", "masterskaya", "klub", str(10**12 + 900_002)),
    DemoPartner("Студия «Северная выдумка» (демо)", "studio-severa", "klub", None),
)

AUTO = WebinarConfigured(
    action_id="demo-auto-1",
    slug=AUTO_SLUG,
    title={"ru": "Полный зал за 140 секунд", "en": "A full house in 140 seconds"},
    summary={
        "ru": "Учебный автовебинар: короткая синтетическая запись с чатом и предложением.",
        "en": "A sample automated webinar: a short synthetic recording with chat and an offer.",
    },
    host_name="Вера Образцова (демо)",
    mode="auto",
    media_kind="file",
    media_url="sample.mp4",
    duration_seconds=SAMPLE_SECONDS,
    offers=(
        Offer(
            offer_id="konsultatsiya",
            title={"ru": "Разбор вашей воронки", "en": "A review of your funnel"},
            text={"ru": "Полчаса с ведущим, бесплатно (демо).", "en": "Half an hour with the host, free (demo)."},
            button={"ru": "Записаться", "en": "Book it"},
            show_at_seconds=60,
        ),
    ),
    script=(
        ScriptLine(at_seconds=6, author="Ирина (сценарий)", text="Добрый вечер! Всё видно и слышно."),
        ScriptLine(at_seconds=34, author="Борис (сценарий)", text="А запись потом будет?"),
        ScriptLine(at_seconds=68, author="Ирина (сценарий)", text="Записалась на разбор, спасибо."),
    ),
)
LIVE = WebinarConfigured(
    action_id="demo-live-1",
    slug=LIVE_SLUG,
    title={"ru": "Прямой эфир: вопросы и ответы", "en": "Live: questions and answers"},
    summary={
        "ru": "Учебный прямой эфир: ведущий выходит в эфир из студии, поток синтетический.",
        "en": "A sample live webinar: the host goes on air in the studio, the stream is synthetic.",
    },
    host_name="Глеб Примеров (демо)",
    mode="live",
    media_kind="hls",
    media_url="hls/index.m3u8",
    duration_seconds=LIVE_SECONDS,
    offers=(
        Offer(
            offer_id="kurs",
            title={"ru": "Курс «Воронка с нуля»", "en": "The course “A funnel from scratch”"},
            button={"ru": "Оставить заявку", "en": "Apply"},
            show_at_seconds=25 * 60,
        ),
    ),
)


def showings(now: dtm.datetime) -> list[Showing]:
    """Past sessions of the fortnight before `now`, in order: AUTO on most days, LIVE twice."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    auto = [midnight - days * DAY + dtm.timedelta(hours=9) for days in (12, 10, 8, 5, 3, 2)]
    live = [midnight - days * DAY + dtm.timedelta(hours=16) for days in (7, 1)]
    past = [Showing(_session_id("a", at), AUTO_SLUG, "auto", at, SAMPLE_SECONDS) for at in auto]
    past += [Showing(_session_id("l", at), LIVE_SLUG, "live", at, LIVE_SECONDS) for at in live]
    return sorted(past, key=lambda showing: showing.starts_at)


def coming(now: dtm.datetime) -> list[Showing]:
    """Sessions ahead: one AUTO within two minutes and one tomorrow, a LIVE one the day after."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    soon = now.replace(microsecond=0) + dtm.timedelta(seconds=110)
    tomorrow, live = midnight + DAY + dtm.timedelta(hours=9), midnight + 2 * DAY + dtm.timedelta(hours=16)
    return [
        Showing(_session_id("a", soon), AUTO_SLUG, "auto", soon, SAMPLE_SECONDS),
        Showing(_session_id("a", tomorrow), AUTO_SLUG, "auto", tomorrow, SAMPLE_SECONDS),
        Showing(_session_id("l", live), LIVE_SLUG, "live", live, LIVE_SECONDS),
    ]


def announcement(showing: Showing, now: dtm.datetime) -> Fact:
    """The session as the studio states it."""
    event = WebinarScheduled(
        action_id="demo", starts_at=showing.starts_at, duration_seconds=showing.seconds, mode=showing.mode
    )
    return stated(event, now, Emitter.STUDIO, webinar_id=showing.slug, session_id=showing.session_id)


def opening(now: dtm.datetime) -> tuple[list[Fact], list[PersonalRow]]:
    """Webinars and partners, as the studio states them on the first day."""
    facts = [stated(event, now, Emitter.STUDIO, webinar_id=event.slug) for event in (AUTO, LIVE)]
    ids = {partner.code: partner.partner_id for partner in PARTNERS}
    for one in PARTNERS:
        joined = PartnerJoined(partner_id=one.partner_id, code=one.code, invited_by=ids.get(one.invited_by or ""))
        facts.append(stated(joined, now, Emitter.CORE))
    rows = [PersonalRow(one.partner_id, Personal.NAME, one.name, given_at=now) for one in PARTNERS]
    return facts, rows


def stated(
    event: Event, at: dtm.datetime, emitter: Emitter, *, webinar_id: str | None = None, session_id: str | None = None
) -> Fact:
    """A fact of the programme."""
    return Fact.of(event, emitter=emitter, occurred_at=at, webinar_id=webinar_id, session_id=session_id)


def _session_id(kind: str, at: dtm.datetime) -> str:
    return f"{kind}{at:%m%d%H%M%S}"[:10]
