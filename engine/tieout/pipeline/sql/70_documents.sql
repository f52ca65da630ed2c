-- in:    checked, rounded, segment, cost_part, stream, calendar, …_named, account_at, currency_unit
-- out:   desired_line, desired, and claim views (which portion stands in which document)
-- grain: desired: one document, with its canonical JSON and digest
-- why:   parts of all workers are merged at the grain of a line, then priced and rounded once. Struct
--        fields stand in alphabetical order: the text is the canonical JSON of domain/document.py.

-- Lines ------------------------------------------------------------------------------------------

create temp table time_activity as
select
    c.stream_no, c.worker_no, c.project_no, c.service_no, c.hour_kind, c.billable, c.work_date,
    sum(c.seconds)::bigint as raw_seconds, any_value(c.contractor) as contractor
from checked c where c.record = 0
group by c.stream_no, c.worker_no, c.project_no, c.service_no, c.hour_kind, c.billable, c.work_date;

create temp table timesheet_line as
select
    c.stream_no, c.worker_no, k.timesheet_from, k.timesheet_to, k.timesheet_name, c.work_date,
    c.project_no, c.hour_kind, s.pay_class, sum(s.seconds)::bigint as raw_seconds
from checked c join segment s using (portion_no)
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
where c.pay = 0 and not c.contractor and s.seconds > 0
group by all;

create temp table journal_line as
select stream_no, currency, journal_from, journal_to, journal_name, role, project_no, line_key,
    sum(seconds)::bigint as raw_seconds, sum(amount)::bigint as amount
from cost_part where booked
group by all
having sum(amount) <> 0 or sum(seconds) <> 0;

create temp table invoice_line as
select
    c.stream_no, c.customer_no, case when t.invoice_by_project then c.project_no end as by_project,
    c.bill_currency as currency, k.invoice_from, k.invoice_to, k.invoice_name,
    case when t.line_project then c.project_no end as project_no,
    case when t.line_service then c.service_no end as service_no,
    case when t.line_worker then c.worker_no end as worker_no,
    coalesce(n.revenue, 'billable_income') as role, coalesce(cn.tax, n.tax) as tax,
    case when t.line_service then n.item end as item,
    c.bill_rate as rate, sum(r.billing_seconds)::bigint as raw_seconds,
    any_value(t.line_service) as by_service
from checked c join rounded r using (portion_no)
join stream t using (stream_no)
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
left join service_named n on n.service_no = c.service_no and k.invoice_to between n.from_ and n.to_
left join customer_named cn on cn.customer_no = c.customer_no and cn.target_no = t.invoice_target
 and k.invoice_to between cn.from_ and cn.to_
where c.billing = 0
group by all
having sum(r.billing_seconds) > 0;

create temp table bill_line as
select
    c.stream_no, c.worker_no, c.pay_currency as currency, k.bill_from, k.bill_to, k.bill_name,
    c.cost_role as role, case when c.cost_role <> 'suspense' then c.project_no end as project_no,
    c.pay_rate as rate, sum(r.pay_seconds)::bigint as raw_seconds
from checked c join rounded r using (portion_no)
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
where c.pay = 0 and c.contractor
group by all
having sum(r.pay_seconds) > 0;

-- Documents: one row a line, keys and references written out ---------------------------------------

