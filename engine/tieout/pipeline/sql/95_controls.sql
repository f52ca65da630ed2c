-- in:    checked, rounded, desired, quantised
-- out:   control (seconds by purpose and state), control_amount (money by account)
-- grain: purpose, state code; target, account, currency
-- why:   conservation, to the second, per purpose: source = booked − rounding − grain + held + excluded.
create temp table control as
with told as (
    select c.portion_no, c.worker_no, c.contractor, unnest([
        {purpose: 'record', state: c.record, counted: c.seconds},
        {purpose: 'pay', state: c.pay, counted: r.pay_seconds},
        {purpose: 'cost', state: c.cost, counted: r.pay_seconds},
        {purpose: 'billing', state: c.billing, counted: r.billing_seconds}
    ], recursive := true), c.seconds
    from checked c join rounded r using (portion_no)
)
select purpose, state, sum(seconds)::bigint as seconds,
       sum(case when state = 0 then counted - seconds else 0 end)::bigint as rounding,
       count(*) as portions
from told group by all;

create temp table control_grain as
select purpose, sum(seconds)::bigint as booked, sum(seconds - raw_seconds)::bigint as grain
from desired d
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

-- assert: a segment is claimed once per purpose
select purpose, portion_no from claim group by purpose, portion_no having count(*) > 1;
