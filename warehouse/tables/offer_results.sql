-- What each offer came to in each session: leads it was shown to, who clicked, who sent its form. Needs: survivors.
-- A lead counts once in each column, however often; a merged lead under the one that goes on.
with acts as (
    select
        events.session_id,
        events.webinar_id,
        events.name,
        events.occurred_at,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        (events.properties ->> '$.offer_id') as offer_id
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.name in (
            'client_webinar_offer_shown', 'client_webinar_offer_clicked', 'client_webinar_form_submitted'
        )
        and events.lead_id is not null
)

select
    session_id,
    arg_min(webinar_id, occurred_at) as webinar_id,
    offer_id,
    count(distinct lead_id) filter (where name = 'client_webinar_offer_shown') as shown,
    count(distinct lead_id) filter (where name = 'client_webinar_offer_clicked') as clicked,
    count(distinct lead_id) filter (where name = 'client_webinar_form_submitted') as submitted,
    count(distinct lead_id) as leads,
    min(occurred_at) filter (where name = 'client_webinar_offer_shown') as first_shown_at
from acts
where offer_id is not null
group by session_id, offer_id
order by session_id, offer_id
