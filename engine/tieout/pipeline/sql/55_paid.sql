-- in:    checked, segment, pay_rate, salary, pay_item, pack, currency_unit
-- out:   costed_segment, salaried, item_share, week_rate, premium
-- grain: segment; item_share: segment and pay item; week_rate: worker, workweek, currency
-- why:   29 CFR 778.115: one regular rate for the whole workweek, all that is paid for work in it over all
--        hours worked. What law packs, agreements and salaries change of that is told apart here; rates stay
--        fractions to the end. Weeks without salary or items pay nothing for either.
create temp table special_rate as
select * from pay_rate where earning not in ('', 'regular');

create temp table costed_segment as
select
    c.portion_no, c.stream_no, c.worker_no, c.week, c.work_date, c.project_no, c.cost_role, c.cost,
    c.entity_no, c.to_entity_no,
    c.counts, c.eligible, case when c.work_date >= getvariable('overtime_from') then c.pack_no end as pack_no,
    s.seq, s.seconds, s.percent,
    -- project and earning, project, earning, neither; a class without a row of its own has the base rate
    coalesce(x.rate, p.rate, g.rate, c.pay_rate) as rate,
    coalesce(x.currency, p.currency, g.currency, c.pay_currency) as currency,
    case when coalesce(x.rate, p.rate, g.rate) is null then c.salary_no end as salary_no
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

-- A salary pays for the hours that it is meant for, the first of the week, and what is past them comes on
-- top (29 CFR 778.113, 778.322); never for more than the law lets it (Cal. Lab. Code 515(d)). One of
-- fluctuating hours, and that of an exempt worker, pays for all of them (778.114).
create temp table salaried as
with meant as (
    select s.portion_no, s.seq, s.worker_no, s.week, s.work_date, s.currency, s.seconds, s.counts, y.*,
        case when s.eligible then least(y.hours, k.salary_hours) end as a_week,
        salary_begins(y.period, s.work_date, s.week, y.first_week) as begins,
        (sum(s.seconds) over (partition by s.worker_no, s.week order by s.portion_no, s.seq
                              rows unbounded preceding) - s.seconds)::bigint as before
    from costed_segment s
    join salary y using (salary_no)
    left join pack k using (pack_no)
), spread as (
    select *,
        sum(seconds) over this_week as all_seconds,
        sum(if(counts, seconds, 0)) over this_week as worked_seconds
    from meant
    window this_week as (partition by worker_no, week, a_week is null)
)
select
    portion_no, seq, worker_no, week, currency, salary_no,
    case when a_week is null then seconds else greatest(0, least(seconds, a_week - before)) end as covered,
    fraction(amount * yearly * 3600,
             52 * coalesce(a_week, nullif(worked_seconds, 0), nullif(all_seconds, 0), 1)) as rate,
    greatest(begins, from_) as pay_from,
    salary_until(period, amount, u.unit, begins, least(salary_ends(period, begins), to_) - begins + 1)
        - salary_until(period, amount, u.unit, begins, greatest(begins, from_) - begins) as amount
from spread
join currency_unit u using (currency);

-- Where the money of an item goes: to the hours worked in its days, those paid by the piece alone (at a
-- rate of 0) where there are such; to leave where nothing was worked.
create temp table item_share as
select i.item_no, s.portion_no, s.seq, s.worker_no, i.from_ as pay_from, i.currency, s.seconds,
    divide(i.amount * 3600, u.unit) as amount
from costed_segment s
join pay_item i on i.worker_no = s.worker_no and i.currency = s.currency and s.work_date between i.from_ and i.to_
join currency_unit u on u.currency = i.currency
where s.seconds > 0 and (i.project_no = 0 or i.project_no = s.project_no)
qualify rank() over (
    partition by i.item_no
    order by case when not s.counts then 2 when i.kind in ('piecework', 'commission') and s.rate = 0 then 0
                  else 1 end) = 1;

-- What an item adds to the rate of each hour worked in its weeks, and of each hour worked at straight time.
create temp table item_rate as
with week as (
    select i.item_no, any_value(i.kind) as kind, any_value(i.amount) as amount, s.worker_no, s.week, s.currency,
        sum(s.seconds) as seconds, coalesce(sum(s.seconds) filter (where s.percent = 100), 0) as plain
    from costed_segment s
    join pay_item i on i.worker_no = s.worker_no and i.currency = s.currency
     and s.week between i.first_week and i.last_week
    where i.kind <> 'excluded' and s.counts and s.seconds > 0
    group by i.item_no, s.worker_no, s.week, s.currency
)
select worker_no, week, currency, kind = 'flat_bonus' as flat,
    fraction(amount * 3600, sum(seconds) over whole) as worked,
    fraction(amount * 3600, coalesce(nullif(sum(plain) over whole, 0), sum(seconds) over whole)) as plain
