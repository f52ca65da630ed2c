-- in:    checked, rounded, tier (from the law packs)
-- out:   segment
-- grain: the part of a portion in one pay class, in time order
-- why:   hours count when they were worked, held or not. Cheap totals first pick the weeks in which a
--        threshold can be passed at all; only those enter the windows.
create temp table counted as
select c.portion_no, c.worker_no, c.work_date, c.week, c.grain, r.pay_seconds as seconds,
    case when c.work_date >= getvariable('overtime_from') then c.pack_no end as pack_no
from checked c join rounded r using (portion_no)
where c.worked and not c.contractor and c.eligible and c.counts and r.pay_seconds > 0;

create temp table heavy as
with threshold as (
    select pack_no,
           min(lo) filter (where "window" = 'day' and percent > 100) as day_over,
           min(lo) filter (where "window" = 'week' and percent > 100) as week_over,
           bool_or("window" = 'seventh_day') as seventh
    from tier group by pack_no
), day as (
    select worker_no, week, work_date, min(pack_no) as pack_no, sum(seconds)::bigint as seconds,
           bool_or(grain <> 'week') as dated  -- a week's bucket says nothing of the days
    from counted group by worker_no, week, work_date
)
select d.worker_no, d.week, count(*) filter (where d.dated) = 7 as all_seven, max(d.work_date) as last_day
from day d left join threshold t using (pack_no)
group by d.worker_no, d.week
having max(d.seconds) > min(coalesce(t.day_over, 1099511627776))
    or sum(d.seconds) > min(coalesce(t.week_over, 1099511627776))
    or count(*) filter (where d.dated) = 7 and bool_or(coalesce(t.seventh, false));

-- The day, cut where a daily tier begins; on the seventh day cut by those tiers as well.
create temp table day_piece as
with running as (
    select c.*, h.all_seven and c.work_date = h.last_day as seventh,
        sum(seconds) over (partition by c.worker_no, c.work_date, c.grain = 'week'
                           order by portion_no rows unbounded preceding)::bigint as upto
    from counted c join heavy h using (worker_no, week)
), cut as (
    select r.portion_no, r.worker_no, r.week, r.work_date, r.pack_no,
        greatest(r.upto - r.seconds, coalesce(d.lo, 0), coalesce(s.lo, 0)) as lo,
        least(r.upto, coalesce(d.hi, r.upto), coalesce(s.hi, r.upto)) as hi,
        case when coalesce(s.percent, 100) > coalesce(d.percent, 100) then s.tier_no else d.tier_no end as tier_no
    from running r
    left join tier d
      on d.pack_no = r.pack_no and d."window" = 'day' and r.work_date between d.from_ and d.to_
     and r.grain <> 'week' and d.lo < r.upto and d.hi > r.upto - r.seconds
    left join tier s
      on r.seventh and s.pack_no = r.pack_no and s."window" = 'seventh_day'
     and r.work_date between s.from_ and s.to_ and s.lo < r.upto and s.hi > r.upto - r.seconds
)
select c.portion_no, c.worker_no, c.week, c.work_date, c.pack_no, c.lo, c.hi, c.tier_no,
       coalesce(t.percent, 100) as percent
from cut c left join tier t using (tier_no)
where c.hi > c.lo;

-- The week: pieces still at straight time count towards a tier that excludes the others, all towards one
-- that doesn't; where a piece is passed by the weekly threshold, the higher percent stands.
create temp table week_piece as
with running as (
    select p.*, x.excludes, p.hi - p.lo as seconds,
        case when x.excludes
             then sum(case when p.percent > 100 then 0 else p.hi - p.lo end) over so_far
             else sum(p.hi - p.lo) over so_far end::bigint as upto,
        coalesce(x.excludes and p.percent = 100 or not x.excludes, false) as counts
    from day_piece p
    left join (select distinct pack_no, excludes, from_, to_ from tier where "window" = 'week') x
      on x.pack_no = p.pack_no and p.work_date between x.from_ and x.to_
    window so_far as (partition by p.worker_no, p.week order by p.portion_no, p.lo
                      rows unbounded preceding)
)
select r.portion_no, r.lo, coalesce(t.lo, 0) as step,
    case when r.counts then least(r.upto, t.hi) - greatest(r.upto - r.seconds, t.lo)
         else r.seconds end as seconds,
    case when coalesce(t.percent, 100) > r.percent then t.tier_no else r.tier_no end as tier_no
from running r
left join tier t
  on r.counts and t.pack_no = r.pack_no and t."window" = 'week'
 and r.work_date between t.from_ and t.to_ and t.lo < r.upto and t.hi > r.upto - r.seconds;

create temp table segment as
select w.portion_no,
    row_number() over (partition by w.portion_no order by w.lo, w.step)::integer as seq,
    w.seconds, coalesce(t.percent, 100) as percent, coalesce(t.pay_class, 'regular') as pay_class, t.basis
from week_piece w left join tier t using (tier_no)
union all
select c.portion_no, 1, r.pay_seconds, 100, 'regular', null
from checked c join rounded r using (portion_no)
where c.portion_no not in (select portion_no from week_piece);

-- assert: the segments of a portion are its seconds, each counted once
select r.portion_no from rounded r join segment s using (portion_no)
group by r.portion_no, r.pay_seconds having sum(s.seconds) <> r.pay_seconds;

-- assert: every portion has a segment
select portion_no from rounded anti join segment using (portion_no);
