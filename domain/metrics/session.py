"""Numbers of one session as a whole, by outcome and by offer."""

from domain.attendance import REPLAY_MIN_SECONDS
from domain.metrics.metric import Metric, metric

METRICS: tuple[Metric, ...] = (
    metric(
        "in_room",
        "people",
        ("Сейчас в комнате", "In the room now"),
        "Лиды с открытым входом, чей сигнал свежий. Симулированные зрители не считаются никогда.",
        "Leads with an open visit and a recent heartbeat. Simulated viewers are never counted.",
    ),
    metric(
        "attendance_rate",
        "percent",
        ("Доходимость", "Attendance rate"),
        "Посетили ÷ записались; и те и другие — с местом, поэтому больше ста процентов не бывает. "
        "По нескольким эфирам — только места, о которых есть вывод.",
        "Attended ÷ registered, both among those with a place: never more than the whole. Over several sessions: of "
        "places with a verdict.",
    ),
    metric(
        "completion_rate",
        "percent",
        ("Досматриваемость", "Completion rate"),
        "Досмотрели ÷ посетили.",
        "Completed ÷ attended.",
    ),
    metric(
        "offer_click_rate",
        "percent",
        ("Переходы по предложению", "Offer click rate"),
        "Открыли предложение ÷ посетили; открывшие — среди посетивших.",
        "Clicked the offer ÷ attended, both among those who attended.",
    ),
    metric(
        "conversion_rate",
        "percent",
        ("Конверсия", "Conversion"),
        "Отправили форму предложения ÷ посетили; отправившие — среди посетивших.",
        "Submitted the offer's form ÷ attended, both among those who attended.",
    ),
    metric(
        "watched_average",
        "seconds",
        ("В среднем смотрели", "Watched on average"),
        "Сумма просмотренного ÷ вошедшие. По выводам: эфир входит, когда о лиде есть вывод.",
        "All seconds watched ÷ those who entered. By the verdicts: a lead is in once there is one.",
    ),
    metric(
        "watched_median",
        "seconds",
        ("Половина смотрела", "Half watched"),
        "Медиана просмотренного среди вошедших, о которых есть вывод: половина смотрела не меньше.",
        "The median of seconds watched among those who entered and have a verdict: half watched at least so long.",
    ),
    metric(
        "peak",
        "people",
        ("Больше всего в комнате", "Most at once"),
        "Людей · минута эфира, в которую присутствовало больше всего.",
        "People · the minute in which most were present.",
    ),
    metric(
        "best_minute",
        "count",
        ("Лучшая минута", "Best minute"),
        "Минута, где больше всего реплик, вопросов, ответов, переходов и форм · сколько их.",
        "The minute with most chat lines, questions, answers, clicks and forms · how many.",
    ),
    metric(
        "steepest_drop",
        "people",
        ("Крутой спад", "Steepest drop"),
        "Минута, после которой больше всего людей уже не вернулось · сколько их; последняя минута не в счёт.",
        "The minute after which most people never came back · how many; the last minute does not count.",
    ),
    metric(
        "at_offer",
        "people",
        ("Были при предложении", "There for the offer"),
        "Присутствовали в минуту первого показа · доля от вошедших.",
        "Present in the minute it was first shown · share of those who entered.",
    ),
    metric(
        "replay_watched",
        "people",
        ("Смотрели запись", "Watched the recording"),
        "Лиды, у которых записалось хоть сколько-то просмотра записи. На вывод об эфире не влияет.",
        "Leads with any part of the recording watched. It never changes the verdict.",
    ),
    metric(
        "replay_only",
        "people",
        ("Только запись", "Recording only"),
        f"Не были на эфире и посмотрели не меньше {REPLAY_MIN_SECONDS} секунд записи.",
        f"Did not attend, and watched at least {REPLAY_MIN_SECONDS} seconds of the recording.",
    ),
    metric(
        "outcome_leads",
        "people",
        ("Чем кончилось", "Outcome"),
        "Лиды с этим исходом. Каждый лид — в одном исходе, сильнейшем из верных.",
        "Leads with this outcome. Each lead has one, the strongest that is true.",
    ),
    metric(
        "outcome_share",
        "percent",
        ("Доля исхода", "Share of the outcome"),
        "Лиды с этим исходом ÷ все лиды эфира, с местом и без.",
        "Leads with this outcome ÷ all leads of the session, with a place or without.",
    ),
    metric(
        "offer_shown",
        "people",
        ("Показано", "Shown"),
        "Лиды, на чьём экране появилось предложение; каждый один раз.",
        "Leads on whose screen the offer appeared; each once.",
    ),
    metric(
        "offer_clicked",
        "people",
        ("Открыли", "Clicked"),
        "Лиды, нажавшие на это предложение; каждый один раз.",
        "Leads who clicked this offer; each once.",
    ),
    metric(
        "offer_submitted",
        "people",
        ("Формы", "Forms"),
        "Лиды, отправившие форму этого предложения; каждый один раз.",
        "Leads who sent this offer's form; each once.",
    ),
)
