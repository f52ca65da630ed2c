-- in:    checked, local_day, shift_row; punch_rule, the settings of pay and billing (from rules/rounding)
-- out:   rounded
-- grain: portion: its seconds as pay and as billing count them
-- why:   the remainder is carried in time order inside the group, so that the parts add up to the
--        rounded whole. Held portions are rounded too: a release moves no neighbour.
-- First the clock of spans, counted from the midnight that the work date begins with. Where meals are
-- exact only the day's first start and last end are rounded. Where these two are near enough to those of the
-- worker's shift they are the shift's.
create temp table punch as
with clocked as (
    select r.*, c.portion_no, (epoch_us(c.start_at) - epoch_us(d.from_)) // 1000000 as begins,
        (epoch_us(c.end_at) - epoch_us(d.from_)) // 1000000 as ends,
        row_number() over a_day = 1 as first, lead(c.portion_no) over a_day is null as last,
        h.begins_at, h.ends_at,
        abs(first_value(begins) over whole - h.begins_at) as early, abs(last_value(ends) over whole - h.ends_at) as late,
        coalesce(greatest(early, late) <= r.tolerate_punch and early + late <= r.tolerate_day
                 and r.tolerate_punch > 0, false) as on_time
    from checked c
    join punch_rule r on case r.purpose when 'pay' then c.paid else c.billing not between 250 and 299 end
    join local_day d on d.zone_no = c.zone_no and d.work_date = c.work_date and d.utc_date = c.start_at::date
    left join shift_row h on h.worker_no = c.worker_no and c.work_date between h.from_ and h.to_
     and h.weekday = isodow(c.work_date) - 1
    where c.worked and c.grain = 'span'
    window a_day as (partition by r.purpose, c.worker_no, c.work_date order by c.portion_no),
           whole as (a_day rows between unbounded preceding and unbounded following)
)
select purpose, portion_no,
    case when on_time and first then begins_at
         when start_increment > 0 and (meals or first)
         then round_to(begins, start_increment, start_mode, start_grace) else begins end as from_,
    case when on_time and last then ends_at
         when end_increment > 0 and (meals or last)
         then round_to(ends, end_increment, end_mode, end_grace) else ends end as to_,
    greatest(to_ - from_, 0)::bigint as seconds
from clocked;

-- Then the length, of the entry or along the group.
create temp table rounded_pay as
select portion_no,
    case when getvariable('pay_increment') = 0 or at_clock and getvariable('pay_per') = 'punch' then seconds
         else round_to(upto, getvariable('pay_increment'), getvariable('pay_mode'), getvariable('pay_grace'))
            - round_to(upto - seconds, getvariable('pay_increment'), getvariable('pay_mode'),
                       getvariable('pay_grace')) end as seconds
from (
    select c.portion_no, coalesce(k.seconds, c.seconds) as seconds, k.seconds is not null as at_clock,
        sum(coalesce(k.seconds, c.seconds)) over (
            partition by c.worker_no,
                case when getvariable('pay_per') in ('entry', 'punch') then c.entry_no end,
                case getvariable('pay_per') when 'day' then c.work_date when 'week' then c.week end
            order by c.portion_no rows unbounded preceding)::bigint as upto
    from checked c
    left join punch k on k.portion_no = c.portion_no and k.purpose = 'pay'
    where (getvariable('pay_increment') > 0 or getvariable('pay_at_clock')) and c.worked and c.paid
);

create temp table rounded_billing as
select portion_no,
    case when getvariable('billing_increment') = 0 or at_clock and getvariable('billing_per') = 'punch'
         then seconds
         else round_to(upto, getvariable('billing_increment'), getvariable('billing_mode'),
                       getvariable('billing_grace'))
            - round_to(upto - seconds, getvariable('billing_increment'), getvariable('billing_mode'),
                       getvariable('billing_grace')) end as seconds
from (
    select c.portion_no, coalesce(k.seconds, c.seconds) as seconds, k.seconds is not null as at_clock,
        sum(coalesce(k.seconds, c.seconds)) over (
            partition by c.worker_no,
                case when getvariable('billing_per') in ('entry', 'punch') then c.entry_no
                     else coalesce(c.project_no, -c.project_ref) end,
                case getvariable('billing_per') when 'day' then c.work_date when 'week' then c.week end
            order by c.portion_no rows unbounded preceding)::bigint as upto
    from checked c
    left join punch k on k.portion_no = c.portion_no and k.purpose = 'billing'
    where (getvariable('billing_increment') > 0 or getvariable('billing_at_clock'))
      and c.worked and c.billing not between 250 and 299
);

-- Negative time is held (TO213): what it would count for is its length rounded alone, the sign kept.
create temp table rounded as
select c.portion_no,
    case when c.pay = 213 and getvariable('pay_increment') > 0
         then -round_to(-c.seconds, getvariable('pay_increment'), getvariable('pay_mode'), getvariable('pay_grace'))
         else coalesce(p.seconds, c.seconds) end as pay_seconds,
    case when c.billing = 213 and getvariable('billing_increment') > 0
         then -round_to(-c.seconds, getvariable('billing_increment'), getvariable('billing_mode'),
                        getvariable('billing_grace'))
         else coalesce(b.seconds, c.seconds) end as billing_seconds
from checked c
left join rounded_pay p using (portion_no)
left join rounded_billing b using (portion_no);

drop table rounded_pay;
drop table rounded_billing;

-- assert: time is never negative
select portion_no from rounded join checked using (portion_no)
where seconds >= 0 and (pay_seconds < 0 or billing_seconds < 0);
