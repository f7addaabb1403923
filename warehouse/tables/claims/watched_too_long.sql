-- Watched less than nothing or longer than the session (a second of rounding allowed).
select *
from attendance
where watched_seconds < 0 or watched_seconds > session_seconds + 1