create temp table desired_line as
with written as (
    select
        'time_activity' as kind, t.time_activity_target as target_no,
        concat(t.name, '/time_activity/', w.id, '/', coalesce(p.id, '-'), '/', coalesce(s.id, '-'), '/',
               a.hour_kind, '/', if(a.billable, 'billable', 'nonbillable'), '/', a.work_date) as document,
        a.work_date as from_, a.work_date as to_, null as currency,
        if(w.contractor, 'vendor', 'employee') as role, w.id as party, w.ref as party_ref,
        null as control, null as control_ref, 'time' as key, a.raw_seconds, null::bigint as amount,
        null::bigint as rate, null as account, null as account_ref, a.billable, p.class, null as line_date,
        null as earning, a.hour_kind, s.item, p.job, null as pay_class, p.id as project, s.id as service,
        null as tax, null as text, null as worker
    from time_activity a
    join stream t using (stream_no)
    join worker_named w on w.worker_no = a.worker_no and w.target_no = t.time_activity_target
     and a.work_date between w.from_ and w.to_
    left join project_named p on p.project_no = a.project_no and p.target_no = t.time_activity_target
     and a.work_date between p.from_ and p.to_
    left join service_named s on s.service_no = a.service_no and a.work_date between s.from_ and s.to_
    union all
    select
        'timesheet', t.timesheet_target, concat(t.name, '/timesheet/', w.id, '/', l.timesheet_name),
        l.timesheet_from, l.timesheet_to, null, 'employee', w.id, w.ref, null, null,
        concat(l.work_date, '/', coalesce(p.id, '-'), '/', l.hour_kind, '/', l.pay_class),
        l.raw_seconds, null, null, null, null, null, null, l.work_date::varchar, e.ref, l.hour_kind, null,
        p.job, l.pay_class, p.id, null, null, null, null
    from timesheet_line l
    join stream t using (stream_no)
    join worker_named w on w.worker_no = l.worker_no and w.target_no = t.timesheet_target
     and l.timesheet_to between w.from_ and w.to_
    left join project_named p on p.project_no = l.project_no and p.target_no = t.timesheet_target
     and l.timesheet_to between p.from_ and p.to_
    left join earning_at e on e.id = l.pay_class and e.target_no = t.timesheet_target
     and l.timesheet_to between e.from_ and e.to_
    union all
    select
        'journal', t.journal_target, concat(t.name, '/journal/', l.currency, '/', l.journal_name),
        l.journal_from, l.journal_to, l.currency, null, null, null, null, null, l.line_key,
        l.raw_seconds, l.amount, null, l.role, a.ref, null, p.class, null, null, null, null, p.job, null,
        p.id, null, null, null, null
    from journal_line l
    join stream t using (stream_no)
    left join account_at a on a.role = l.role and a.target_no = t.journal_target
     and l.journal_to between a.from_ and a.to_
    left join project_named p on p.project_no = l.project_no and p.target_no = t.journal_target
     and l.journal_to between p.from_ and p.to_
    union all
    select
        'journal', t.journal_target, concat(t.name, '/journal/', l.currency, '/', l.journal_name),
        l.journal_from, l.journal_to, l.currency, null, null, null, null, null, '=labor_clearing',
        0, -sum(l.amount)::bigint, null, 'labor_clearing', any_value(a.ref), null, null, null, null, null,
        null, null, null, null, null, null, null, null
    from journal_line l
    join stream t using (stream_no)
    left join account_at a on a.role = 'labor_clearing' and a.target_no = t.journal_target
     and l.journal_to between a.from_ and a.to_
    group by t.name, t.journal_target, l.currency, l.journal_name, l.journal_from, l.journal_to
    union all
    select
        'invoice', t.invoice_target,
        concat(t.name, '/invoice/', c.id, '/', if(t.invoice_by_project, coalesce(bp.id, '-') || '/', ''),
               l.currency, '/', l.invoice_name),
        l.invoice_from, l.invoice_to, l.currency, 'customer', c.id, c.ref, 'receivable', r.ref,
        concat(coalesce(p.id, '-'), '/', coalesce(s.id, '-'), '/', coalesce(w.id, '-'),
               if(l.by_service, '', concat('/', l.role, '/', coalesce(l.tax, '-'))), '@', rate_text(l.rate)),
        l.raw_seconds, null, l.rate, l.role, a.ref, null, p.class, null, null, null, l.item, p.job, null,
        p.id, s.id, l.tax, concat_ws(' · ', p.name, coalesce(s.name, s.id), w.name), w.id
    from invoice_line l
    join stream t using (stream_no)
    join customer_named c on c.customer_no = l.customer_no and c.target_no = t.invoice_target
     and l.invoice_to between c.from_ and c.to_
    left join project_named p on p.project_no = l.project_no and p.target_no = t.invoice_target
     and l.invoice_to between p.from_ and p.to_
    left join project_named bp on bp.project_no = l.by_project and bp.target_no = t.invoice_target
     and l.invoice_to between bp.from_ and bp.to_
    left join service_named s on s.service_no = l.service_no and l.invoice_to between s.from_ and s.to_
    left join worker_named w on w.worker_no = l.worker_no and w.target_no = t.invoice_target
     and l.invoice_to between w.from_ and w.to_
    left join account_at a on a.role = l.role and a.target_no = t.invoice_target
     and l.invoice_to between a.from_ and a.to_
    left join account_at r on r.role = 'receivable' and r.target_no = t.invoice_target
     and l.invoice_to between r.from_ and r.to_
    union all
    select
        'bill', t.bill_target, concat(t.name, '/bill/', w.id, '/', l.currency, '/', l.bill_name),
        l.bill_from, l.bill_to, l.currency, 'vendor', w.id, w.ref, 'accounts_payable', r.ref,
        concat(l.role, '/', coalesce(p.id, '-'), '@', rate_text(l.rate)),
        l.raw_seconds, null, l.rate, l.role, a.ref, null, p.class, null, null, null, null, p.job, null,
        p.id, null, null, null, null
    from bill_line l
    join stream t using (stream_no)
    join worker_named w on w.worker_no = l.worker_no and w.target_no = t.bill_target
     and l.bill_to between w.from_ and w.to_
    left join project_named p on p.project_no = l.project_no and p.target_no = t.bill_target
     and l.bill_to between p.from_ and p.to_
    left join account_at a on a.role = l.role and a.target_no = t.bill_target
     and l.bill_to between a.from_ and a.to_
    left join account_at r on r.role = 'accounts_payable' and r.target_no = t.bill_target
     and l.bill_to between r.from_ and r.to_
)
select w.*, row_number() over (order by w.document, w.key) as line_no from written w;

