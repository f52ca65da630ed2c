-- in:    costed_segment, salaried, item_share, week_rate, premium, stream, calendar, entity
-- out:   charge, cost_part, cost_line
-- grain: worker, pot, currency, document, line, booked or held: minor units of labour cost
-- why:   a pot is rounded once and then split exactly: what a workweek is paid by the hour with its
--        premium (pot 0), a period's salary, a pay item. A week's amounts are kept over the one denominator
--        of its rates, so that nothing is rounded before.
create temp table pot_scale as
with rates as (
    select worker_no, week, currency, rate.d as d from premium
    union all
    select worker_no, week, currency, rate.d from salaried where not getvariable('round_rate')
)
select w.worker_no, w.week, w.currency, w.t, w.unit,
    coalesce(list_reduce(list(distinct r.d) filter (where r.d is not null), lambda a, b: lcm(a, b)), 1) as scale
from week_rate w
left join rates r using (worker_no, week, currency)
group by w.worker_no, w.week, w.currency, w.t, w.unit;

-- What each segment is paid, before anything is rounded: numerator / denominator minor units.
create temp view charge as
with placed as (
    select s.*, w.t, w.unit, w.scale, y.salary_no as under, y.covered, y.amount, y.pay_from,
        case when y.salary_no is null then null
             when getvariable('round_rate') then in_cents(y.rate, w.unit) else y.rate end as salary_rate,
        case when s.cost_role <> 'suspense' then s.project_no end as job, s.to_entity_no as charged
    from costed_segment s
    join pot_scale w using (worker_no, week, currency)
    left join salaried y using (portion_no, seq)
), premium_week as (
    select p.worker_no, p.week, p.currency, sum(p.seconds * p.rate.n * (w.scale // p.rate.d))::hugeint as numerator
    from premium p join pot_scale w using (worker_no, week, currency)
    where getvariable('premium') = 'pro_rata'
    group by all
)
-- the straight part, on the segment's own line: the hours that no salary covers
select portion_no, seq, worker_no, week, currency, 0 as pot, stream_no, entity_no, work_date, cost, 'straight' as part,
    cost_role as role, job as project_no, charged as to_entity_no, seconds as line_seconds,
    case when under is null then seconds::hugeint * rate * scale
         else (seconds - covered) * salary_rate.n * (scale // salary_rate.d) end * t as numerator,
    scale * t * unit as denominator
from placed
union all
-- the salary of the period, over the hours that it covers
select portion_no, seq, worker_no, pay_from, currency, under, stream_no, entity_no, work_date, cost, 'salary',
    cost_role, job, charged, 0, amount::hugeint * covered,
    sum(covered) over (partition by worker_no, under, pay_from, currency)
from placed where under is not null and covered > 0
union all
select s.portion_no, s.seq, s.worker_no, i.pay_from, i.currency, i.item_no, s.stream_no, s.entity_no, s.work_date, s.cost,
    'item', s.cost_role, s.job, s.charged, 0, i.amount::hugeint * i.seconds, sum(i.seconds) over (partition by i.item_no)
from placed s join item_share i using (portion_no, seq)
union all
-- the premium: on a line of its own, or where it fell
select portion_no, seq, worker_no, week, currency, 0, s.stream_no, s.entity_no, s.work_date, s.cost, 'premium',
    case getvariable('premium') when 'overhead' then 'overhead_premium' else s.cost_role end,
    case when getvariable('premium') <> 'overhead' then s.job end,
    if(getvariable('premium') <> 'overhead', s.charged, 0), 0,
    p.seconds * p.rate.n * (s.scale // p.rate.d) * s.t, s.scale * s.t * s.unit
from placed s join premium p using (portion_no, seq, worker_no, week, currency)
where getvariable('premium') <> 'pro_rata'
union all
-- or over all the week's work by seconds
select s.portion_no, s.seq, worker_no, week, currency, 0, s.stream_no, s.entity_no, s.work_date, s.cost, 'premium',
    s.cost_role, s.job, s.charged, 0, s.seconds * p.numerator, s.scale * s.t * s.unit
from placed s join premium_week p using (worker_no, week, currency)
where s.counts and s.seconds > 0;

create temp table cost_component as
select
    c.worker_no, c.week, c.currency, c.pot, c.stream_no, c.entity_no, k.journal_to, c.role, c.project_no,
    c.to_entity_no, c.cost = 0 as booked,
    sum(c.line_seconds)::bigint as seconds, sum(c.numerator)::hugeint as numerator,
    any_value(c.denominator)::hugeint as denominator
from charge c
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
group by c.worker_no, c.week, c.currency, c.pot, c.stream_no, c.entity_no, k.journal_to, c.role, c.project_no,
    c.to_entity_no, c.cost = 0;

-- The lines of journals in the order of their keys: few, so that the many parts are ranked by a number.
create temp table cost_line as
with found as (select distinct role, project_no, to_entity_no from cost_component)
select f.role, f.project_no, f.to_entity_no,
    concat(f.role, '/', coalesce(p.id, '-'), '/' || e.name) as line_key,
    rank() over (order by line_key)::integer as line_no
from found f
join entity e on e.entity_no = f.to_entity_no
left join (select distinct project_no, id from project_named) p using (project_no);

-- The pot's total rounded once, then handed out: floors first, the missing units by the rule: to the
-- largest remainders, or in the order of the lines, from the first or the last.
create temp table cost_part as
with floored as (
    -- documents that name no entity come last, as their keys do
    select c.*, coalesce(nullif(c.entity_no, 0), 2147483647) as entity_place, l.line_no,
        (numerator // denominator)::bigint as floor_amount, numerator % denominator as remainder
    from cost_component c
    join cost_line l on l.role = c.role and l.project_no is not distinct from c.project_no
     and l.to_entity_no = c.to_entity_no
), ranked as (
    select *,
        rounded(sum(numerator) over whole_pot, denominator, getvariable('totals_mode'))
            - sum(floor_amount) over whole_pot as missing,
        row_number() over by_remainder as place
    from floored
    window by_remainder as (partition by worker_no, week, currency, pot
                            order by case getvariable('split') when 'largest_remainder' then remainder
                                          else (numerator > 0)::hugeint end desc,
                                     case getvariable('split') when 'last_to_first' then -stream_no else stream_no end,
                                     case getvariable('split') when 'last_to_first' then -entity_place else entity_place end,
                                     case getvariable('split') when 'last_to_first' then date '9999-12-31' - journal_to
                                          else journal_to - date '0001-01-01' end,
                                     case getvariable('split') when 'last_to_first' then -line_no else line_no end,
                                     booked <> (getvariable('split') = 'last_to_first')),
           whole_pot as (by_remainder rows between unbounded preceding and unbounded following)
)
select worker_no, week, currency, pot, stream_no, entity_no, journal_to, line_no, booked, seconds,
    floor_amount + case when place <= missing then 1 else 0 end as amount
from ranked;

drop table cost_component;

-- assert: a salary is paid whole, and an item too
select p.worker_no, p.pot from (
    select worker_no, week, pot, sum(amount) as amount from cost_part where pot > 0 group by all
) p
left join (
    select distinct worker_no, pay_from as week, salary_no as pot, amount from salaried where covered > 0
    union
    select worker_no, pay_from, item_no, amount from item_share
) w using (worker_no, week, pot)
where p.amount is distinct from w.amount;
