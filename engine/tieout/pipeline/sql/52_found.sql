-- in:    checked, segment, waiver; law_limit, pack (from the law packs)
-- out:   finding
-- grain: worker, limit, and the day or window in which it wasn't kept
-- why:   breaks, rest and limits are told, never booked: hours stay what they are. The work looked at is
--        what was worked, unrounded, of employees under a law that has limits; nothing else enters here.
create temp table at_work as
with bound as (
    select distinct worker_no from worker_row w semi join law_limit l using (pack_no)
)
select c.portion_no, c.entry_no, c.worker_no, c.work_date, c.week, c.grain, c.start_at, c.end_at, c.seconds,
    c.eligible, c.pay <> 250 as live, c.hour_kind = 'break' as paused,
    case when c.work_date >= getvariable('overtime_from') then c.pack_no end as pack_no
from checked c semi join bound b using (worker_no)
where c.worked and not c.contractor and c.seconds > 0 and (c.counts or c.hour_kind = 'break');

-- A day's work: spans belong to the date on which they begin, after a pause that parts two days; amounts
-- to their own.
create temp table shift_part as
with timed as (
    select a.*, k.shift_gap,
        max(a.end_at) over (partition by a.worker_no order by a.portion_no
                            rows between unbounded preceding and 1 preceding) as until
    from at_work a left join pack k using (pack_no)
    where a.grain = 'span' and not a.paused
), parted as (
    select *, count(*) filter (where until is null or start_at >= until + to_seconds(coalesce(shift_gap, 0)))
        over (partition by worker_no order by portion_no rows unbounded preceding) as turn
    from timed
)
select portion_no, entry_no, worker_no, week, pack_no, eligible, live, seconds, start_at, end_at, until,
    min(work_date) over (partition by worker_no, turn) as shift_date
from parted
union all
select portion_no, entry_no, worker_no, week, pack_no, eligible, live, seconds, null, null, null, work_date
from at_work where grain = 'day' and not paused;

create temp table shift as
select s.worker_no, s.shift_date, min(s.week) as week, first(s.pack_no order by s.portion_no) as pack_no,
    bool_or(s.eligible) as eligible, bool_or(s.live) as live, sum(s.seconds)::bigint as seconds,
    min(s.start_at) as starts, max(s.end_at) as ends, bool_and(s.start_at is not null) as clocked,
    max(s.entry_no) as entry_no
from shift_part s group by s.worker_no, s.shift_date;

-- Pauses: what lies between two spans of a day, with the work before it; where the day has no clock what
-- is recorded as a break, of which nobody knows when it began.
create temp table pause as
with running as (
    select *, sum(seconds) over (partition by worker_no, shift_date order by portion_no
                                 rows unbounded preceding) - seconds as before
    from shift_part where start_at is not null
)
select r.worker_no, r.shift_date, r.before::bigint as before,
    (epoch_us(r.start_at) - epoch_us(r.until)) // 1000000 as seconds
from running r join shift s using (worker_no, shift_date)
where r.before > 0 and r.start_at > r.until
union all
select a.worker_no, a.work_date, null, a.seconds
from at_work a join shift s on s.worker_no = a.worker_no and s.shift_date = a.work_date
where a.paused and not s.clocked;

-- Days of which the pauses are known.
create temp table watched as
select s.*, l.limit_no, l.kind, l.over, l.least, l.slice, l.below, l.by, l.number, l.every
from shift s
join law_limit l using (pack_no)
where l.kind in ('break', 'meal', 'rest_break') and s.shift_date between l.from_ and l.to_
  and (s.eligible or not l.eligible)
  and (s.clocked or exists (from pause p where p.worker_no = s.worker_no and p.shift_date = s.shift_date))
  and if(l.kind = 'rest_break', s.seconds >= l.over, s.seconds > l.over);

