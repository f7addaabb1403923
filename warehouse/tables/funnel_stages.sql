-- How far each person came, and when: the one definition behind the asset `funnel` and the app's funnel page.
-- Needs: touches, leads, attendance.
--
-- One row per lead; a visitor who has not become a lead yet is a row too (`lead_id` null, only `touched_at` set):
-- without them the step touch -> lead would always be 100 %. Merged leads count once, under the lead that goes on;
-- erased leads still count, their facts are anonymous. `webinar_id` is that of the first registration.
-- `first_<stage>_at` is when it happened, in any order. Ordered: `<stage>_at` is set only when every stage before it
-- was reached as well, and its moment is the latest of theirs: counts never widen, times never run back.
-- What pages break the funnel down by, or measure its windows from, would have to be looked for among everybody's
-- touches: it stands here too. What the first and the last touch told ('' nothing), and `anchors`: the moments of
-- touches after the first and not after the form, oldest first (null: none).
with sessions as (
    select
        lead_id,
        min(registered_at) as registered_at,
        min(entered_at) as entered_at,
        min(attended_at) as attended_at,
        min(completed_at) as completed_at,
        min(offer_clicked_at) as clicked_at,
        min(form_submitted_at) as submitted_at,
        arg_min(webinar_id, registered_at) as webinar_id,
        arg_max(webinar_id, (registered_at, session_id)) filter (where registered_at is not null) as last_webinar_id
    from attendance
    group by lead_id
),

-- `moment` orders by event time and then by seq.
visits as (
    select
        coalesce(lead_id, visitor_id) as person_id,
        touched_at,
        epoch_us(touched_at) * cast(1000000000000 as hugeint) + seq as moment,
        source as touch_source,
        coalesce(partner_id, '') as partner_id,
        coalesce(trim(utm_campaign), '') as campaign
    from touches
),

told as (
    select
        person_id,
        arg_min(campaign, moment) as first_campaign,
        arg_max(campaign, moment) as last_campaign,
        arg_max(touch_source, moment) as last_source,
        arg_max(partner_id, moment) as last_partner_id
    from visits
    group by person_id
),

strangers as (
    select
        visitor_id,
        arg_min(source, epoch_us(touched_at) * cast(1000000000000 as hugeint) + seq) as lead_source,
        arg_min(partner_id, epoch_us(touched_at) * cast(1000000000000 as hugeint) + seq) as partner_id,
        min(touched_at) as touched_at
    from touches
    where lead_id is null
    group by visitor_id
),

people as (
    select
        leads.lead_id as person_id,
        leads.lead_id,
        leads.lead_source,
        leads.partner_id,
        sessions.webinar_id,
        sessions.last_webinar_id,
        leads.first_touch_at as touched_at,
        leads.lead_at,
        leads.telegram_linked_at as first_linked_at,
        sessions.registered_at as first_registered_at,
        sessions.entered_at as first_entered_at,
        sessions.attended_at as first_attended_at,
        sessions.completed_at as first_completed_at,
        sessions.clicked_at as first_clicked_at,
        sessions.submitted_at as first_submitted_at
    from leads
    left join sessions on leads.lead_id = sessions.lead_id
    union all by name
    select
        visitor_id as person_id,
        lead_source,
        partner_id,
        touched_at
    from strangers
),

again as (
    select
        visits.person_id,
        list_sort(list(visits.touched_at)) as anchors
    from visits
    inner join people on visits.person_id = people.person_id
    where visits.touched_at > people.touched_at and (people.lead_at is null or visits.touched_at <= people.lead_at)
    group by visits.person_id
),

-- How many stages were reached without a gap. The cases below stand on this number: on one another, each would hold the
-- one before it several times over. `greatest` alone would skip what is missing.
reached as (
    select
        people.*,
        again.anchors,
        coalesce(told.first_campaign, '') as first_campaign,
        coalesce(told.last_campaign, '') as last_campaign,
        coalesce(told.last_source, '') as last_source,
        coalesce(told.last_partner_id, '') as last_partner_id,
        case
            when people.lead_at is null then 1
            when people.first_linked_at is null then 2
            when people.first_registered_at is null then 3
            when people.first_entered_at is null then 4
            when people.first_attended_at is null then 5
            when people.first_completed_at is null then 6
            when people.first_clicked_at is null then 7
            when people.first_submitted_at is null then 8
            else 9
        end as steps
    from people
    left join told on people.person_id = told.person_id
    left join again on people.person_id = again.person_id
)

select
    person_id,
    lead_id,
    lead_source,
    partner_id,
    webinar_id,
    cast(date_trunc('week', make_timestamp(epoch_us(touched_at))) as date) as first_week,
    touched_at,
    lead_at,
    case when steps >= 3 then greatest(lead_at, first_linked_at) end as linked_at,
    case when steps >= 4 then greatest(lead_at, first_linked_at, first_registered_at) end as registered_at,
    case
        when steps >= 5 then greatest(
            lead_at, first_linked_at, first_registered_at, first_entered_at
        )
    end as entered_at,
    case
        when steps >= 6 then greatest(
            lead_at, first_linked_at, first_registered_at, first_entered_at, first_attended_at
        )
    end as attended_at,
    case
        when steps >= 7 then greatest(
            lead_at, first_linked_at, first_registered_at, first_entered_at, first_attended_at, first_completed_at
        )
    end as completed_at,
    case
        when steps >= 8 then greatest(
            lead_at, first_linked_at, first_registered_at, first_entered_at, first_attended_at, first_completed_at,
            first_clicked_at
        )
    end as clicked_at,
    case
        when steps >= 9 then greatest(
            lead_at, first_linked_at, first_registered_at, first_entered_at, first_attended_at, first_completed_at,
            first_clicked_at, first_submitted_at
        )
    end as submitted_at,
    first_linked_at,
    first_registered_at,
    first_entered_at,
    first_attended_at,
    first_completed_at,
    first_clicked_at,
    first_submitted_at,
    first_campaign,
    last_campaign,
    last_source,
    last_partner_id,
    last_webinar_id,
    anchors
from reached
