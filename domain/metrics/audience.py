"""Numbers of an audience: by the minute, by how long people watched, live against automatic and recorded."""

from domain.attendance import REPLAY_MIN_SECONDS
from domain.metrics.metric import Metric, metric

METRICS: tuple[Metric, ...] = (
    metric(
        "watched_band",
        "people",
        ("Сколько смотрели", "How long watched"),
        "Вошедшие, просмотревшие столько: длина эфира поделена на десять равных частей. Кто ещё без вывода, не входит.",
        "Those who entered and watched so long: the session's length in ten equal parts. Who has no verdict yet "
        "is not in.",
    ),
    metric(
        "watched_band_share",
        "percent",
        ("Доля", "Share"),
        "Просмотревшие столько ÷ все вошедшие, о которых есть вывод.",
        "Those who watched so long ÷ all who entered and have a verdict.",
    ),
    metric(
        "minute_present",
        "people",
        ("В комнате", "In the room"),
        "Лиды, присутствовавшие хоть часть этой минуты; с двух устройств — один раз.",
        "Leads present at some time in this minute, however many devices.",
    ),
    metric(
        "minute_entered",
        "people",
        ("Вошли", "Entered"),
        "Лиды, чей первый вход был в эту минуту; вошедшие раньше стоят в минуте 0.",
        "Leads whose first entry was in this minute; an earlier one counts in minute 0.",
    ),
    metric(
        "minute_dropped",
        "people",
        ("Ушли совсем", "Left for good"),
        "Лиды, чьё последнее присутствие было в эту минуту.",
        "Leads whose last presence was in this minute.",
    ),
    metric(
        "minute_chat",
        "count",
        ("Реплики", "Chat"),
        "Реплики и вопросы лидов за эту минуту; симулированные не считаются.",
        "Chat lines and questions of leads in this minute; simulated ones never count.",
    ),
    metric(
        "minute_shown",
        "people",
        ("Показ", "Offer shown"),
        "Лиды, на чьём экране в эту минуту появилось предложение.",
        "Leads on whose screen an offer appeared in this minute.",
    ),
    metric(
        "minute_clicked",
        "people",
        ("Открыли", "Clicked"),
        "Лиды, открывшие предложение в эту минуту.",
        "Leads who clicked an offer in this minute.",
    ),
    metric(
        "minute_submitted",
        "people",
        ("Формы", "Forms"),
        "Лиды, отправившие форму предложения в эту минуту.",
        "Leads who sent an offer's form in this minute.",
    ),
    metric(
        "minute_replaying",
        "people",
        ("Запись", "Recording"),
        "Лиды, посмотревшие эту минуту записи.",
        "Leads who watched this minute of the recording.",
    ),
    metric(
        "kind_registered",
        "people",
        ("Записались", "Registered"),
        "Места на эфирах этого вида, о которых есть вывод: предстоящие, идущие и отменённые эфиры не входят. "
        "У записи — все места, с которых её можно посмотреть.",
        "Places with a verdict in sessions of this kind: sessions ahead, on the air or cancelled are not in. Of the "
        "recording, all places it can be watched from.",
    ),
    metric(
        "kind_attended",
        "people",
        ("Посетили", "Attended"),
        f"Посетившие; у записи — посмотревшие не меньше {REPLAY_MIN_SECONDS} секунд. Доля — посетившие с местом ÷ "
        "места.",
        f"Those who attended; of the recording, who watched at least {REPLAY_MIN_SECONDS} seconds. The share: "
        "attended with a place ÷ places.",
    ),
    metric(
        "kind_median",
        "seconds",
        ("Половина смотрела", "Half watched"),
        "Медиана просмотренного среди вошедших; у записи — среди начавших её смотреть, каждое место записи один раз.",
        "The median of seconds watched among those who entered; of the recording, among who began it, each part "
        "of it once.",
    ),
    metric(
        "kind_completed",
        "people",
        ("Досмотрели", "Completed"),
        "Досмотревшие среди посетивших; доля — от посетивших.",
        "Completed among those who attended; the share is of those who attended.",
    ),
    metric(
        "kind_clicked",
        "people",
        ("Открыли предложение", "Offer clicked"),
        "Открывшие предложение среди посетивших: на эфире — до его конца, у записи — после. Доля — от посетивших.",
        "Clicked an offer, among those who attended: before the session's end, or after it with the recording. "
        "The share is of those who attended.",
    ),
    metric(
        "kind_submitted",
        "people",
        ("Отправили форму", "Form submitted"),
        "Отправившие форму предложения среди посетивших: на эфире — до его конца, у записи — после. Доля — от "
        "посетивших.",
        "Sent an offer's form, among those who attended: before the session's end, or after it with the "
        "recording. The share is of those who attended.",
    ),
)
