update rejected_events set
    count = count + 1,
    last_seen_at = $now,
    state = case when state = 'discarded' then state else 'open' end
where rejected_id = $id
