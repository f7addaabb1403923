-- Sessions whose offers hold fewer people than answered a form by their verdict.
select *
from (
    select
        session_id,
        count(*) as by_verdict
    from attendance
    where is_form_submitted
    group by session_id
) as judged
left join (
    select
        session_id,
        sum(submitted) as by_offer
    from offer_results
    group by session_id
) as offered on judged.session_id = offered.session_id
where coalesce(offered.by_offer, 0) < judged.by_verdict
