-- in:    entry; worker_match, project_match, service_match and worker_row (from mappings/)
-- out:   worker_ref, project_ref, service_ref, span (which row a tracker's fields mean, by date);
--        entry_ref, portion
-- grain: portion: the part of an entry on one side of local midnight
-- why:   mapping is by the tracker's own fields, by the most specific row, on the work date. Matching
--        is done once per distinct combination of fields, not once per entry.
create temp table worker_ref as
select row_number() over ()::integer as ref_no, *
from (select distinct source, worker_id, worker_email, worker_name from entry);

create temp table project_ref as
select row_number() over ()::integer as ref_no, *
from (select distinct source, customer_id, customer_name, project_id, project_name from entry);

create temp table service_ref as
select row_number() over ()::integer as ref_no, *
from (select distinct source, task_id, task_name, type from entry);

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

-- The zone of a worker may itself be dated: the row of the company's date says which zone counts.
create temp table entry_ref as
select
    e.entry_no, w.ref_no as worker_ref, p.ref_no as project_ref, s.ref_no as service_ref,
    coalesce(r.timezone, getvariable('company_timezone')) as timezone
from entry e
join worker_ref w
  on w.source = e.source and w.worker_id is not distinct from e.worker_id
 and w.worker_email is not distinct from e.worker_email
 and w.worker_name is not distinct from e.worker_name
join project_ref p
  on p.source = e.source and p.customer_id is not distinct from e.customer_id
 and p.customer_name is not distinct from e.customer_name
 and p.project_id is not distinct from e.project_id
 and p.project_name is not distinct from e.project_name
join service_ref s
  on s.source = e.source and s.task_id is not distinct from e.task_id
 and s.task_name is not distinct from e.task_name and s.type is not distinct from e.type
left join span x
  on x.mapping = 'worker' and x.ref_no = w.ref_no
 and case when e.grain = 'span'
          then timezone(getvariable('company_timezone'), e.start_at::timestamptz)::date
          else e.to_date end between x.from_ and x.to_
left join worker_row r on r.row_no = x.row_no;

-- A span is cut at each local midnight; nearly all stay within one date and pass straight through.
create temp table portion as
with placed as (
    select
        e.entry_no, r.timezone, e.start_at, e.end_at, e.seconds,
        case when e.grain = 'span' then timezone(r.timezone, e.start_at::timestamptz)::date
             else e.to_date end as first_day,
        case when e.grain = 'span' and e.end_at > e.start_at
             then timezone(r.timezone, (e.end_at - interval 1 microsecond)::timestamptz)::date
        end as last_day
    from entry e join entry_ref r using (entry_no)
), cut as (
    select
        entry_no, first_day + d.n::integer as work_date,
        case when d.n = 0 then start_at
             else timezone(timezone, (first_day + d.n::integer)::timestamp)::timestamp end as start_at,
        case when first_day + d.n::integer = last_day then end_at
             else timezone(timezone, (first_day + d.n::integer + 1)::timestamp)::timestamp
        end as end_at
    from placed, unnest(range(0, (last_day - first_day) + 1)) as d(n)
    where last_day > first_day
)
select entry_no, first_day as work_date, start_at, end_at, seconds
from placed where last_day is null or last_day <= first_day
union all
select entry_no, work_date, start_at, end_at,
       (epoch_us(end_at) - epoch_us(start_at)) // 1000000
from cut;

-- assert: every second of an entry is in its portions
select e.key from entry e join portion p using (entry_no)
group by e.key, e.seconds having sum(p.seconds) <> e.seconds;

-- assert: every entry has a portion
select key from entry anti join portion using (entry_no);
