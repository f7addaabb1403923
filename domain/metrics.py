"""The catalogue of metrics: one definition for columns, cards, tooltips, checks and docs. Nothing is computed here."""

from dataclasses import dataclass
from typing import Literal

from domain.attendance import LATE_SECONDS, REPLAY_MIN_SECONDS
from domain.attribution import PARTNER_WINDOW_DAYS
from domain.engagement import ACTS_FOR_ALL, ACTS_WEIGHT, OFFER_WEIGHT, WATCHED_WEIGHT
from domain.events import AttendancePolicy

Unit = Literal["seconds", "people", "percent", "count", "moment", "text", "points"]
_POLICY = AttendancePolicy()
_ATTENDED_MINUTES, _GRACE = f"{_POLICY.attended_minutes:g}", f"{_POLICY.grace_minutes:g}"
_ATTENDED_SHARE, _COMPLETED_SHARE = f"{_POLICY.attended_share:.0%}", f"{_POLICY.completed_share:.0%}"


@dataclass(frozen=True, slots=True)
class Metric:
    """What one number means, in both languages."""

    slug: str
    label: dict[str, str]
    unit: Unit
    definition: dict[str, str]


def _metric(slug: str, unit: Unit, labels: tuple[str, str], ru: str, en: str) -> Metric:
    return Metric(slug, {"ru": labels[0], "en": labels[1]}, unit, {"ru": ru, "en": en})


