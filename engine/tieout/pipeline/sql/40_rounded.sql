-- in:    checked
-- out:   rounded
-- grain: portion: its seconds as pay and as billing count them
-- why:   the remainder is carried in time order inside the group, so that the parts add up to the
--        rounded whole. Held portions are rounded too: a release moves no neighbour.
create temp table rounded_pay as
select portion_no,
    round_to(upto, getvariable('pay_increment'), getvariable('pay_mode'), getvariable('pay_grace'))
    - round_to(upto - seconds, getvariable('pay_increment'), getvariable('pay_mode'), getvariable('pay_grace'))
        as seconds
from (
    select portion_no, seconds,
        sum(seconds) over (
            partition by worker_no,
                case getvariable('pay_per') when 'entry' then entry_no end,
                case getvariable('pay_per') when 'day' then work_date when 'week' then week end
            order by portion_no rows unbounded preceding)::bigint as upto
    from checked
    where getvariable('pay_increment') > 0 and worked and paid
);

create temp table rounded_billing as
select portion_no,
    round_to(upto, getvariable('billing_increment'), getvariable('billing_mode'), getvariable('billing_grace'))
    - round_to(upto - seconds, getvariable('billing_increment'), getvariable('billing_mode'),
               getvariable('billing_grace')) as seconds
from (
    select portion_no, seconds,
        sum(seconds) over (
            partition by worker_no,
                case getvariable('billing_per') when 'entry' then entry_no else coalesce(project_no, -project_ref) end,
                case getvariable('billing_per') when 'day' then work_date when 'week' then week end
            order by portion_no rows unbounded preceding)::bigint as upto
    from checked
    where getvariable('billing_increment') > 0 and worked and billing not between 250 and 299
);

create temp table rounded as
select c.portion_no, coalesce(p.seconds, c.seconds) as pay_seconds,
       coalesce(b.seconds, c.seconds) as billing_seconds
from checked c
left join rounded_pay p using (portion_no)
left join rounded_billing b using (portion_no);

drop table rounded_pay;
drop table rounded_billing;

-- assert: time is never negative
select portion_no from rounded join checked using (portion_no)
where seconds >= 0 and (pay_seconds < 0 or billing_seconds < 0);
