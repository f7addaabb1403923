-- What each offer came to in each session: leads it was shown to, who clicked, who sent its form. Needs: survivors,
-- known_leads, attendance.
-- A lead counts once in each column, however often; a merged lead under the one that goes on.
with stated as (
    select * from events
    where name = 'client_webinar_offer_shown'
    union all
    select * from events
    where name = 'client_webinar_offer_clicked'
    union all
    select * from events
    where name = 'client_webinar_form_submitted'
),

acts as (
    select
        stated.session_id,
        coalesce(survivors.survivor_id, stated.lead_id) as lead_id,
        (stated.properties ->> '$.offer_id') as offer_id,
        any_value(stated.webinar_id) as webinar_id,
        bool_or(stated.name = 'client_webinar_offer_shown') as is_shown,
        bool_or(stated.name = 'client_webinar_offer_clicked') as is_clicked,
        bool_or(stated.name = 'client_webinar_form_submitted') as is_submitted,
        min(stated.occurred_at) filter (where stated.name = 'client_webinar_offer_shown') as shown_at
    from stated
    left join survivors on stated.lead_id = survivors.lead_id
    where stated.lead_id is not null
    group by stated.session_id, coalesce(survivors.survivor_id, stated.lead_id), (stated.properties ->> '$.offer_id')
),

attendees as (
    select
        session_id,
        lead_id
    from attendance
    where status = 'attended'
),

sessions as (
    select
        session_id,
        count(*) as attended
    from attendees
    group by session_id
)

select
    acts.session_id,
    any_value(acts.webinar_id) as webinar_id,
    acts.offer_id,
    count(*) filter (where acts.is_shown) as shown,
    count(*) filter (where acts.is_clicked) as clicked,
    count(*) filter (where acts.is_submitted) as submitted,
    coalesce(any_value(sessions.attended), 0) as attended,
    count(*) filter (where acts.is_clicked and attendees.lead_id is not null) as clicked_attended,
    count(*) filter (where acts.is_submitted and attendees.lead_id is not null) as submitted_attended,
    count(*) as leads,
    min(acts.shown_at) as first_shown_at
from acts
semi join known_leads on acts.lead_id = known_leads.lead_id
left join attendees on acts.session_id = attendees.session_id and acts.lead_id = attendees.lead_id
left join sessions on acts.session_id = sessions.session_id
where acts.offer_id is not null
group by acts.session_id, acts.offer_id
order by acts.session_id, acts.offer_id
