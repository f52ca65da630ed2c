-- in:    checked, rounded; tier, pack, holiday_row (from the law packs)
-- out:   segment
-- grain: the part of a portion in one pay class, in time order
-- why:   hours count when they were worked, held or not. Cheap totals first pick the weeks in which a
--        threshold can be passed at all; only those enter the windows.
create temp table counted as
select c.portion_no, c.worker_no, c.work_date, c.week, c.grain, c.pay_rate, r.pay_seconds as seconds, k.pack_no,
    c.week - 7 * ((((c.week - k.anchor) // 7) % k.weeks + k.weeks) % k.weeks)::integer as own_reference,
    coalesce(own_reference, c.week) as reference
from checked c
join rounded r using (portion_no)
left join pack k on k.pack_no = c.pack_no and c.work_date >= getvariable('overtime_from')
where c.worked and not c.contractor and c.eligible and c.counts and r.pay_seconds > 0;

-- How many public holidays there are in a workweek, or the weeks counted together, where the law asks.
create temp table festive as
with week as (
    select h.pack_no, k.weeks, k.anchor,
        h.day - ((((h.day - date '1970-01-05') - getvariable('week_starts')) % 7 + 7) % 7)::integer as week
    from holiday_row h join pack k using (pack_no)
)
select pack_no, week - 7 * ((((week - anchor) // 7) % weeks + weeks) % weeks)::integer as reference, count(*) as days
from week group by all;

create temp table heavy as
with threshold as (
    select pack_no,
           min(lo) filter (where "window" = 'day' and percent > 100) as day_over,
           min(lo) filter (where "window" = 'week' and percent > 100) as week_over, max(less) as less,
           bool_or("window" = 'seventh_day') as seventh
    from tier group by pack_no
), day as (
    select worker_no, week, work_date, min(pack_no) as pack_no, sum(seconds)::bigint as seconds,
           min(reference) as reference,
           bool_or(grain <> 'week') as dated  -- a week's bucket says nothing of the days
    from counted group by worker_no, week, work_date
), total as (
    select d.worker_no, d.week, min(d.reference) as reference, sum(d.seconds)::bigint as seconds,
        count(*) filter (where d.dated) = 7 as all_seven, max(d.work_date) as last_day,
        min(t.week_over - coalesce(f.days * t.less, 0)) as week_over, bool_or(coalesce(t.seventh, false)) as seventh,
        -- hours in a row, or within 24 hours of the first, may lie on two days and in two weeks
        max(d.seconds) > min(coalesce(t.day_over, 1099511627776))
            or bool_or(coalesce(k.rolling or k.consecutive, false)) as long_day
    from day d left join threshold t using (pack_no) left join pack k using (pack_no)
    left join festive f on f.pack_no = d.pack_no and f.reference = d.reference
    group by d.worker_no, d.week
)
select worker_no, week, all_seven, last_day from total
qualify long_day or all_seven and seventh
     or sum(seconds) over (partition by worker_no, reference) > min(week_over) over (partition by worker_no, reference);

-- Where the workday is 24 hours from when work begins, the next one begins with the first work after them.
create temp table workday as
with recursive timed as (
    select c.portion_no, c.worker_no, a.start_at, a.end_at
    from counted c join heavy h using (worker_no, week) join pack k using (pack_no)
    join checked a using (portion_no)
    where k.rolling and c.grain = 'span'
), began as (
    select worker_no, min(start_at) as starts from timed group by worker_no
    union all
    select b.worker_no, min(greatest(t.start_at, b.starts + interval 24 hours))
    from began b join timed t on t.worker_no = b.worker_no and t.end_at > b.starts + interval 24 hours
    group by b.worker_no, b.starts
)
select t.portion_no, b.starts,
    greatest(0, (epoch_us(b.starts) - epoch_us(t.start_at)) // 1000000) as lo,
    case when t.end_at > b.starts + interval 24 hours
         then (epoch_us(b.starts) - epoch_us(t.start_at)) // 1000000 + 86400 end as hi
from timed t
join began b on b.worker_no = t.worker_no and b.starts < t.end_at and b.starts + interval 24 hours > t.start_at;

-- Hours in a row: a run ends with a pause that is longer than the law's gap.
create temp table run as
with timed as (
    select c.portion_no, c.worker_no, k.pack_no, a.start_at,
        max(a.end_at) over (partition by c.worker_no order by c.portion_no
                            rows between unbounded preceding and 1 preceding) as until,
        k.gap
    from counted c join heavy h using (worker_no, week) join pack k using (pack_no)
    join checked a using (portion_no)
    where k.consecutive and c.grain = 'span'
)
select portion_no,
    count(*) filter (where until is null or start_at > until + to_seconds(gap))
        over (partition by worker_no order by portion_no rows unbounded preceding) as run_no
from timed;

-- The parts of a portion in one workday (nearly always one), with what its day and its run held before.
create temp table day_part as
with placed as (
    select c.*, h.all_seven and c.work_date = h.last_day as seventh, r.run_no,
        coalesce(w.starts, c.work_date::timestamp) as workday, w.starts is not null as rolling,
        least(c.seconds, coalesce(w.lo, 0)) as part_lo, least(c.seconds, coalesce(w.hi, c.seconds)) as part_hi
    from counted c
    join heavy h using (worker_no, week)
    left join workday w using (portion_no)
    left join run r using (portion_no)
)
select *,
    (sum(part_hi - part_lo) over (
        partition by worker_no, workday, rolling, grain = 'week'
        order by portion_no, part_lo rows unbounded preceding) - (part_hi - part_lo))::bigint as in_day,
    (sum(part_hi - part_lo) over (
        partition by worker_no, run_no
        order by portion_no, part_lo rows unbounded preceding) - (part_hi - part_lo))::bigint as in_run
from placed where part_hi > part_lo;

-- The day, cut where a tier begins: of the day, of the hours in a row, of the seventh day. In seconds of the
-- portion. The highest percent wins, on a tie in this order.
create temp table day_piece as
with cut as (
    select p.portion_no, p.worker_no, p.week, p.reference, p.work_date, p.pack_no, p.pay_rate,
        greatest(p.part_lo, p.part_lo + coalesce(d.lo, 0) - p.in_day, p.part_lo + coalesce(s.lo, 0) - p.in_day,
                 p.part_lo + coalesce(r.lo, 0) - p.in_run) as lo,
        least(p.part_hi, p.part_lo + coalesce(d.hi - p.in_day, p.part_hi),
              p.part_lo + coalesce(s.hi - p.in_day, p.part_hi),
              p.part_lo + coalesce(r.hi - p.in_run, p.part_hi)) as hi,
        case when coalesce(s.percent, 100) > greatest(coalesce(d.percent, 100), coalesce(r.percent, 100)) then s.tier_no
             when coalesce(r.percent, 100) > coalesce(d.percent, 100) then r.tier_no
             else d.tier_no end as tier_no
    from day_part p
    left join tier d
      on d.pack_no = p.pack_no and d."window" = 'day' and p.work_date between d.from_ and d.to_
     and open_to(d.rate_below, p.pay_rate) and coalesce(d.weekday = isodow(p.work_date) - 1, true)
     and p.grain <> 'week' and d.lo < p.in_day + p.part_hi - p.part_lo and d.hi > p.in_day
    left join tier s
      on p.seventh and p.grain <> 'week' and s.pack_no = p.pack_no and s."window" = 'seventh_day'
     and p.work_date between s.from_ and s.to_ and open_to(s.rate_below, p.pay_rate)
     and s.lo < p.in_day + p.part_hi - p.part_lo and s.hi > p.in_day
    left join tier r
      on p.run_no is not null and r.pack_no = p.pack_no and r."window" = 'consecutive'
     and p.work_date between r.from_ and r.to_ and open_to(r.rate_below, p.pay_rate)
     and r.lo < p.in_run + p.part_hi - p.part_lo and r.hi > p.in_run
)
select c.* exclude (tier_no), c.tier_no, coalesce(t.percent, 100) as percent
from cut c left join tier t using (tier_no)
where c.hi > c.lo;

-- The week, or the weeks of one reference period: pieces still at straight time count towards a tier that
-- excludes the others, all towards one that doesn't. The higher percent stands; where the law takes the
-- greater of the two, that of the day or that of the week stands throughout.
create temp table week_piece as
with running as (
    select p.*, x.excludes, coalesce(f.days * x.less, 0) as off, p.hi - p.lo as seconds, coalesce(k.greater, false) as greater,
        case when x.excludes
             then sum(case when p.percent > 100 then 0 else p.hi - p.lo end) over so_far
             else sum(p.hi - p.lo) over so_far end::bigint as upto,
        coalesce(x.excludes and p.percent = 100 or not x.excludes, false) as counts,
        sum((p.percent - 100) * (p.hi - p.lo)) over (partition by p.worker_no, p.reference, p.pack_no) as by_day
    from day_piece p
    left join pack k using (pack_no)
    left join (select distinct pack_no, excludes, less, from_, to_ from tier where "window" = 'week') x
      on x.pack_no = p.pack_no and p.work_date between x.from_ and x.to_
    left join festive f on f.pack_no = p.pack_no and f.reference = p.reference
    window so_far as (partition by p.worker_no, p.reference order by p.portion_no, p.lo
                      rows unbounded preceding)
), passed as (
    select r.portion_no, r.worker_no, r.work_date, r.pack_no, r.pay_rate, r.lo, coalesce(t.lo, 0) as step,
        case when r.counts
             then coalesce(least(r.upto, t.hi - r.off) - greatest(r.upto - r.seconds, if(t.lo > 0, t.lo - r.off, 0)),
                           r.seconds)
             else r.seconds end as seconds,
        r.greater, r.by_day, r.reference, r.tier_no as day_tier, r.percent as day_percent,
        t.tier_no as week_tier, coalesce(t.percent, 100) as week_percent
    from running r
    left join tier t
      on t.pack_no = r.pack_no and t."window" = 'week' and r.work_date between t.from_ and t.to_
     and open_to(t.rate_below, r.pay_rate)
     and case when r.counts then if(t.lo > 0, t.lo - r.off, 0) < r.upto and t.hi - r.off > r.upto - r.seconds
              else r.excludes and if(t.lo > 0, t.lo - r.off, 0) <= r.upto and t.hi - r.off > r.upto end
), weighed as (
    select *, sum((week_percent - 100) * seconds) over (partition by worker_no, reference, pack_no) as by_week
    from passed
)
select portion_no, worker_no, work_date, pack_no, pay_rate, lo, step, seconds,
    case when greater and by_week > by_day or not greater and week_percent > day_percent
         then week_tier else day_tier end as tier_no
from weighed;

-- The calendar month: overtime past so many hours of it is at a higher percent still.
create temp table month_piece as
with running as (
    select w.*, coalesce(t.percent, 100) as percent,
        sum(case when t.percent > 100 then w.seconds else 0 end) over (
            partition by w.worker_no, date_trunc('month', w.work_date)
            order by w.portion_no, w.lo, w.step rows unbounded preceding)::bigint as upto
    from week_piece w left join tier t using (tier_no)
)
select r.portion_no, r.lo, r.step, coalesce(m.lo, 0) as month_step,
    coalesce(least(r.upto, m.hi) - greatest(r.upto - r.seconds, m.lo), r.seconds) as seconds,
    case when coalesce(m.percent, 100) > r.percent then m.tier_no else r.tier_no end as tier_no
from running r
left join tier m
  on r.percent > 100 and m.pack_no = r.pack_no and m."window" = 'month' and r.work_date between m.from_ and m.to_
 and open_to(m.rate_below, r.pay_rate) and m.lo < r.upto and m.hi > r.upto - r.seconds;

create temp table segment as
select m.portion_no,
    row_number() over (partition by m.portion_no order by m.lo, m.step, m.month_step)::integer as seq,
    m.seconds, coalesce(t.percent, 100) as percent, coalesce(t.pay_class, 'regular') as pay_class, t.basis
from month_piece m left join tier t using (tier_no)
union all
select c.portion_no, 1, r.pay_seconds, 100, 'regular', null
from checked c
join rounded r using (portion_no)
anti join month_piece m on m.portion_no = c.portion_no;

drop table counted;
drop table festive;
drop table day_part;
drop table day_piece;
drop table week_piece;
drop table month_piece;

-- assert: the segments of a portion are its seconds, each counted once
select r.portion_no from rounded r
left join (select portion_no, sum(seconds)::bigint as seconds from segment group by portion_no) s using (portion_no)
where s.seconds is distinct from r.pay_seconds;
