-- Every message of the outbox: the derived table, and those to the house's own people, which are about no lead and few.
-- Needs: messages, staff_messages.
select * from messages
union all by name
select * from staff_messages
where recipient = 'staff'
