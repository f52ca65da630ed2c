-- in:    checked, rounded, desired's keys by their parts
-- out:   claim (a view): which portion stands in which document, by purpose
-- grain: portion, document, purpose
-- why:   lineage. A view, since only the claims of the few documents that change are ever asked for.
create temp view claim as
with named as (
    select c.*, t.name as stream, w.id as worker, coalesce(p.id, '-') as project, cu.id as customer,
           coalesce(s.id, '-') as service, t.invoice_by_project
    from checked c
    join stream t using (stream_no)
    join (select distinct worker_no, id from worker_named) w using (worker_no)
    left join (select distinct project_no, id from project_named) p using (project_no)
    left join (select distinct service_no, id from service_named) s using (service_no)
    left join (select distinct customer_no, id from customer_named) cu using (customer_no)
)
select concat(stream, '/time_activity/', worker, '/', project, '/', service, '/', hour_kind, '/',
              if(billable, 'billable', 'nonbillable'), '/', work_date) as document,
    'record' as purpose, entry_no, portion_no, work_date, seconds
from named where record = 0
union all
select concat(stream, if(contractor, '/bill/', '/timesheet/'), worker, '/',
              if(contractor, pay_currency || '/' || k.bill_name, k.timesheet_name)),
    'pay', entry_no, portion_no, work_date, pay_seconds
from named join rounded using (portion_no)
join calendar k using (stream_no, work_date)
where pay = 0 and pay_seconds > 0
union all
select if(contractor, concat(stream, '/bill/', worker, '/', pay_currency, '/', k.bill_name),
          concat(stream, '/journal/', cost_currency, '/', k.journal_name)),
    'cost', entry_no, portion_no, work_date, pay_seconds
from named join rounded using (portion_no)
join calendar k using (stream_no, work_date)
where cost = 0 and pay_seconds > 0
union all
select concat(stream, '/invoice/', customer, '/', if(invoice_by_project, project || '/', ''),
              bill_currency, '/', k.invoice_name),
    'billing', entry_no, portion_no, work_date, billing_seconds
from named join rounded using (portion_no)
join calendar k using (stream_no, work_date)
where billing = 0;
