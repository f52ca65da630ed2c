-- in:    checked, rounded, entity, desired's keys by their parts
-- out:   claim: which portion stands in which document, by purpose; charge_claim: in which of what entities
--        charge one another (views)
-- grain: portion, document, purpose
-- why:   lineage. A view, since only the claims of the few documents that change are ever asked for.
create temp view claim as
with named as (
    select c.*, t.name as stream, w.id as worker, coalesce(p.id, '-') as project, cu.id as customer,
           coalesce(s.id, '-') as service, t.invoice_by_project, e.path as own, d.path as sale
    from checked c
    join stream t using (stream_no)
    join entity e using (entity_no)
    join entity d on d.entity_no = c.sale_entity_no
    join (select distinct worker_no, id from worker_named) w using (worker_no)
    left join (select distinct project_no, id from project_named) p using (project_no)
    left join (select distinct service_no, id from service_named) s using (service_no)
    left join (select distinct customer_no, id from customer_named) cu using (customer_no)
)
select concat(stream, '/time_activity/', own, worker, '/', project, '/', service, '/', hour_kind, '/',
              if(billable, 'billable', 'nonbillable'), '/', work_date) as document,
    'record' as purpose, entry_no, portion_no, work_date, seconds
from named where record = 0
union all
select concat(stream, if(contractor, '/bill/', '/timesheet/'), own, worker, '/',
              if(contractor, pay_currency || '/' || k.bill_name, k.timesheet_name)),
    'pay', entry_no, portion_no, work_date, pay_seconds
from named join rounded using (portion_no)
join calendar k using (stream_no, work_date)
where pay = 0 and pay_seconds > 0
union all
select if(contractor, concat(stream, '/bill/', own, worker, '/', pay_currency, '/', k.bill_name),
          concat(stream, '/journal/', own, cost_currency, '/', k.journal_name)),
    'cost', entry_no, portion_no, work_date, pay_seconds
from named join rounded using (portion_no)
join calendar k using (stream_no, work_date)
where cost = 0 and pay_seconds > 0
union all
select concat(stream, '/invoice/', sale, customer, '/', if(invoice_by_project, project || '/', ''),
              bill_currency, '/', k.invoice_name),
    'billing', entry_no, portion_no, work_date, billing_seconds
from named join rounded using (portion_no)
join calendar k using (stream_no, work_date)
where billing = 0;

-- What entities charge one another is made of no further hours: the one gives up what the other takes over, so
-- that both are one change set with the document that bears the cost.
create temp view charge_claim as
with named as (
    select t.name as stream, c.entity_no, c.to_entity_no, c.entry_no, c.portion_no, r.pay_seconds as seconds, c.work_date,
        concat(c.cost_role, '/', p.id) as line,
        if(c.contractor, concat('bill/', c.pay_currency, '/', k.bill_name),
           concat(c.cost_currency, '/', k.journal_name)) as ending
    from checked c
    join rounded r using (portion_no)
    join stream t using (stream_no)
    join (select distinct project_no, id from project_named) p using (project_no)
    join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
    where c.to_entity_no > 0 and c.cost = 0 and r.pay_seconds > 0
), sided as (
    select *, entity_no as of_no, to_entity_no as with_no, 'due_from/' as side, -seconds as gained from named
    union all
    select *, to_entity_no, entity_no, 'due_to/', seconds from named
)
select concat(s.stream, '/journal/', o.path, s.side, w.name, '/', s.ending) as document, s.line, s.entry_no, s.portion_no,
    s.gained as seconds, s.work_date
from sided s
join entity o on o.entity_no = s.of_no
join entity w on w.entity_no = s.with_no;
