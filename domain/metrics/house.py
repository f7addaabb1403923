"""Numbers of the house itself: messages, the log, its health."""

from domain.metrics.metric import Metric, metric

METRICS: tuple[Metric, ...] = (
    metric(
        "messages_planned",
        "count",
        ("Сообщения к отправке", "Messages planned"),
        "Сообщения, чей срок настал и условия выполнены. Каждое планируется ровно один раз.",
        "Messages that were due and allowed. Each is planned exactly once.",
    ),
    metric(
        "messages_sent",
        "count",
        ("Отправлено", "Messages sent"),
        "Сообщения, которые Telegram принял (в пробном режиме — записанные в исходящие).",
        "Messages Telegram accepted (in a dry run: written to the outbox).",
    ),
    metric(
        "messages_skipped",
        "count",
        ("Не отправлено намеренно", "Messages skipped"),
        "Сообщения, которые не уйдут, с причиной: опоздало, нет согласия, канал закрыт, условие не выполнено.",
        "Messages that will not go out, with the reason: too late, no consent, channel gone, condition not met.",
    ),
    metric(
        "messages_uncertain",
        "count",
        ("Неизвестно, дошло ли", "Messages uncertain"),
        "Связь оборвалась после отправки запроса: дошло ли сообщение, знать нельзя. Повторно не отправляем.",
        "The connection broke after the request was written: nobody can know whether it arrived. Not sent again.",
    ),
    metric(
        "messages_undelivered",
        "count",
        ("Не дошло или неизвестно", "Failed or uncertain"),
        "Отказ Telegram или обрыв связи после отправки запроса. Разбирают в «Сообщениях».",
        "Telegram refused, or the connection broke after the request was written. See under Messages.",
    ),
    metric(
        "delivery_latency",
        "seconds",
        ("Задержка отправки", "Delivery latency"),
        "От записи решения об отправке в журнал до ответа Telegram.",
        "From the decision to send being in the log to Telegram's answer.",
    ),
    metric(
        "message_attempts",
        "count",
        ("Попытки", "Attempts"),
        "Сколько раз сообщение пытались отправить; повторяют только то, что точно не ушло.",
        "How often sending the message was tried; only what surely did not go out is tried again.",
    ),
    metric(
        "facts",
        "count",
        ("Фактов в журнале", "Facts in the log"),
        "Всё, что произошло, одной записью на факт. Повтор ничего не добавляет.",
        "Everything that happened, one row a fact. A repetition adds nothing.",
    ),
    metric(
        "rejected_facts",
        "count",
        ("Отклонённых событий", "Rejected facts"),
        "События, нарушившие договор и ждущие решения: провести заново или закрыть.",
        "Events that broke the contract and wait for a decision: replay or close.",
    ),
    metric(
        "house_failures",
        "count",
        ("Сбоев сейчас", "Failures now"),
        "Что сейчас не работает: запуски и проверки Dagster, реакция, процессы, диск, копии, вебхуки, Telegram.",
        "What of Efir does not work now: Dagster runs and checks that failed, processes, disk, backups, webhooks, "
        "Telegram, the reaction.",
    ),
    metric(
        "webhooks_off",
        "count",
        ("Отключённых адресов", "Endpoints disabled"),
        "Адреса вебхуков, отключённые потому, что туда давно ничего не доходит. Включают их снова в «Вебхуках».",
        "Webhook endpoints that were disabled because nothing has arrived there for long. They are enabled again under "
        "Webhooks.",
    ),
    metric(
        "self_check",
        "text",
        ("Самопроверка журнала", "Self-check of the log"),
        "«ok»: строк, разных идентификаторов и записей в индексе поровну.",
        "«ok»: rows, distinct ids and index entries are equally many.",
    ),
)
