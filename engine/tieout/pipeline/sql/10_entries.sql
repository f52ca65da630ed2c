-- in:    source_entry (the snapshots' Parquet), stream_source
-- out:   entry
-- grain: one time entry
-- why:   numbers stand for keys from here on: entry_no is the order of the story (instant, then key)
--        and keeps the columns narrow.
create temp table entry as
select
    row_number() over (order by e.moment, e.key)::integer as entry_no,
    s.stream_no,
    e.* exclude (moment)
from (select *, coalesce(start_at, to_date::timestamp) as moment from source_entry) e
join stream_source s on s.source = e.source;

-- assert: an entry belongs to one stream
select key from entry group by key having count(*) > 1;
