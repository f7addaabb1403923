-- Steps whose messages are not each in exactly one state.
select *
from message_results
where waiting + sending + retrying + sent + failed + uncertain + skipped != messages
