"""Numbers of money and credit: what was spent, what one of them cost, whose merit it was."""

from domain.metrics.metric import Metric, metric

METRICS: tuple[Metric, ...] = (
    metric(
        "spend",
        "money",
        ("Расход", "Spend"),
        "Загруженные расходы, попавшие в период: сумма делится по дням своего срока поровну; разные валюты не "
        "складываются.",
        "Imported costs that fall into the period: an amount is spread evenly over its days; currencies are never "
        "added up.",
    ),
    metric(
        "cost_per_lead",
        "money",
        ("Цена лида", "Per lead"),
        "В каждой валюте отдельно: расход за период ÷ лиды — в любом порядке шагов, и без Telegram тоже.",
        "Spend of the period ÷ leads, in any order of stages, with Telegram or not; each currency by itself.",
    ),
    metric(
        "cost_per_attendee",
        "money",
        ("Цена посетившего", "Per attendee"),
        "В каждой валюте отдельно: расход за период ÷ посетившие — в любом порядке шагов, и без Telegram тоже.",
        "Spend of the period ÷ attendees, in any order of stages, with Telegram or not; each currency by itself.",
    ),
    metric(
        "cost_per_form",
        "money",
        ("Цена формы", "Per form"),
        "В каждой валюте отдельно: расход за период ÷ отправившие форму — в любом порядке шагов, и без Telegram тоже.",
        "Spend of the period ÷ senders of the form, in any order of stages, with Telegram or not; each currency "
        "by itself.",
    ),
    metric(
        "conversions",
        "people",
        ("Конверсии", "Conversions"),
        "Лиды, впервые сделавшие выбранное за период; период — по времени конверсии.",
        "Leads who did the chosen thing for the first time in the period; the period is that of the conversion.",
    ),
    metric(
        "credit_first",
        "count",
        ("Первое", "First"),
        "Всё — первому касанию. Конверсия — сто сотых; сумма по источникам равна числу конверсий.",
        "All to the first touch. A conversion is a hundred hundredths; the sources add up to the conversions.",
    ),
    metric(
        "credit_last",
        "count",
        ("Последнее", "Last"),
        "Всё — последнему касанию до конверсии. Конверсия — сто сотых; сумма по источникам равна числу конверсий.",
        "All to the last touch before the conversion. A conversion is a hundred hundredths; the sources add up to "
        "the conversions.",
    ),
    metric(
        "credit_last_non_direct",
        "count",
        ("Последнее не direct", "Last non-direct"),
        "Последнему касанию с источником; если все прямые — последнему. Конверсия — сто сотых; сумма по "
        "источникам равна числу конверсий.",
        "To the last touch with a source; if all are direct, to the last. A conversion is a hundred hundredths; "
        "the sources add up to the conversions.",
    ),
    metric(
        "credit_linear",
        "count",
        ("Поровну", "Linear"),
        "Поровну всем касаниям. Конверсия — сто сотых; сумма по источникам равна числу конверсий.",
        "Evenly to all touches. A conversion is a hundred hundredths; the sources add up to the conversions.",
    ),
    metric(
        "credit_position",
        "count",
        ("40 / 20 / 40", "40 / 20 / 40"),
        "40 % первому, 40 % последнему, 20 % поровну между ними; двум касаниям — пополам. Конверсия — сто сотых; "
        "сумма по источникам равна числу конверсий.",
        "40 % to the first, 40 % to the last, 20 % evenly between; two touches get half each. A conversion is a "
        "hundred hundredths; the sources add up to the conversions.",
    ),
    metric(
        "credit_part",
        "count",
        ("Часть заслуги", "Part of the credit"),
        "Сколько от конверсии этого лида достаётся источнику по модели; по всем лидам вместе — число таблицы.",
        "How much of this lead's conversion goes to the source by the model; over all leads it is the number of "
        "the table.",
    ),
)
