"""Numbers of people's way: where they came from, how far they got, how long it took."""

from domain.attribution import PARTNER_WINDOW_DAYS
from domain.metrics.metric import Metric, metric

METRICS: tuple[Metric, ...] = (
    metric(
        "source",
        "text",
        ("Источник", "Source"),
        "utm_source первого касания; без него — вид сайта, с которого пришли (поиск, соцсеть, мессенджер, почта, "
        "ссылка); иначе direct. Если форма сама называет источник, берём его.",
        "utm_source of the first touch; without it the class of the referring site (search, social, messenger, "
        "email, referral); else direct. A source stated by the form itself takes precedence.",
    ),
    metric(
        "first_touch_at",
        "moment",
        ("Первое касание", "First touch"),
        "Самый ранний визит на наши страницы по времени события; если визитов не видно — момент формы.",
        "The earliest visit to our pages by event time; the moment of the form if no visit is known.",
    ),
    metric(
        "lead_created_at",
        "moment",
        ("Лид создан", "Lead created"),
        "Момент первой формы этого человека.",
        "The moment of the person's first form.",
    ),
    metric(
        "partner",
        "text",
        ("Партнёр", "Partner"),
        f"Первая действующая партнёрская ссылка за {PARTNER_WINDOW_DAYS} дней до создания лида. Закрепляется при "
        "создании; дальше меняют только сотрудники, с записью в журнале.",
        f"The first valid partner link within {PARTNER_WINDOW_DAYS} days before the lead was created. Frozen then; "
        "later only staff re-assign it, and it is logged.",
    ),
    metric(
        "touches",
        "count",
        ("Касания", "Touches"),
        "Сколько раз человек открывал наши страницы.",
        "How many times the person opened our pages.",
    ),
    metric(
        "touched",
        "people",
        ("Касание", "Touch"),
        "Люди, хоть раз открывшие нашу страницу; посетитель, который ещё не оставил контактов, — тоже человек.",
        "People who opened one of our pages at least once; a visitor who left no contacts yet is one of them.",
    ),
    metric(
        "lead",
        "people",
        ("Лиды", "Leads"),
        "Люди, оставившие контакты. Один человек — один лид, сколько бы форм он ни отправил.",
        "People who left their contacts. One person is one lead, however many forms they sent.",
    ),
    metric(
        "linked",
        "people",
        ("Telegram привязан", "Telegram linked"),
        "Лиды, нажавшие Start в боте: им можно писать в Telegram.",
        "Leads who pressed Start in the bot: Telegram messages can reach them.",
    ),
    metric(
        "registered",
        "people",
        ("Записались", "Registered"),
        "Лиды, у которых есть место на эфире.",
        "Leads who have a place in a session.",
    ),
    metric(
        "entered",
        "people",
        ("Вошли", "Entered"),
        "Лиды, чья страница комнаты действительно воспроизводила эфир. Предпросмотр ссылки и открытая вкладка "
        "входом не считаются.",
        "Leads whose room page really played. A link preview or an opened tab is not an entry.",
    ),
    metric(
        "funnel_share",
        "percent",
        ("Доля от начала", "Share of all"),
        "Дошедшие до шага ÷ все, кто начал путь (первый шаг).",
        "Those who reached the stage ÷ everybody who began (the first stage).",
    ),
    metric(
        "stage_conversion",
        "percent",
        ("Переход с шага на шаг", "Step conversion"),
        "Дошедшие до шага ÷ дошедшие до предыдущего. Шаг засчитан, если пройдены все до него.",
        "Those who reached the stage ÷ those who reached the one before. A stage counts once all before it did.",
    ),
    metric(
        "whole_way",
        "percent",
        ("Весь путь", "Whole way"),
        "Отправившие форму ÷ все, кто начал путь (первый шаг).",
        "Those who sent the form ÷ everybody who began (the first stage).",
    ),
    metric(
        "stopped_before",
        "people",
        ("Остановились", "Stopped before"),
        "Дошли до предыдущего шага, а до этого — нет.",
        "Reached the stage before and not this one.",
    ),
    metric(
        "time_to_convert",
        "seconds",
        ("Время до шага", "Time to convert"),
        "Время от предыдущего шага до этого среди дошедших: медиана (половина успела быстрее) и p90 (девять из "
        "десяти успели быстрее).",
        "Time from the stage before to this one among those who reached it: the median (half were faster) and p90 "
        "(nine of ten were faster).",
    ),
    metric(
        "way_time",
        "seconds",
        ("Время с начала пути", "Time since the beginning"),
        "От начала пути (касания, с которого открыто окно; без окна — первого) до шага, среди дошедших.",
        "From the start of the way (the touch that opens the window; without one, the first) to the stage, among "
        "those who reached it.",
    ),
    metric(
        "still_open",
        "people",
        ("Окно не истекло", "Window still open"),
        "Люди, которые ещё не прошли весь путь и чьё окно не истекло: они могут дойти дальше, число ещё вырастет.",
        "People who have not come the whole way and whose window has not elapsed: they may come further, the "
        "number will grow.",
    ),
    metric(
        "period_before",
        "people",
        ("Период до этого", "Period before"),
        "То же число за такой же по длине период прямо перед выбранным; рядом — на сколько процентов выбранный "
        "больше или меньше.",
        "The same number for as long a period right before the chosen one; beside it, by how many percent the "
        "chosen one is more or less.",
    ),
    metric(
        "people_behind",
        "people",
        ("Люди за числом", "People behind"),
        "Сколько людей стоит за выбранным числом: список и файл отвечают на тот же вопрос, что и само число.",
        "How many people stand behind the chosen number: list and file answer the same question as the number.",
    ),
    metric(
        "lead_facts",
        "count",
        ("Хронология", "Timeline"),
        "Записи о человеке в журнале, от первой; одинаковые подряд стоят одной строкой с их числом.",
        "What the log says about the person, from the first fact; the same one in a row stands in one line with "
        "its number.",
    ),
    metric(
        "time_in_stage",
        "seconds",
        ("Время в этапе", "Time in stage"),
        "От перевода лида в нынешний этап воронки продаж (не переводили — от создания) до момента, на который смотрят: "
        "сейчас, для выгрузки — время самого нового факта. Повторный перевод в тот же этап начинает счёт заново.",
        "From the move of the lead to its present stage of the pipeline (never moved: from its creation) to the moment "
        "of looking: now, for an export the newest fact. Moved to the same stage again, it is counted anew.",
    ),
)
