-- Which of the facts just offered were new.
select seq from events
where seq > $seq
