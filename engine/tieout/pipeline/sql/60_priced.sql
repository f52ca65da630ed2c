-- in:    checked, segment, pay_rate, stream, calendar
-- out:   cost_part
-- grain: worker, workweek, currency, document, line, booked or held: minor units of labour cost
-- why:   29 CFR 778.115: one weighted average for the whole workweek. Straight time is seconds × rate,
--        the premium seconds × (percent − 100) × N/T. Everything is kept over the one denominator
--        100·T·(3600 × 10000 / minor units), so that the week is rounded once and split exactly.
create temp table special_rate as
select * from pay_rate where earning not in ('', 'regular');

create temp table costed_segment as
select
    c.portion_no, c.stream_no, c.worker_no, c.week, c.work_date, c.project_no, c.cost_role, c.cost,
    c.counts, s.seq, s.seconds, s.percent,
    -- project and earning, project, earning, neither; a class without a row of its own has the base rate
    coalesce(x.rate, p.rate, g.rate, c.pay_rate) as rate,
    coalesce(x.currency, p.currency, g.currency, c.pay_currency) as currency
from checked c
join segment s using (portion_no)
left join special_rate x on x.worker_no = c.worker_no
 and x.project_no = c.project_no and x.earning = s.pay_class and c.work_date between x.from_ and x.to_
left join special_rate g on g.worker_no = c.worker_no
 and g.project_no = 0 and g.earning = s.pay_class and c.work_date between g.from_ and g.to_
left join pay_rate p on p.worker_no = case when g.rate is not null then c.worker_no end
 and p.project_no = c.project_no and p.earning = '' and c.work_date between p.from_ and p.to_
where c.worked and not c.contractor and c.pay_rate is not null 
  -- what a pay run has paid is no accrual, but part of its week's cost
  and (c.cost not between 250 and 299 or c.cost = 297);

-- n and t of the week: of the hours worked, without leave, holiday and sickness (29 CFR 778.218), unless
-- there is nothing else. straight: of all hours. premium: the sum of (percent − 100) × seconds.
create temp table cost_week as
select worker_no, week, currency, any_value(u.unit)::hugeint as unit,
    case when bool_or(regular) then sum(seconds::hugeint * rate) filter (where regular)
         else sum(seconds::hugeint * rate) end::hugeint as n,
    case when bool_or(regular) then sum(seconds) filter (where regular) else sum(seconds) end::hugeint as t,
    sum(seconds::hugeint * rate)::hugeint as straight,
    sum((percent - 100) * seconds)::hugeint as premium
from (select *, counts and seconds > 0 as regular from costed_segment) join currency_unit u using (currency)
group by worker_no, week, currency
having sum(seconds) > 0;

create temp table cost_component as
with charged as (
    select s.*, w.unit, w.n, w.t, w.premium,
        case when s.cost_role <> 'suspense' then s.project_no end as job
    from costed_segment s join cost_week w using (worker_no, week, currency)
), component as (
    -- the straight part, on the segment's own line
    select *, cost_role as role, job as line_project, seconds as line_seconds,
        seconds::hugeint * rate * 100 * t * t as numerator
    from charged
    union all
    -- the premium: on a line of its own, or where it fell
    select *, case getvariable('premium') when 'overhead' then 'overhead_premium' else cost_role end,
        case when getvariable('premium') <> 'overhead' then job end, 0,
        (percent - 100) * seconds::hugeint * n * t
    from charged where percent > 100 and getvariable('premium') <> 'pro_rata'
    union all
    -- or over all the week's work by seconds
    select *, cost_role, job, 0, seconds::hugeint * premium * n
    from charged where counts and premium > 0 and getvariable('premium') = 'pro_rata'
)
select
    c.worker_no, c.week, c.currency, c.stream_no, k.journal_to, c.role,
    c.line_project as project_no, c.cost = 0 as booked,
    sum(c.line_seconds)::bigint as seconds, sum(c.numerator)::hugeint as numerator,
    any_value(100 * c.t * c.t * c.unit)::hugeint as denominator
from component c
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
group by c.worker_no, c.week, c.currency, c.stream_no, k.journal_to, c.role, c.line_project, c.cost = 0;

-- The lines of journals in the order of their keys: few, so that the many parts are ranked by a number.
create temp table cost_line as
with found as (select distinct role, project_no from cost_component)
select f.role, f.project_no, f.role || '/' || coalesce(p.id, '-') as line_key,
    rank() over (order by line_key)::integer as line_no
from found f
left join (select distinct project_no, id from project_named) p using (project_no);

-- The week's total rounded once, then handed out: floors first, the missing units by the rule: to the
-- largest remainders, or in the order of the lines, from the first or the last.
create temp table cost_part as
with floored as (
    select c.*, l.line_no, (numerator // denominator)::bigint as floor_amount, numerator % denominator as remainder
    from cost_component c
    join cost_line l on l.role = c.role and l.project_no is not distinct from c.project_no
), ranked as (
    select *,
        rounded(sum(numerator) over whole_week, denominator, getvariable('totals_mode'))
            - sum(floor_amount) over whole_week as missing,
        row_number() over by_remainder as place
    from floored
    window by_remainder as (partition by worker_no, week, currency
                            order by case getvariable('split') when 'largest_remainder' then remainder
                                          else (numerator > 0)::hugeint end desc,
                                     case getvariable('split') when 'last_to_first' then -stream_no else stream_no end,
                                     case getvariable('split') when 'last_to_first' then date '9999-12-31' - journal_to
                                          else journal_to - date '0001-01-01' end,
                                     case getvariable('split') when 'last_to_first' then -line_no else line_no end,
                                     booked <> (getvariable('split') = 'last_to_first')),
           whole_week as (by_remainder rows between unbounded preceding and unbounded following)
)
select worker_no, week, currency, stream_no, journal_to, line_no, booked, seconds,
    floor_amount + case when place <= missing then 1 else 0 end as amount
from ranked;

drop table cost_component;

-- assert: the parts of a week are the week's total
select p.worker_no, p.week from (
    select worker_no, week, currency, sum(amount) as amount from cost_part group by all
) p join cost_week w using (worker_no, week, currency)
where p.amount <> rounded((w.straight * 100 * w.t + w.premium * w.n) * w.t, 100 * w.t * w.t * w.unit,
                         getvariable('totals_mode'));
