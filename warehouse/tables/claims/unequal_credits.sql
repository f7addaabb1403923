-- Conversions and models whose credits are not exactly the_credit for each conversion.
select *
from (
    select
        conversion,
        count(*) as conversions
    from conversions
    group by conversion
) as wanted
full join (
    select
        conversion,
        model,
        sum(credits) as credits
    from attribution
    group by conversion, model
) as given on wanted.conversion = given.conversion
where coalesce(wanted.conversions, 0) * the_credit != coalesce(given.credits, 0)
