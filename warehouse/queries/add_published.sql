-- Parameters: name, seq, shape, rows, now.
insert into published_tables values ($name, $seq, $shape, $rows, $now)