from week
window whole as (partition by item_no);

-- n over t: of the hours worked, without leave, holiday and sickness (29 CFR 778.218), unless there is
-- nothing else. rate: with all items; but_flat: without flat bonuses; flat: these over straight time.
create temp table week_rate as
with salary_week as (
    select worker_no, week, currency, list_reduce(list(distinct rate.d), lambda a, b: lcm(a, b)) as scale
    from salaried group by all
), hours as (
    select s.worker_no, s.week, s.currency, any_value(coalesce(w.scale, 1)) as scale,
        s.counts and s.seconds > 0 as regular, sum(s.seconds) as seconds,
        sum(s.seconds * coalesce(y.rate.n * (w.scale // y.rate.d), s.rate::hugeint * coalesce(w.scale, 1))) as n
    from costed_segment s
    left join salaried y using (portion_no, seq)
    left join salary_week w on w.worker_no = s.worker_no and w.week = s.week and w.currency = s.currency
    group by s.worker_no, s.week, s.currency, regular
), base as (
    select worker_no, week, currency, u.unit, (any_value(seconds order by not regular))::bigint as t,
        fraction(any_value(n order by not regular), any_value(seconds * scale order by not regular)) as rate
    from hours join currency_unit u using (currency)
    group by worker_no, week, currency, u.unit
    having sum(seconds) > 0
), item as (
    select worker_no, week, currency,
        list_reduce(list(worked), lambda a, b: plus(a, b)) as every,
        list_reduce(list(worked) filter (where not flat), lambda a, b: plus(a, b)) as but_flat,
        list_reduce(list(plain) filter (where flat), lambda a, b: plus(a, b)) as flat
    from item_rate group by all
)
select b.worker_no, b.week, b.currency, b.unit, b.t, b.rate as wages,
    if(i.every is null, b.rate, plus(b.rate, i.every)) as rate,
    coalesce(i.every, fraction(0, 1)) as items,
    coalesce(i.but_flat, fraction(0, 1)) as but_flat, coalesce(i.flat, fraction(0, 1)) as flat
from base b
left join item i on i.worker_no = b.worker_no and i.week = b.week and i.currency = b.currency;

-- What an hour at a premium is paid on top of the hour itself. By agreement the rate in effect counts
-- instead of the average (29 CFR 778.419). Where the law has a flat bonus stand over straight time, it is
-- paid again at the whole multiple (Alvarado v. Dart, 4 Cal. 5th 542). Rounded, if the rule says so, is the
-- regular rate and what is paid an hour by it.
create temp table premium as
with based as (
    select s.portion_no, s.seq, s.worker_no, s.week, s.currency, s.seconds, s.percent, w.unit,
        coalesce(k.flat_over_straight, false) as apart, w.flat, w.items, w.but_flat, w.rate as average,
        case when getvariable('regular_rate') = 'in_effect' then coalesce(y.rate, fraction(s.rate, 1))
             else w.wages end as wages
    from costed_segment s
    join week_rate w using (worker_no, week, currency)
    left join salaried y using (portion_no, seq)
    left join pack k using (pack_no)
    where s.percent > 100
), multiplied as (
    select * exclude (flat),
        if(apart and flat.n > 0, plus(wages, but_flat), if(items.n > 0, plus(wages, items), wages)) as rate,
        if(apart, flat, fraction(0, 1)) as flat
    from based
)
select portion_no, seq, worker_no, week, currency, seconds, percent, rate as regular_rate,
    case when getvariable('round_rate')
         then fraction(in_cents(fraction(in_cents(rate, unit).n * percent, 100), unit).n
                       - in_cents(rate, unit).n + in_cents(fraction(flat.n * percent, flat.d * 100), unit).n, 1)
         when flat.n > 0
         then plus(fraction(rate.n * (percent - 100), rate.d * 100), fraction(flat.n * percent, flat.d * 100))
         else fraction(rate.n * (percent - 100), rate.d * 100) end as rate
from multiplied;

-- assert: what a salary covers is never more than was worked, and nothing of it is lost
select y.portion_no from salaried y join costed_segment s using (portion_no, seq)
where y.covered < 0 or y.covered > s.seconds;
