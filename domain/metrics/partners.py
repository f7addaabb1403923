"""Numbers of one partner and of one of their links."""

from domain.metrics.metric import Metric, metric

METRICS: tuple[Metric, ...] = (
    metric(
        "partner_touches",
        "count",
        ("Переходы", "Visits"),
        "Сколько раз открыли страницу по ссылкам партнёра.",
        "How many times a page was opened by the partner's links.",
    ),
    metric(
        "partner_leads",
        "people",
        ("Лиды", "Leads"),
        "Оставили контакты и закреплены за партнёром; каждый считается один раз.",
        "Left their contacts and belong to the partner; each counts once.",
    ),
    metric(
        "partner_registered",
        "people",
        ("Записались", "Registered"),
        "Лиды партнёра, у которых было место хотя бы на одном эфире.",
        "Leads of the partner with a place in at least one session.",
    ),
    metric(
        "partner_attended",
        "people",
        ("Посетили", "Attended"),
        "Лиды партнёра, посетившие хотя бы один эфир; действует новейший вывод.",
        "Leads of the partner who attended at least one session; the newest verdict counts.",
    ),
    metric(
        "partner_alerts",
        "count",
        ("Сигналы", "Alerts"),
        "Сигналов отправлено партнёру / не отправлено (например, Telegram не привязан).",
        "Alerts sent to the partner / not sent (no Telegram linked, for example).",
    ),
    metric(
        "partner_contested",
        "people",
        ("Спорные лиды", "Contested leads"),
        "Лиды, которые открывали и чужую партнёрскую ссылку: действует первая действующая.",
        "Leads who followed another partner's link as well: the first valid one wins.",
    ),
    metric(
        "partner_window",
        "count",
        ("Окно ссылки, дней", "Window of a link, days"),
        "Ссылка действует столько дней: лид закрепляется за первой действующей до его создания.",
        "A link is valid for so many days: the lead belongs to the first valid one before it was created.",
    ),
    metric(
        "link_touches",
        "count",
        ("Переходы", "Visits"),
        "Сколько раз открыли страницу по этой ссылке.",
        "How many times a page was opened by this link.",
    ),
    metric(
        "link_leads",
        "people",
        ("Лиды", "Leads"),
        "Лиды партнёра, пришедшие по этой ссылке.",
        "Leads of the partner who came by this link.",
    ),
)
