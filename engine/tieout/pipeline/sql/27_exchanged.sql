-- in:    source_exchange (the snapshots' Parquet), exchange_source, numbered, source_rate, …_row
-- out:   exchange
-- grain: two currencies and the days on which one published rate (or two) converts between them
-- why:   a rate says what one of its base is worth. It is never inverted: towards the base one divides
--        by it. Two others are converted by way of the common currency, by rates of one day.
create temp table quote as
with chosen as (
    select e.base, e.currency, e.day, e.digits, e.scale, e.source, s.place
    from source_exchange e join exchange_source s using (source)
    where getvariable('convert') = 'tieout' and e.day <= getvariable('as_of')
    qualify row_number() over (partition by e.base, e.currency, e.day order by s.place) = 1
)
select base, currency, day, day::varchar as label, digits, scale, source, place
from chosen where getvariable('exchange_policy') <> 'month_average'
union all
-- the mean of a month that is over, to the most decimals that its rates have
select base, currency, date_trunc('month', day)::date, strftime(any_value(day), '%Y-%m'),
    divide(sum(digits * power_of_ten(most - scale)), count(*)), any_value(most),
    string_agg(distinct source, ' and ' order by source), min(place)
from (select *, max(scale) over (partition by base, currency, date_trunc('month', day)) as most from chosen)
where getvariable('exchange_policy') = 'month_average' and last_day(day) < getvariable('as_of')
group by base, currency, date_trunc('month', day);

-- Both ways to use a rate: times it away from its base, divided by it towards the base.
create temp table leg as
select base as from_currency, currency as to_currency, day, label, digits as n, power_of_ten(scale)::bigint as d,
    concat(' * ', decimal_text(digits, scale)) as told, source, 2 * place as place
from quote
union all
select currency, base, day, label, power_of_ten(scale)::bigint, digits,
    concat(' / ', decimal_text(digits, scale)), source, 2 * place + 1
from quote;

create temp table wanted_pair as
with priced as (
    select rate_currency as currency from numbered where getvariable('convert') = 'tieout'
    union select rate_currency from project_row
    union select rate_currency from service_row
    union select bill_currency from worker_row
), owed as (
    select currency from customer_row union select unnest(getvariable('books_currency'))
)
select p.currency as from_currency, o.currency as to_currency
from priced p cross join owed o
where p.currency <> o.currency and getvariable('convert') = 'tieout'
union
select r.currency, o.currency
from source_rate r cross join (select distinct unnest(getvariable('books_currency')) as currency) o
where r.currency <> o.currency and getvariable('convert') = 'tieout';

create temp table exchange as
with direct as (
    select l.*, null::bigint as n2, null::bigint as d2, '' as told2, 0 as steps
    from leg l semi join wanted_pair using (from_currency, to_currency)
), crossed as (
    select p.from_currency, p.to_currency, a.day, a.label, a.n, a.d, a.told,
        if(a.source = b.source, a.source, concat(a.source, ' and ', b.source)) as source,
        greatest(a.place, b.place) as place, b.n as n2, b.d as d2, b.told as told2, 1 as steps
    from wanted_pair p
    join leg a on a.from_currency = p.from_currency and a.to_currency = getvariable('common_currency')
    join leg b on b.from_currency = getvariable('common_currency') and b.to_currency = p.to_currency
     and b.day = a.day
), best as (
    select * from (from direct union all by name from crossed)
    qualify row_number() over (partition by from_currency, to_currency, day
                               order by steps, place, told, told2) = 1
)
select row_number() over (order by from_currency, to_currency, day)::integer as exchange_no,
    from_currency, to_currency, day as from_,
    case getvariable('exchange_policy')
        when 'transaction_date' then day
        when 'month_average' then last_day(day)
        else least(day + getvariable('exchange_age')::integer,
                   coalesce(lead(day) over (partition by from_currency, to_currency order by day) - 1,
                            date '9999-12-31'))
    end as to_,
    label, n as n1, d as d1, n2, d2, told as told1, told2, source
from best;

drop table quote;
drop table leg;

-- assert: on one day one rate converts
select a.from_currency, a.to_currency, a.from_ from exchange a
join exchange b on a.from_currency = b.from_currency and a.to_currency = b.to_currency
 and a.from_ < b.from_ and a.to_ >= b.from_;
