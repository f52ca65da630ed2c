-- in:    claim, charge_claim, checked, rounded, segment, charge, exchange, stream, calendar, …_named
-- out:   line_claim, cost_share (views, made when somebody asks to have a figure explained)
-- grain: line_claim: portion, document, line, purpose; cost_share: segment, line of a journal
-- why:   claim says which documents a portion stands in, this says in which lines of them. The keys
--        are those of 70_documents; a test proves that every line is the sum of its claims.
create or replace temp view line_claim as
with told as (
    select
        k.document, k.purpose, k.seconds as claimed, c.*, t.line_project, t.line_service, t.line_worker,
        t.invoice_target, d.invoice_to, w.id as worker, coalesce(p.id, '-') as project,
        coalesce(s.id, '-') as service,
        -- as 70_documents calls the price of an hour, and a line of cost that was converted
        if(x.exchange_no is null, rate_text(c.bill_rate), concat(rate_text(c.own_rate), x.from_currency, ':', x.label))
            as price,
        if(c.cost_currency <> c.pay_currency, '@' || c.pay_currency, '') as converted,
        concat('/' || e.name, if(c.contractor, '', converted)) as before
    from claim k
    join checked c using (portion_no)
    join stream t using (stream_no)
    join calendar d on d.stream_no = c.stream_no and d.work_date = c.work_date
    join (select distinct worker_no, id from worker_named) w using (worker_no)
    left join (select distinct project_no, id from project_named) p using (project_no)
    left join (select distinct service_no, id from service_named) s using (service_no)
    left join exchange x using (exchange_no)
    join entity e on e.entity_no = c.to_entity_no
)
select document, 'time' as line, purpose, entry_no, portion_no, work_date, claimed as seconds
from told where purpose = 'record'
union all
select document, concat(work_date, '/', project, '/', hour_kind, '/', g.pay_class), purpose, entry_no,
    portion_no, work_date, sum(g.seconds)::bigint
from told join segment g using (portion_no)
where purpose = 'pay' and not contractor and g.seconds > 0
group by all
union all
select document, concat(cost_role, '/', if(cost_role = 'suspense', '-', project), before, '@', rate_text(pay_rate)),
    purpose, entry_no, portion_no, work_date, claimed
from told where purpose in ('pay', 'cost') and contractor
union all
select document, concat(cost_role, '/', if(cost_role = 'suspense', '-', project), before), purpose, entry_no,
    portion_no, work_date, claimed
from told where purpose = 'cost' and not contractor
union all
-- what is charged to another entity: money, and no further hours
select document, line, 'cost', entry_no, portion_no, work_date, 0::bigint from charge_claim
union all
select distinct document, concat('overhead_premium/-', converted), purpose, entry_no, portion_no, work_date, 0::bigint
from told join segment g using (portion_no)
where purpose = 'cost' and not contractor and g.percent > 100 and getvariable('premium') = 'overhead'
union all
select document,
    concat(if(line_project, project, '-'), '/', if(line_service, service, '-'), '/',
           if(line_worker, worker, '-'),
           if(line_service, '', concat('/', coalesce(n.revenue, 'billable_income'), '/',
                                       coalesce(u.tax, n.tax, '-'))), '@', price),
    purpose, entry_no, portion_no, work_date, claimed
from told
left join service_named n on n.service_no = told.service_no and invoice_to between n.from_ and n.to_
left join customer_named u on u.customer_no = told.customer_no and u.target_no = invoice_target
 and invoice_to between u.from_ and u.to_
where purpose = 'billing';

-- What a segment adds to the lines of a journal. The week is rounded once and split by largest remainder,
-- so a share, rounded by itself, may be a minor unit away from what it adds to its line.
create or replace temp view cost_share as
select c.portion_no,
    concat(c.role, '/', coalesce(p.id, '-'), '/' || e.name,
           if(k.cost_currency <> c.currency and c.currency = k.pay_currency, '@' || c.currency, '')) as line,
    c.currency, c.line_seconds as seconds, divide(c.numerator, c.denominator) as amount
from charge c
join entity e on e.entity_no = c.to_entity_no
left join checked k using (portion_no)
left join (select distinct project_no, id from project_named) p on p.project_no = c.project_no;
