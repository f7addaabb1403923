-- What became of the messages of each step, template and variant. Needs: messages.
select
    scenario,
    step_name,
    template,
    recipient,
    variant,
    count(*) as messages,
    count(*) filter (where state = 'waiting') as waiting,
    count(*) filter (where state = 'sending') as sending,
    count(*) filter (where state = 'retrying') as retrying,
    count(*) filter (where state = 'sent') as sent,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'uncertain') as uncertain,
    count(*) filter (where state = 'skipped') as skipped,
    median(latency_seconds) as median_latency_seconds,
    quantile_cont(latency_seconds, 0.95) as p95_latency_seconds
from messages
group by scenario, step_name, template, recipient, variant
order by scenario, step_name, template, recipient, variant
