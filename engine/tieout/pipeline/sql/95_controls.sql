-- in:    checked, rounded, claim, written
-- out:   control (seconds by purpose and state), control_amount (money by account)
-- grain: purpose, state code; target, account, currency
-- why:   conservation, to the second, per purpose: source = booked − rounding − grain + held + excluded.
create temp table control as
with combined as (
    select c.record, c.pay, c.cost, c.billing, sum(c.seconds)::bigint as seconds,
           sum(r.pay_seconds)::bigint as pay_seconds, sum(r.billing_seconds)::bigint as billing_seconds,
           count(*) as portions
    from checked c join rounded r using (portion_no)
    group by c.record, c.pay, c.cost, c.billing
), told as (
    select seconds, portions, unnest([
        {purpose: 'record', state: record, counted: seconds},
        {purpose: 'pay', state: pay, counted: pay_seconds},
        {purpose: 'cost', state: cost, counted: pay_seconds},
        {purpose: 'billing', state: billing, counted: billing_seconds}
    ], recursive := true)
    from combined
)
select purpose, state, sum(seconds)::bigint as seconds,
       sum(case when state = 0 then counted - seconds else 0 end)::bigint as rounding,
       sum(portions)::bigint as portions
from told group by purpose, state;

create temp table control_grain as
select purpose, sum(seconds)::bigint as booked, sum(seconds - raw_seconds)::bigint as grain
from written d
join (values ('time_activity', 'record'), ('timesheet', 'pay'), ('journal', 'cost'), ('bill', 'pay'),
             ('bill', 'cost'), ('invoice', 'billing')) k(kind, purpose) using (kind)
group by purpose;

-- assert: conservation per purpose: what the documents hold is what the entries say
select c.purpose, c.booked, g.booked as documents
from (select purpose, sum(case when state = 0 then seconds + rounding else 0 end)::bigint as booked
      from control group by purpose) c
join purpose_claimed using (purpose)
left join control_grain g using (purpose)
where c.booked <> coalesce(g.booked - g.grain, 0);

-- assert: what is booked is claimed, once per purpose
select k.purpose, k.portions
from (select purpose, count(*) as portions from claim group by purpose) k
join (
    unpivot (
        select count(*) filter (where c.record = 0) as record,
               count(*) filter (where c.pay = 0 and r.pay_seconds > 0) as pay,
               count(*) filter (where c.cost = 0 and r.pay_seconds > 0) as "cost",
               count(*) filter (where c.billing = 0) as billing
        from checked c join rounded r using (portion_no)
    ) on columns(*) into name purpose value portions
) due using (purpose)
where k.portions <> due.portions;