create temp table unpaused as
with taken as (
    select w.*,
        coalesce(sum(p.seconds) filter (where p.seconds >= w.slice), 0)::bigint as paused,
        count(*) filter (where p.seconds >= w.least and (p.before is null or p.before <= w.by)) as meals,
        count(*) filter (where p.seconds >= w.least and p.seconds < w.below) as rests,
        -- one for each full measure, and one for the greater part of another
        (w.seconds + w.every - w.every // 2 - 1) // w.every as due
    from watched w
    left join pause p using (worker_no, shift_date)
    group by all
), ranked as (
    select *, row_number() over (partition by worker_no, shift_date, kind order by over desc, limit_no) as place
    from taken
    where case kind when 'break' then true when 'meal' then meals < number else rests < due end
), strictest as (
    select worker_no, shift_date, max(over) as over
    from watched where kind = 'break' group by worker_no, shift_date
)
select r.limit_no, r.worker_no, r.entry_no, r.shift_date as on_date, r.live,
    case when kind = 'break' then r.least - r.paused end as seconds,
    case kind when 'break' then r.paused else r.seconds end as value,
    case kind when 'meal' then count(*) over (partition by r.worker_no, r.shift_date, kind)
              when 'rest_break' then due - rests end as lacking,
    place
from ranked r
left join strictest x on x.worker_no = r.worker_no and x.shift_date = r.shift_date
where kind <> 'break' or r.over = x.over and r.paused < r.least;

-- Rest before a day's work; once in seven days it may be as short as the law's reduced one.
create temp table rested as
select worker_no, shift_date, week, pack_no, eligible, live, entry_no, starts, clocked,
    lag(ends) over a_life as left_at, lag(clocked) over a_life as was_clocked,
    lead(starts) over a_life as next_at, lead(clocked) over a_life as next_clocked, ends
from shift window a_life as (partition by worker_no order by shift_date);

create temp table unrested as
with short as (
    select l.limit_no, r.worker_no, r.entry_no, r.shift_date, r.live, r.starts, l.least, l.reduced,
        (epoch_us(r.starts) - epoch_us(r.left_at)) // 1000000 as rest
    from rested r join law_limit l using (pack_no)
    where l.kind = 'daily_rest' and r.clocked and r.was_clocked and r.shift_date between l.from_ and l.to_
      and (r.eligible or not l.eligible) and rest < l.least
), judged as (
    select *, coalesce(starts - lag(starts) over (partition by worker_no, limit_no order by starts)
                       < interval 7 days, false) as again
    from short
)
select limit_no, worker_no, entry_no, shift_date, live,
    if(reduced is null or again, least, reduced) - rest as seconds, rest as value, null::bigint, 1
from judged where reduced is null or again or rest < reduced
union all
-- The longest rest that begins in the workweek; what follows the last work known is long enough.
select l.limit_no, r.worker_no, max(r.entry_no), r.week, bool_or(r.live),
    any_value(l.least) - max((epoch_us(r.next_at) - epoch_us(r.ends)) // 1000000),
    max((epoch_us(r.next_at) - epoch_us(r.ends)) // 1000000), null, 1
from rested r join law_limit l using (pack_no)
where l.kind = 'weekly_rest' and r.week between l.from_ and l.to_ and (r.eligible or not l.eligible)
group by l.limit_no, r.worker_no, r.week
having bool_and(r.clocked and coalesce(r.next_clocked, false))
   and max((epoch_us(r.next_at) - epoch_us(r.ends)) // 1000000) < any_value(l.least);

-- Hours in a window, or on average over several: those before it with no work count as none. A day's work is
-- under the law of its beginning, a window under that of its last day's work.
create temp table windowed as
with amount as (
    select 'worked' as kind, worker_no, pack_no, eligible, live, entry_no, shift_date as on_date, week, seconds
    from shift
    union all
    select 'worked', worker_no, pack_no, eligible, live, entry_no, work_date, week, seconds
    from at_work where grain = 'week' and not paused
    union all
    select 'overtime', a.worker_no, a.pack_no, a.eligible, a.live, a.entry_no, a.work_date, a.week, s.seconds
    from at_work a join segment s using (portion_no) where s.percent > 100 and not a.paused
), placed as (
    select a.*, b."window",
        case b."window" when 'day' then a.on_date when 'week' then a.week
                        when 'month' then date_trunc('month', a.on_date)
                        else date_trunc('year', a.on_date) end::date as since
    from amount a
    join (select distinct kind, "window" from law_limit) b on b.kind = a.kind
)
select kind, "window", worker_no, last(pack_no order by entry_no, on_date) as pack_no, bool_or(eligible) as eligible,
    bool_or(live) as live, max(entry_no) as entry_no, sum(seconds)::bigint as seconds, since as on_date,
    case "window" when 'week' then (since - date '1970-01-01') // 7
                  when 'month' then 12 * year(since) + month(since) else year(since) end as place
from placed group by kind, "window", worker_no, since;

create temp table exceeded as
with summed as (
    select l.limit_no, w.worker_no, w.entry_no, w.on_date, w.live, l.most, l.periods,
        case when l.periods = 1 then w.seconds else (
            select sum(o.seconds) from windowed o
            where o.worker_no = w.worker_no and o.kind = w.kind and o."window" = w."window"
              and o.place between w.place - l.periods + 1 and w.place) end::bigint as seconds
    from windowed w
    join law_limit l on l.pack_no = w.pack_no and l.kind = w.kind and l."window" = w."window"
    where w.on_date between l.from_ and l.to_ and (w.eligible or not l.eligible)
)
select limit_no, worker_no, entry_no, on_date, live, seconds - most * periods as seconds, seconds as value,
    null::bigint as lacking, 1 as place
from summed where seconds > most * periods;

-- One finding a worker, limit and day or window; several meals of a day are one. A decision may waive it.
create temp table finding as
select f.limit_no, f.worker_no, f.entry_no, f.on_date, f.seconds, f.value, f.lacking, l.code, l.premium
from (from unpaused union all from unrested union all from exceeded) f
join law_limit l using (limit_no)
where f.live and f.place = 1 and not exists (
    from waiver v where v.entry_no = f.entry_no and v.code in (0, l.code));

drop table at_work;
drop table shift_part;
drop table watched;

-- assert: what is found once is told once
select limit_no, worker_no, on_date from finding group by all having count(*) > 1;
