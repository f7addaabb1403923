-- Every message to a lead or a partner that became due, and what became of it. Needs: every_message.
-- Messages to the house's own people are about no lead: the outbox reads them from the log.
select *
from every_message
where recipient != 'staff'