METRICS: tuple[Metric, ...] = (
    _metric(
        "source",
        "text",
        ("Источник", "Source"),
        "utm_source первого касания; без него — вид сайта, с которого пришли (поиск, соцсеть, мессенджер, почта, "
        "ссылка); иначе direct. Если форма сама называет источник, берём его.",
        "utm_source of the first touch; without it the class of the referring site (search, social, messenger, "
        "email, referral); else direct. A source stated by the form itself takes precedence.",
    ),
    _metric(
        "first_touch_at",
        "moment",
        ("Первое касание", "First touch"),
        "Самый ранний визит на наши страницы по времени события; если визитов не видно — момент формы.",
        "The earliest visit to our pages by event time; the moment of the form if no visit is known.",
    ),
    _metric(
        "lead_created_at",
        "moment",
        ("Лид создан", "Lead created"),
        "Момент первой формы этого человека.",
        "The moment of the person's first form.",
    ),
    _metric(
        "partner",
        "text",
        ("Партнёр", "Partner"),
        f"Первая действующая партнёрская ссылка за {PARTNER_WINDOW_DAYS} дней до создания лида. Закрепляется при "
        "создании; дальше меняют только сотрудники, с записью в журнале.",
        f"The first valid partner link within {PARTNER_WINDOW_DAYS} days before the lead was created. Frozen then; "
        "later only staff re-assign it, and it is logged.",
    ),
    _metric(
        "touches",
        "count",
        ("Касания", "Touches"),
        "Сколько раз человек открывал наши страницы.",
        "How many times the person opened our pages.",
    ),
    _metric(
        "leads",
        "people",
        ("Лиды", "Leads"),
        "Люди, оставившие контакты. Один человек — один лид, сколько бы форм он ни отправил.",
        "People who left their contacts. One person is one lead, however many forms they sent.",
    ),
    _metric(
        "registered",
        "people",
        ("Записались", "Registered"),
        "Лиды, у которых есть место на сессии.",
        "Leads who have a place in a session.",
    ),
    _metric(
        "entered",
        "people",
        ("Вошли", "Entered"),
        "Лиды, чья страница комнаты действительно воспроизводила эфир. Предпросмотр ссылки и открытая вкладка "
        "входом не считаются.",
        "Leads whose room page really played. A link preview or an opened tab is not an entry.",
    ),
    _metric(
        "watched_seconds",
        "seconds",
        ("Просмотрено", "Watched"),
        "Длина объединения отрезков присутствия одного лида на одной сессии в пределах её времени. Два устройства "
        "одновременно считаются один раз; отрезок кончается последним сигналом; лобби не входит.",
        "Length of the union of one lead's presence intervals in one session, clipped to the session. Two devices "
        "at once count once; an interval ends at its last heartbeat; lobby time is separate.",
    ),
    _metric(
        "lobby_seconds",
        "seconds",
        ("В лобби", "In the lobby"),
        "Присутствие до начала эфира.",
        "Presence before the session's clock started.",
    ),
    _metric(
        "replay_seconds",
        "seconds",
        ("Просмотр записи", "Recording watched"),
        "Длина объединения отрезков просмотра записи. На вывод о посещении эфира не влияет; от "
        f"{REPLAY_MIN_SECONDS} секунд лид считается посмотревшим запись.",
        "Length of the union of the intervals in which the recording was watched. It never changes whether "
        f"the lead attended; from {REPLAY_MIN_SECONDS} seconds on the recording counts as watched.",
    ),
    _metric(
        "attended",
        "people",
        ("Посетили", "Attended"),
        f"Просмотрено не меньше {_ATTENDED_MINUTES} минут или {_ATTENDED_SHARE} сессии (что меньше) либо до конца. "
        f"«Не посетил» говорим только через {_GRACE} минут после окончания. Пороги можно менять для вебинара.",
        f"Watched at least {_ATTENDED_MINUTES} minutes or {_ATTENDED_SHARE} of the session, whichever is less, or "
        f"completed it. «Did not attend» is only said {_GRACE} minutes after the end. Thresholds are per webinar.",
    ),
    _metric(
        "completed",
        "people",
        ("Досмотрели", "Completed"),
        f"Просмотрено не меньше {_COMPLETED_SHARE} сессии.",
        f"Watched at least {_COMPLETED_SHARE} of the session.",
    ),
    _metric(
        "joined_late",
        "people",
        ("Опоздали", "Joined late"),
        f"Вошли позже {LATE_SECONDS // 60} минут или десятой части сессии (что меньше).",
        f"Joined after {LATE_SECONDS // 60} minutes or a tenth of the session, whichever is less.",
    ),
    _metric(
        "attendance_rate",
        "percent",
        ("Доходимость", "Attendance rate"),
        "Посетили ÷ записались; и те и другие — с местом, поэтому больше ста процентов не бывает.",
        "Attended ÷ registered, both among those with a place: never more than the whole.",
    ),
    _metric(
        "completion_rate",
        "percent",
        ("Досматриваемость", "Completion rate"),
        "Досмотрели ÷ посетили.",
        "Completed ÷ attended.",
    ),
    _metric(
        "offer_click_rate",
        "percent",
        ("Переходы по предложению", "Offer click rate"),
        "Открыли предложение ÷ посетили; открывшие — среди посетивших.",
        "Clicked the offer ÷ attended, both among those who attended.",
    ),
    _metric(
        "conversion_rate",
        "percent",
        ("Конверсия", "Conversion"),
        "Отправили форму предложения ÷ посетили; отправившие — среди посетивших.",
        "Submitted the offer's form ÷ attended, both among those who attended.",
    ),
    _metric(
        "cost_per",
        "count",
        ("Цена лида, посетившего, формы", "Cost per lead, attendee, form"),
        "Расход за период ÷ лиды, посетившие или отправившие форму — в любом порядке шагов, и без Telegram тоже.",
        "Spend of the period ÷ leads, attendees or senders of the form, in any order of stages, with Telegram or not.",
    ),
    _metric(
        "engagement",
        "points",
        ("Вовлечённость", "Engagement"),
        f"0–100, среди посетивших: {WATCHED_WEIGHT} × доля просмотра + {ACTS_WEIGHT} × min(1, действия ÷ "
        f"{ACTS_FOR_ALL}) + {OFFER_WEIGHT // 2} за переход и {OFFER_WEIGHT // 2} за форму. Действия — свои реплики "
        "в чате, вопросы и ответы в опросах. Мера участия, а не внимания.",
        f"0–100, among those who attended: {WATCHED_WEIGHT} × share watched + {ACTS_WEIGHT} × min(1, acts ÷ "
        f"{ACTS_FOR_ALL}) + {OFFER_WEIGHT // 2} for the click and {OFFER_WEIGHT // 2} for the form. Acts are own "
        "chat lines, questions and poll answers. It measures participation, not attention.",
    ),
    _metric(
        "stage_conversion",
        "percent",
        ("Переход с шага на шаг", "Step conversion"),
        "Дошедшие до шага ÷ дошедшие до предыдущего. Шаг засчитан, если пройдены все до него.",
        "Those who reached the stage ÷ those who reached the one before. A stage counts once all before it did.",
    ),
    _metric(
        "time_to_convert",
        "seconds",
        ("Время до шага", "Time to convert"),
        "Медиана времени от предыдущего шага до этого среди дошедших.",
        "Median time from the stage before to this one, among those who reached it.",
    ),
    _metric(
        "in_room",
        "people",
        ("Сейчас в комнате", "In the room now"),
        "Лиды с открытым входом, чей сигнал свежий. Симулированные зрители не считаются никогда.",
        "Leads with an open visit and a recent heartbeat. Simulated viewers are never counted.",
    ),
    _metric(
        "messages_planned",
        "count",
        ("Сообщения к отправке", "Messages planned"),
        "Сообщения, чей срок настал и условия выполнены. Каждое планируется ровно один раз.",
        "Messages that were due and allowed. Each is planned exactly once.",
    ),
    _metric(
        "messages_sent",
        "count",
        ("Отправлено", "Messages sent"),
        "Сообщения, которые Telegram принял (в пробном режиме — записанные в исходящие).",
        "Messages Telegram accepted (in a dry run: written to the outbox).",
    ),
    _metric(
        "messages_skipped",
        "count",
        ("Не отправлено намеренно", "Messages skipped"),
        "Сообщения, которые не уйдут, с причиной: опоздало, нет согласия, канал закрыт, условие не выполнено.",
        "Messages that will not go out, with the reason: too late, no consent, channel gone, condition not met.",
    ),
    _metric(
        "messages_uncertain",
        "count",
        ("Неизвестно, дошло ли", "Messages uncertain"),
        "Связь оборвалась после отправки запроса: дошло ли сообщение, знать нельзя. Повторно не отправляем.",
        "The connection broke after the request was written: nobody can know whether it arrived. Not sent again.",
    ),
    _metric(
        "delivery_latency",
        "seconds",
        ("Задержка отправки", "Delivery latency"),
        "От записи решения об отправке в журнал до ответа Telegram.",
        "From the decision to send being in the log to Telegram's answer.",
    ),
)
"""Every number shown anywhere, in the order of a lead's life."""

BY_SLUG: dict[str, Metric] = {metric.slug: metric for metric in METRICS}