-- What the target can hold: quantities in multiples of its resolution, the remainder carried inside the
-- document. The amount is what the books make of quantity and price.
create temp table quantised as
select l.* exclude (raw_seconds, amount), l.raw_seconds,
    case when t.resolution = 1 then l.raw_seconds else q.seconds end as seconds,
    case when l.rate is null then coalesce(l.amount, 0)
         else divide(case when t.resolution = 1 then l.raw_seconds else q.seconds end::hugeint * l.rate,
                     u.unit) end as amount
from desired_line l
join target t using (target_no)
left join currency_unit u on u.currency = l.currency
left join (
    select line_no, divide(upto, t.resolution) * t.resolution
                    - divide(upto - raw_seconds, t.resolution) * t.resolution as seconds
    from (
        select line_no, target_no, raw_seconds,
            sum(raw_seconds) over (partition by document order by key rows unbounded preceding)::bigint as upto
        from desired_line
    ) join target t using (target_no)
    where t.resolution > 1
) q using (line_no);

create temp table desired as
with body as (
    select document, kind, target_no, from_, to_, seconds, raw_seconds, amount,
        to_json({adjusts: null::varchar, control: control, control_ref: control_ref, credits: null::varchar,
            currency: currency, "date": to_::varchar, "from": from_::varchar, "key": document, kind: kind,
            lines: [{billable: billable, "class": class, hour_kind: hour_kind, item: item, job: job,
                     "key": "key", project: project, seconds: seconds, service: service}],
            party: party, party_ref: party_ref, "role": role, "to": to_::varchar})::varchar as json
    from quantised where kind = 'time_activity'
    union all
    select document, kind, target_no, from_, to_, sum(seconds)::bigint, sum(raw_seconds)::bigint, 0,
        to_json({adjusts: null::varchar, control: control, control_ref: control_ref, credits: null::varchar,
            currency: currency, "date": to_::varchar, "from": from_::varchar, "key": document, kind: kind,
            lines: list({"date": line_date, earning: earning, hour_kind: hour_kind, job: job, "key": "key",
                         pay_class: pay_class, period: null::varchar, project: project, seconds: seconds}
                        order by "key"),
            party: party, party_ref: party_ref, "role": role, "to": to_::varchar})::varchar
    from quantised where kind = 'timesheet'
    group by document, kind, target_no, from_, to_, control, control_ref, currency, party, party_ref, role
    union all
    select document, kind, target_no, from_, to_, sum(seconds)::bigint, sum(raw_seconds)::bigint,
        sum(amount) filter (where "key" not like '=%')::bigint,
        to_json({adjusts: null::varchar, control: control, control_ref: control_ref, credits: null::varchar,
            currency: currency, "date": to_::varchar, "from": from_::varchar, "key": document, kind: kind,
            lines: list({account: account, account_ref: account_ref, amount: amount, "class": class, job: job,
                         "key": "key", period: null::varchar, project: project, seconds: seconds}
                        order by "key"),
            party: party, party_ref: party_ref, "role": role, "to": to_::varchar})::varchar
    from quantised where kind = 'journal'
    group by document, kind, target_no, from_, to_, control, control_ref, currency, party, party_ref, role
    union all
    select document, kind, target_no, from_, to_, sum(seconds)::bigint, sum(raw_seconds)::bigint,
        sum(amount)::bigint,
        to_json({adjusts: null::varchar, control: control, control_ref: control_ref, credits: null::varchar,
            currency: currency, "date": to_::varchar, "from": from_::varchar, "key": document, kind: kind,
            lines: list({account: account, account_ref: account_ref, amount: amount, "class": class,
                         item: item, job: job, "key": "key", period: null::varchar, project: project,
                         rate: rate, seconds: seconds, service: service, tax: tax, "text": "text",
                         worker: worker} order by "key"),
            party: party, party_ref: party_ref, "role": role, "to": to_::varchar})::varchar
    from quantised where kind = 'invoice'
    group by document, kind, target_no, from_, to_, control, control_ref, currency, party, party_ref, role
    union all
    select document, kind, target_no, from_, to_, sum(seconds)::bigint, sum(raw_seconds)::bigint,
        sum(amount)::bigint,
        to_json({adjusts: null::varchar, control: control, control_ref: control_ref, credits: null::varchar,
            currency: currency, "date": to_::varchar, "from": from_::varchar, "key": document, kind: kind,
            lines: list({account: account, account_ref: account_ref, amount: amount, "class": class, job: job,
                         "key": "key", period: null::varchar, project: project, rate: rate, seconds: seconds}
                        order by "key"),
            party: party, party_ref: party_ref, "role": role, "to": to_::varchar})::varchar
    from quantised where kind = 'bill'
    group by document, kind, target_no, from_, to_, control, control_ref, currency, party, party_ref, role
)
select *, sha256(json) as digest from body;

-- assert: a line stands once in its document
select document, "key" from quantised group by document, "key" having count(*) > 1;

-- assert: a document is one
select document from desired group by document having count(*) > 1;

-- assert: a journal balances
select document from quantised where kind = 'journal' group by document having sum(amount) <> 0;
