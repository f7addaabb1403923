-- Whether facts after `since` may change what the derived tables say of a session: its own, a merge of leads, or that
-- somebody who was there has become a lead. Parameters: session, since.
with fresh as (
    select
        name,
        lead_id,
        session_id
    from events
    where seq > $since
)

select
    (
        exists (
            select 1 from fresh
            where fresh.session_id = $session or fresh.name in ('lead_merged', 'lead_unmerged')
        )
        or exists (
            select 1
            from events as own
            where
                own.session_id = $session
                and own.lead_id in (
                    select fresh.lead_id from fresh
                    where fresh.name = 'core_lead_created'
                )
        )
    ) as is_changed
