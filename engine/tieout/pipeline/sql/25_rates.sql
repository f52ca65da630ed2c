-- in:    source_rate (the snapshots' Parquet), worker_row, project_row
-- out:   pay_rate, salary, pay_item
-- grain: pay_rate: worker, project (0: any), earning ('': any) and the days on which the rate holds;
--        salary: one pay_rate that is for a period; pay_item: an amount besides hours
-- why:   a rate without an end lasts until the next one of the same worker, project and earning. What a
--        row is paid for stands in its basis, with a salary's hours a week (seconds) after the stroke.
create temp table captured_rate as
select
    r.*, w.worker_no, coalesce(p.project_no, 0) as project_no,
    row_number() over (order by r.key)::integer as rate_no,
    split_part(r.basis, '/', 1) as kind, nullif(split_part(r.basis, '/', 2), '') as hours,
    -- how many such periods a year has (29 CFR 778.113: a month's salary times 12, by 52)
    case kind when 'week' then 52 when 'biweek' then 26 when 'semimonth' then 24 when 'month' then 12
              when 'year' then 1 end as yearly
from source_rate r
join (select distinct id, worker_no from worker_row) w on w.id = r.worker
left join (select distinct id, project_no from project_row) p on p.id = r.project
where r.project is null or p.project_no is not null;

create temp table pay_rate as
select
    worker_no, project_no, coalesce(earning, '') as earning, from_date as from_,
    least(coalesce(to_date, date '9999-12-31'),
          coalesce(lead(from_date) over (partition by worker, project, earning
                                         order by from_date) - 1, date '9999-12-31')) as to_,
    -- of a salary what it comes to an hour, for who looks at the rate alone
    case when yearly is null then rate
         else divide(rate * yearly * 3600, 52 * coalesce(try_cast(hours as bigint), 144000)) end as rate,
    currency, kind = 'hour' as hourly, case when yearly is not null then rate_no end as salary_no
from captured_rate
where kind in ('hour', 'piece') or yearly is not null;

create temp table salary as
select
    p.salary_no, c.kind as period, c.yearly, c.rate as amount, try_cast(c.hours as bigint) as hours,
    week_of(p.from_) as first_week, p.from_, p.to_
from pay_rate p
join captured_rate c on c.rate_no = p.salary_no;

-- An item of one day belongs to its workweek. The regular rate is a week's: there an item counts in
-- every week that its days lie in (29 CFR 778.209).
create temp table pay_item as
select
    rate_no as item_no, worker_no, project_no, kind, rate as amount, currency,
    if(to_date is null, week_of(from_date), from_date) as from_,
    coalesce(to_date, week_of(from_date) + 6) as to_,
    week_of(from_date) as first_week, week_of(coalesce(to_date, from_date)) as last_week
from captured_rate
where kind in ('bonus', 'flat_bonus', 'piecework', 'commission', 'excluded')
  and coalesce(to_date, from_date) <= getvariable('as_of');

drop table captured_rate;

-- assert: two rates never hold for the same thing on the same day
select a.worker_no, a.from_ from pay_rate a
join pay_rate b on a.worker_no = b.worker_no and a.project_no = b.project_no and a.earning = b.earning
 and a.from_ < b.from_ and a.to_ >= b.from_;
