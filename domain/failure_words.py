"""Failures in words, for the bot and the studio alike: what a kind is called, what has happened, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from domain.events import FailureKind
from domain.failures import Failure

Language = Literal["ru", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of failure in one language; `what` may name the `{subject}` and the `{detail}`."""

    label: str
    what: str
    advice: str


@dataclass(frozen=True, slots=True)
class Said:
    """One failure in one language."""

    label: str
    what: str
    advice: str


KINDS: Mapping[FailureKind, Mapping[Language, Words]] = MappingProxyType(
    {
        "run": {
            "ru": Words(
                "Запуск в Dagster не удался",
                "Задание «{subject}» закончилось ошибкой; повторы не помогли.",
                "Откройте запуск в Dagster, прочтите ошибку, устраните причину и запустите задание ещё раз.",
            ),
            "en": Words(
                "A Dagster run failed",
                "The job “{subject}” ended with an error; retries did not help.",
                "Open the run in Dagster, read the error, remove its cause and launch the job again.",
            ),
        },
        "check": {
            "ru": Words(
                "Таблица не прошла проверку",
                "Проверка «{subject}» не сходится. Если она обязательна, таблица остаётся прежней.",
                "Запустите в Dagster задание refresh_marts: оно построит таблицы заново по журналу и проверит их; "
                "после recomputed_is_the_same — ещё и verify_marts. Не помогло — в Dagster у проверки есть строки, "
                "которые её нарушают. Сойдётся — сбой закроется.",
            ),
            "en": Words(
                "A table broke a check",
                "The check “{subject}” does not hold. If it is a blocking one, the table stays as it was.",
                "Launch the job refresh_marts in Dagster: it makes the tables anew from the log and checks them; after "
                "recomputed_is_the_same verify_marts, too. If that does not help, the check in Dagster shows the rows "
                "that break it. The failure is over once the check holds.",
            ),
        },
        "stale": {
            "ru": Words(
                "Таблицы устарели",
                "Таблицы, которых давно никто не обновлял: {detail}. Числа в студии отстают.",
                "Откройте в Dagster датчик marts_are_stale: включён ли он и что пишет.",
            ),
            "en": Words(
                "Tables are stale",
                "Tables that nobody has refreshed for hours: {detail}. Numbers in the studio lag behind.",
                "Open the sensor marts_are_stale in Dagster: is it on, and what does it say?",
            ),
        },
        "process": {
            "ru": Words(
                "Процесс падает снова и снова",
                "Процесс «{subject}» не держится: {detail}.",
                "Посмотрите его журнал: EFIR_HOME/logs/{subject}.log, затем: efir doctor.",
            ),
            "en": Words(
                "A process keeps falling over",
                "The process “{subject}” does not stay up: {detail}.",
                "Read its log, EFIR_HOME/logs/{subject}.log, then run: efir doctor.",
            ),
        },
        "disk": {
            "ru": Words(
                "Кончается место на диске",
                "На диске с данными свободно {detail} ГиБ. Когда место кончится, встанет всё.",
                "Удалите старые копии из EFIR_HOME/backups и EFIR_HOME/exports или добавьте места.",
            ),
            "en": Words(
                "The disk is nearly full",
                "{detail} GiB are free on the disk with the data. When it is full, everything stops.",
                "Delete old copies from EFIR_HOME/backups and EFIR_HOME/exports, or add room.",
            ),
        },
        "backup": {
            "ru": Words(
                "Резервная копия не сделана",
                "Копию базы записать не удалось: {detail}. Прежние копии целы.",
                "Проверьте, есть ли место и доступ к папке (efir doctor), и сделайте копию: efir backup.",
            ),
            "en": Words(
                "The backup was not made",
                "The database could not be copied: {detail}. Earlier copies are whole.",
                "See whether the folder has room and may be written to (efir doctor), then make one: efir backup.",
            ),
        },
        "webhook": {
            "ru": Words(
                "Вебхук отключён",
                "Адрес вебхука отключён: туда давно ничего не доходит. Факты для него ждут.",
                "Посмотрите причину в студии, почините приёмник и включите адрес снова.",
            ),
            "en": Words(
                "A webhook is off",
                "A webhook endpoint was disabled: nothing arrives there. Its facts wait.",
                "See why in the studio, mend the receiver and turn the endpoint on again.",
            ),
        },
        "telegram": {
            "ru": Words(
                "Telegram не принимает сообщения",
                "Ни одно сообщение не ушло, хотя их пытались отправить: {detail}.",
                "Проверьте токен бота и доступ сервера к api.telegram.org; журнал: EFIR_HOME/logs/notifier.log.",
            ),
            "en": Words(
                "Telegram takes no messages",
                "No message went out, though sending was tried: {detail}.",
                "Check the bot's token and that the server reaches api.telegram.org; log: EFIR_HOME/logs/notifier.log.",
            ),
        },
        "reaction": {
            "ru": Words(
                "Никто не отвечает на факты",
                "Датчик «{subject}» не работает: сообщения, вердикты и сигналы партнёрам не планируются.",
                "Откройте его в Dagster: включён ли он и что пишет. Журналы: EFIR_HOME/logs/daemon.log и code.log.",
            ),
            "en": Words(
                "Nobody answers facts",
                "The sensor “{subject}” does not work: no messages, verdicts or partners' alerts are planned.",
                "Open it in Dagster: is it on, and what does it say? Logs: EFIR_HOME/logs/daemon.log and code.log.",
            ),
        },
    }
)
_CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "token_rejected": ("токен бота не принят", "the bot's token is refused"),
        "unreachable": ("сервер Telegram недоступен", "Telegram's server cannot be reached"),
        "conflict": ("с этим токеном работает кто-то ещё", "somebody else works with this token"),
        "no_room": ("на диске нет места", "the disk has no room"),
        "harmed": ("новая копия не прошла проверку", "the new copy did not pass its examination"),
        "unknown": ("почему, сказано в журнале", "the log says why"),
    }
)
"""Codes of deliveries and of copies that a failure may carry as its detail."""
_PAGES: Mapping[FailureKind, str] = MappingProxyType({"webhook": "/studio/webhooks", "telegram": "/studio/outbox"})
FAILURES_PAGE = "/studio/failures"


BY_HAND = "__ASSET_JOB"
"""What Dagster calls a run of tables or checks that somebody asked for by hand."""
_BY_HAND = ("таблицы и проверки, запущенные вручную", "tables and checks launched by hand")


def said(failure: Failure, language: Language) -> Said:
    """The failure in words."""
    words = KINDS[failure.kind][language]
    detail = _CODES[failure.detail][language == "en"] if failure.detail in _CODES else failure.detail
    subject = _BY_HAND[language == "en"] if failure.subject == BY_HAND else failure.subject
    values = {"subject": subject, "detail": detail or "—"}
    return Said(words.label, words.what.format(**values), words.advice.format(**values))


def studio_page(failure: Failure) -> str:
    """Where in the studio to look into it."""
    return _PAGES.get(failure.kind, FAILURES_PAGE)


def dagster_page(failure: Failure) -> str:
    """Where in Dagster to look into it, from its root; "" when it is no matter of Dagster's."""
    if failure.kind == "run":
        return f"/runs/{failure.detail}" if failure.detail else f"/jobs/{failure.subject}"
    if failure.kind in {"reaction", "stale"}:
        return f"/locations/__repository__@efir/sensors/{failure.subject}"
    if failure.thing == ("backup", "nightly"):
        return "/jobs/back_up_warehouse"
    table, _, check = failure.subject.partition(".")
    return f"/assets/{table}?view=checks&checkDetail={check}" if failure.kind == "check" else ""
