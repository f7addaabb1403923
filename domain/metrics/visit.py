"""Numbers of one lead at one session: how long they watched, whether that counts, what they did."""

from domain.attendance import LATE_SECONDS, REPLAY_MIN_SECONDS
from domain.engagement import ACTS_FOR_ALL, ACTS_WEIGHT, OFFER_WEIGHT, WATCHED_WEIGHT
from domain.events import AttendancePolicy
from domain.metrics.metric import Metric, metric

_POLICY = AttendancePolicy()
_ATTENDED_MINUTES, _GRACE = f"{_POLICY.attended_minutes:g}", f"{_POLICY.grace_minutes:g}"
_ATTENDED_SHARE, _COMPLETED_SHARE = f"{_POLICY.attended_share:.0%}", f"{_POLICY.completed_share:.0%}"

METRICS: tuple[Metric, ...] = (
    metric(
        "watched_seconds",
        "seconds",
        ("Просмотрено", "Watched"),
        "Длина объединения отрезков присутствия одного лида на одном эфире в пределах его времени. Два устройства "
        "одновременно считаются один раз; отрезок кончается последним сигналом; лобби не входит.",
        "Length of the union of one lead's presence intervals in one session, clipped to the session. Two devices "
        "at once count once; an interval ends at its last heartbeat; lobby time is separate.",
    ),
    metric(
        "share_watched",
        "percent",
        ("Доля просмотра", "Share watched"),
        "Просмотрено ÷ длина эфира, не больше ста процентов.",
        "Watched ÷ the session's length, a hundred percent at most.",
    ),
    metric(
        "needed_seconds",
        "seconds",
        ("Нужно для посещения", "Needed to attend"),
        "Сколько надо было просмотреть, чтобы эфир засчитали, по его правилу.",
        "How long one had to watch to count as attended, by the rule of this session.",
    ),
    metric(
        "lobby_seconds",
        "seconds",
        ("В лобби", "In the lobby"),
        "Присутствие до начала эфира.",
        "Presence before the session's clock started.",
    ),
    metric(
        "replay_seconds",
        "seconds",
        ("Просмотр записи", "Recording watched"),
        "Длина объединения отрезков просмотра записи. На вывод о посещении эфира не влияет; от "
        f"{REPLAY_MIN_SECONDS} секунд лид считается посмотревшим запись.",
        "Length of the union of the intervals in which the recording was watched. It never changes whether "
        f"the lead attended; from {REPLAY_MIN_SECONDS} seconds on the recording counts as watched.",
    ),
    metric(
        "joined_at",
        "moment",
        ("Вошёл на", "Joined at"),
        "Первое присутствие лида по часам эфира; раньше нуля — ждал в лобби.",
        "The lead's first presence on the session's clock; before zero they waited in the lobby.",
    ),
    metric(
        "left_at",
        "moment",
        ("Ушёл на", "Left at"),
        "Последнее присутствие лида по часам эфира; дальше сигналов не было.",
        "The lead's last presence on the session's clock; no heartbeat came after it.",
    ),
    metric(
        "visits",
        "count",
        ("Визиты", "Visits"),
        "Сколько раз лид входил в комнату этого эфира.",
        "How many times the lead entered the room of this session.",
    ),
    metric(
        "attended",
        "people",
        ("Посетили", "Attended"),
        f"Просмотрено не меньше {_ATTENDED_MINUTES} минут или {_ATTENDED_SHARE} эфира (что меньше) либо до конца. "
        f"«Не посетил» говорим только через {_GRACE} минут после окончания. Пороги можно менять для вебинара.",
        f"Watched at least {_ATTENDED_MINUTES} minutes or {_ATTENDED_SHARE} of the session, whichever is less, or "
        f"completed it. «Did not attend» is only said {_GRACE} minutes after the end. Thresholds are per webinar.",
    ),
    metric(
        "completed",
        "people",
        ("Досмотрели", "Completed"),
        f"Просмотрено не меньше {_COMPLETED_SHARE} эфира.",
        f"Watched at least {_COMPLETED_SHARE} of the session.",
    ),
    metric(
        "joined_late",
        "people",
        ("Опоздали", "Joined late"),
        f"Вошли позже {LATE_SECONDS // 60} минут или десятой части эфира (что меньше).",
        f"Joined after {LATE_SECONDS // 60} minutes or a tenth of the session, whichever is less.",
    ),
    metric(
        "offer_at",
        "moment",
        ("Показ предложения", "Offer shown at"),
        "Когда предложение впервые показано, по часам эфира.",
        "When the offer was first shown, on the session's clock.",
    ),
    metric(
        "clicked",
        "people",
        ("Открыли предложение", "Offer clicked"),
        "Лиды, нажавшие на предложение в комнате или при записи.",
        "Leads who clicked an offer in the room or beside the recording.",
    ),
    metric(
        "submitted",
        "people",
        ("Отправили форму", "Form submitted"),
        "Лиды, отправившие форму предложения.",
        "Leads who sent an offer's form.",
    ),
    metric(
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
)
