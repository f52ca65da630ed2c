-- in:    numbered, …_ref; worker_match, project_match, service_match, worker_row (from mappings/);
--        local_day (when each zone's days begin and end)
-- out:   span (which row a tracker's fields mean, by date), worker_zone, portion
-- grain: portion: the part of an entry on one side of local midnight
-- why:   mapping is by the tracker's own fields, by the most specific row, on the work date. Matching
--        is done once per distinct combination of fields, not once per entry.
-- A mask says which fields a row names; a row matches when the fields of its mask agree.
create temp table candidate as
select 'worker' as mapping, r.ref_no, m.row_no, m.rank, m.from_, m.to_
from worker_ref r
join (select distinct source, mask from worker_match) k on k.source = r.source
join worker_match m
  on m.source = r.source and m.mask = k.mask
 and m.match = part(k.mask, 4, r.worker_id) || part(k.mask, 2, lower(r.worker_email))
            || part(k.mask, 1, r.worker_name)
union all
select 'project', r.ref_no, m.row_no, m.rank, m.from_, m.to_
from project_ref r
join (select distinct source, mask from project_match) k on k.source = r.source
join project_match m
  on m.source = r.source and m.mask = k.mask
 and m.match = part(k.mask, 8, r.project_id) || part(k.mask, 4, r.project_name)
            || part(k.mask, 2, r.customer_id) || part(k.mask, 1, r.customer_name)
union all
-- An entry with a type is matched only by rows that name it: an unknown type is never work.
select 'service', r.ref_no, m.row_no, m.rank, m.from_, m.to_
from service_ref r
join (select distinct source, mask from service_match) k
  on k.source = r.source and (k.mask & 4 > 0) = (r.type is not null)
join service_match m
  on m.source = r.source and m.mask = k.mask
 and m.match = part(k.mask, 4, r.type) || part(k.mask, 2, r.task_id) || part(k.mask, 1, r.task_name);

-- For each stretch of days between two changes, the most specific of the rows that hold there.
create temp table span as
with bound as (
    select mapping, ref_no, from_ as day from candidate
    union
    select mapping, ref_no, to_ + 1 from candidate where to_ < date '9999-12-31'
), stretch as (
    select mapping, ref_no, day as from_,
           coalesce(lead(day) over (partition by mapping, ref_no order by day) - 1,
                    date '9999-12-31') as to_
    from bound
)
select s.mapping, s.ref_no, s.from_, s.to_, first(c.row_no order by c.rank desc, c.row_no) as row_no
from stretch s
join candidate c
  on c.mapping = s.mapping and c.ref_no = s.ref_no and c.from_ <= s.from_ and c.to_ >= s.to_
group by all;

-- The zone of a worker may itself be dated.
create temp table worker_zone as
select x.ref_no, x.from_, x.to_, r.zone_no
from span x join worker_row r using (row_no)
where x.mapping = 'worker';

-- The row of the company's date says which zone counts; that zone says the date.
create temp table placed as
select
    e.entry_no, e.start_at, e.end_at, e.seconds, coalesce(z.zone_no, getvariable('company_zone')) as zone_no,
    coalesce(d.work_date, e.to_date) as work_date, coalesce(e.end_at > d.to_, false) as crossing
from (select *, case when grain = 'span' then start_at end as begins from numbered) e
left join local_day c
  on c.zone_no = getvariable('company_zone') and c.utc_date = e.begins::date
 and e.begins >= c.from_ and e.begins < c.to_
left join worker_zone z
  on z.ref_no = e.worker_ref and coalesce(c.work_date, e.to_date) between z.from_ and z.to_
left join local_day d
  on d.zone_no = coalesce(z.zone_no, getvariable('company_zone'))
 and d.utc_date = e.begins::date and e.begins >= d.from_ and e.begins < d.to_;

-- A span is cut at each local midnight; nearly all stay within one date and pass straight through.
create temp table portion as
with crossed as (
    select entry_no, zone_no, start_at, end_at, work_date,
           unnest(range(0, end_at::date - work_date + 2))::integer as day_no
    from placed where crossing
), cut as (
    select c.entry_no, c.zone_no, d.work_date, c.day_no, greatest(c.start_at, d.from_) as start_at,
           least(c.end_at, d.to_) as end_at
    from crossed c
    join (select distinct zone_no, work_date, from_, to_ from local_day) d
      on d.zone_no = c.zone_no and d.work_date = c.work_date + c.day_no
     and d.from_ < c.end_at and d.to_ > c.start_at
)
select entry_no, zone_no, work_date, 0 as day_no, start_at, end_at, seconds from placed where not crossing
union all
select entry_no, zone_no, work_date, day_no, start_at, end_at,
       (epoch_us(end_at) - epoch_us(start_at)) // 1000000
from cut;

drop table placed;

-- assert: every second of an entry is in its portions
select e.key from numbered e
left join (select entry_no, sum(seconds)::bigint as seconds from portion group by entry_no) p using (entry_no)
where p.seconds is distinct from e.seconds;
