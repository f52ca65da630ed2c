-- in:    checked, rounded, segment, cost_part, exchange, stream, calendar, …_named, account_at, entity,
--        currency_unit;
--        applied_state, books_record (what is there already)
-- out:   header, desired_line, quantised (views: a line with its names, and with what the target can
--        hold of it), written (a desired document with its digest), desired (a view: with its JSON)
-- grain: desired: one document, with its canonical JSON and digest
-- why:   parts of all workers are merged at the grain of a line, then priced and rounded once. Numbers
--        as long as possible, each text written once, straight into the document that holds it. Struct
--        fields stand in alphabetical order: the text is the canonical JSON of domain/document.py.

-- Lines ------------------------------------------------------------------------------------------

create temp table time_activity as
select
    c.stream_no, c.entity_no, c.worker_no, c.project_no, c.service_no, c.hour_kind, c.billable, c.work_date,
    sum(c.seconds)::bigint as raw_seconds, any_value(c.contractor) as contractor
from checked c where c.record = 0
group by c.stream_no, c.entity_no, c.worker_no, c.project_no, c.service_no, c.hour_kind, c.billable, c.work_date;

create temp table timesheet_line as
select
    c.stream_no, c.entity_no, c.worker_no, k.timesheet_from, k.timesheet_to, k.timesheet_name, c.work_date,
    c.project_no, c.hour_kind, s.pay_class, sum(s.seconds)::bigint as raw_seconds
from checked c join segment s using (portion_no)
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
where c.pay = 0 and not c.contractor and s.seconds > 0
group by all;

create temp table journal_line as
select c.stream_no, c.entity_no, '' as due, false as from_bill, coalesce(x.to_currency, c.currency) as currency,
    k.journal_from, k.journal_to, k.journal_name, l.role, l.project_no, l.to_entity_no,
    concat(l.line_key, '@' || x.from_currency) as line_key, c.seconds as raw_seconds,
    case when x.exchange_no is null then c.amount
         else exchanged(c.amount, 36000000 // own.unit, 36000000 // now.unit, x.n1, x.d1, x.n2, x.d2,
                        getvariable('intermediate'), getvariable('totals_mode')) end as amount,
    -- what the line was before, by which rate of which day, from where
    case when x.exchange_no is not null
         then exchange_text(
             concat(decimal_text(c.amount, length((36000000 // own.unit)::varchar) - 1), ' ', x.from_currency),
             c.amount, 36000000 // own.unit, x.n1, x.d1, x.n2, x.told1, x.told2, getvariable('intermediate'),
             getvariable('common_currency'), x.label, x.source, getvariable('totals_mode')) end as fx
from (
    select stream_no, entity_no, currency, journal_to, line_no, sum(seconds)::bigint as seconds,
        sum(amount)::bigint as amount
    from cost_part where booked
    group by stream_no, entity_no, currency, journal_to, line_no
) c
join cost_line l using (line_no)
join (select distinct stream_no, journal_from, journal_to, journal_name from calendar) k
  on k.stream_no = c.stream_no and k.journal_to = c.journal_to
left join exchange x
  on x.from_currency = c.currency and x.to_currency = books_currency(c.entity_no)
 and least(c.journal_to, getvariable('as_of')) between x.from_ and x.to_
join currency_unit own on own.currency = c.currency
join currency_unit now on now.currency = coalesce(x.to_currency, c.currency)
where c.amount <> 0 or c.seconds <> 0;

create temp table invoice_line as
select
    c.stream_no, c.sale_entity_no as entity_no, c.customer_no,
    case when t.invoice_by_project then c.project_no end as by_project,
    c.bill_currency as currency, k.invoice_from, k.invoice_to, k.invoice_name,
    case when t.line_project then c.project_no end as project_no,
    case when t.line_service then c.service_no end as service_no,
    case when t.line_worker then c.worker_no end as worker_no,
    coalesce(n.revenue, 'billable_income') as role, coalesce(cn.tax, n.tax) as tax,
    case when t.line_service then n.item end as item,
    c.bill_rate as rate, if(c.exchange_no is null, null, c.own_rate) as own_rate, c.exchange_no, sum(r.billing_seconds)::bigint as raw_seconds,
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

-- What a line says of a rate in another currency: in its key, and of how it was converted. Told once for each
-- rate, not wherever a line is looked at.
create temp table converted_rate as
select l.exchange_no, l.own_rate, concat(rate_text(l.own_rate), x.from_currency, ':', x.label) as told,
    exchange_text(concat(rate_text(l.own_rate), ' ', x.from_currency), l.own_rate, 10000, x.n1, x.d1, x.n2, x.told1,
                  x.told2, getvariable('intermediate'), getvariable('common_currency'), x.label, x.source,
                  getvariable('lines_mode')) as fx
from (select distinct exchange_no, own_rate from invoice_line where exchange_no is not null) l
join exchange x using (exchange_no);

create temp table bill_line as
select
    c.stream_no, c.entity_no, c.to_entity_no, c.worker_no, c.pay_currency as currency,
    k.bill_from, k.bill_to, k.bill_name,
    c.cost_role as role, case when c.cost_role <> 'suspense' then c.project_no end as project_no,
    c.pay_rate as rate, sum(r.pay_seconds)::bigint as raw_seconds
from checked c join rounded r using (portion_no)
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
where c.pay = 0 and c.contractor
group by all
having sum(r.pay_seconds) > 0;

-- What an entity charges another for its people's work, project by project: the cost, and the markup on it. It
-- is taken from the cost of the one (due_from) and put to that of the other (due_to), each in a journal of its own.
insert into journal_line
with worked as (
    select stream_no, entity_no, to_entity_no, false as from_bill, currency, journal_from as from_, journal_to as to_,
        journal_name as name, role, project_no, amount
    from journal_line where to_entity_no > 0
    union all
    select stream_no, entity_no, to_entity_no, true, currency, bill_from, bill_to, bill_name, role, project_no,
        rounded(raw_seconds::hugeint * rate, unit, getvariable('lines_mode'))
    from bill_line join currency_unit using (currency) where to_entity_no > 0
), charged as (
    select * exclude (amount), false as markup, sum(amount)::bigint as amount from worked group by all
    union all
    select * exclude (amount) replace (null as role), true,
        rounded(sum(amount)::hugeint * getvariable('charge_markup'), 10000, getvariable('totals_mode'))
    from worked group by all
), placed as (
    select entity_no as of_no, to_entity_no as with_no, 'due_from/' as side, getvariable('charge_income') as markup_role,
        * replace (-amount as amount)
    from charged
    union all
    select to_entity_no, entity_no, 'due_to/', getvariable('charge_expense'), * from charged
)
select c.stream_no, c.of_no, concat(c.side, e.name, '/', if(c.from_bill, 'bill/', '')), c.from_bill, c.currency,
    c.from_, c.to_, c.name, coalesce(c.role, c.markup_role), c.project_no, 0,
    concat(coalesce(c.role, c.markup_role), '/', coalesce(p.id, '-'), if(c.markup, '/markup', '')), 0, c.amount, null
from placed c
join entity e on e.entity_no = c.with_no
left join (select distinct project_no, id from project_named) p using (project_no)
where c.amount <> 0;

-- The other side of each journal.
insert into journal_line
select l.stream_no, l.entity_no, l.due, l.from_bill, l.currency, l.journal_from, l.journal_to, l.journal_name,
    case when starts_with(l.due, 'due_from/') then getvariable('charge_due_from')
         when starts_with(l.due, 'due_to/') then getvariable('charge_due_to')
         else t.journal_counter end as counter,
    null, 0, '=' || counter, 0, -sum(l.amount)::bigint, null
from journal_line l join stream t using (stream_no)
group by l.stream_no, l.entity_no, l.due, l.from_bill, l.currency, l.journal_from, l.journal_to, l.journal_name,
    t.journal_counter;

-- What we wrote last and the books still hold: nearly every document. Such a text is not kept twice.
create temp table agreed as
select t.target_no, a.key, unhex(a.digest) as digest
from applied_state a
join books_record b on b.target = a.target and b.key = a.key and b.digest = a.digest
join target t on t.name = a.target;

-- Documents of many lines: what stands once in each -----------------------------------------------

create temp table header as
with found as (
    select 'timesheet' as kind, stream_no, entity_no, '' as due, false as from_bill, worker_no,
        null::integer as customer_no, null::integer as project_no, null::varchar as currency, timesheet_from as from_,
        timesheet_to as to_, timesheet_name as name, count(*) as lines
    from timesheet_line group by all
    union all
    select 'journal', stream_no, entity_no, due, from_bill, null, null, null, currency,
        journal_from, journal_to, journal_name, count(*)
    from journal_line group by all
    union all
    select 'invoice', stream_no, entity_no, '', false, null, customer_no, by_project, currency, invoice_from, invoice_to,
        invoice_name, count(*)
    from invoice_line group by all
    union all
    select 'bill', stream_no, entity_no, '', false, worker_no, null, null, currency,
        bill_from, bill_to, bill_name, count(*)
    from bill_line group by all
), placed as (
    select f.*, t.name as stream, t.invoice_by_project,
        case when f.kind = 'bill' or f.from_bill then t.bill_reverses when f.kind = 'journal' then t.journal_reverses
             else false end
            as reverses,
        case when f.from_bill then t.bill_target when f.kind = 'timesheet' then t.timesheet_target
             when f.kind = 'journal' then t.journal_target when f.kind = 'invoice' then t.invoice_target
             else t.bill_target end as target_no,
        case f.kind when 'invoice' then 'receivable' when 'bill' then t.bill_control end as control,
        case f.kind when 'timesheet' then 'employee' when 'invoice' then 'customer'
                    when 'bill' then 'vendor' end as role
    from found f join stream t using (stream_no)
), named as (
    select
        h.kind, h.lines, h.stream_no, h.entity_no, h.due, e.name as entity, h.worker_no, h.customer_no,
        h.project_no, h.currency, h.from_, h.to_, h.target_no, h.reverses,
        concat(h.stream, '/', h.kind, '/', e.path, h.due, coalesce(w.id, c.id) || '/',
               if(h.kind = 'invoice' and h.invoice_by_project, coalesce(p.id, '-') || '/', ''),
               h.currency || '/', h.name) as document,
        h.role, coalesce(w.id, c.id) as party, coalesce(w.ref, c.ref) as party_ref, h.control,
        a.ref as control_ref
    from placed h
    join entity e using (entity_no)
    left join worker_named w on w.worker_no = h.worker_no and w.target_no = h.target_no
     and h.to_ between w.from_ and w.to_
    left join customer_named c on c.customer_no = h.customer_no and c.target_no = h.target_no
     and h.to_ between c.from_ and c.to_
    left join project_named p on p.project_no = h.project_no and p.target_no = h.target_no
     and h.to_ between p.from_ and p.to_
    left join account_at a on a.role = h.control and a.target_no = h.target_no and a.entity_no = h.entity_no
     and h.to_ between a.from_ and a.to_
), posted as (
    select *, to_ as posting_date, false as reversal from named
    union all
    -- an accrual is taken back the day after, on the same accounts
    select * replace (document || '~r' as document), to_ + 1, true from named where reverses
)
select
    row_number() over ()::integer as document_no, f.*, g.digest as agreed,
    -- documents are written a batch of lines at a time, so that memory doesn't grow with their number
    (sum(f.lines) over (order by f.kind, f.document rows unbounded preceding) // 131072)::integer as batch_no
from posted f
left join agreed g on g.key = f.document and g.target_no = f.target_no;

-- Lines with their names: a view, so that a text is written where it is used and nowhere else --------

create temp view desired_line as
select
    h.document_no, h.batch_no, h.kind, h.target_no, h.currency, h.reversal,
    concat(l.work_date, '/', coalesce(p.id, '-'), '/', l.hour_kind, '/', l.pay_class) as key,
    l.raw_seconds, null::bigint as amount, null::bigint as rate, null as account, null as account_ref,
    null as class, l.work_date::varchar as line_date, coalesce(o.ref, e.ref) as earning, null as fx, l.hour_kind, null as item, p.job,
    l.pay_class, p.id as project, null as service, null as tax, null as text, null as worker
from timesheet_line l
join header h on h.kind = 'timesheet' and h.stream_no = l.stream_no and h.entity_no = l.entity_no
 and h.worker_no = l.worker_no and h.to_ = l.timesheet_to
left join project_named p on p.project_no = l.project_no and p.target_no = h.target_no
 and h.to_ between p.from_ and p.to_
left join earning_at e on e.id = l.pay_class and e.target_no = h.target_no and h.to_ between e.from_ and e.to_
-- hours at no premium by their kind, where that has a code of its own: leave, holiday, travel
left join earning_at o on l.pay_class = 'regular' and o.id = l.hour_kind and o.target_no = h.target_no
 and h.to_ between o.from_ and o.to_
union all
select
    h.document_no, h.batch_no, h.kind, h.target_no, h.currency, h.reversal, l.line_key, l.raw_seconds, l.amount, null, l.role, a.ref,
    p.class, null, null, l.fx, null, null, p.job, null, p.id, null, null, null, null
from journal_line l
join header h on h.kind = 'journal' and h.stream_no = l.stream_no and h.entity_no = l.entity_no and h.due = l.due
 and h.currency = l.currency and h.to_ = l.journal_to
left join account_at a on a.role = l.role and a.target_no = h.target_no and a.entity_no = h.entity_no
 and h.to_ between a.from_ and a.to_
left join project_named p on p.project_no = l.project_no and p.target_no = h.target_no
 and h.to_ between p.from_ and p.to_
union all
select
    h.document_no, h.batch_no, h.kind, h.target_no, h.currency, h.reversal,
    concat(coalesce(p.id, '-'), '/', coalesce(s.id, '-'), '/', coalesce(w.id, '-'),
           if(l.by_service, '', concat('/', l.role, '/', coalesce(l.tax, '-'))), '@',
           coalesce(e.told, rate_text(l.rate))),
    l.raw_seconds, null, l.rate, l.role, a.ref, p.class, null, null,
    e.fx,
    null, l.item, p.job, null, p.id, s.id,
    l.tax, concat_ws(' · ', p.name, coalesce(s.name, s.id), w.name), w.id
from invoice_line l
left join converted_rate e on e.exchange_no = l.exchange_no and e.own_rate = l.own_rate
join header h on h.kind = 'invoice' and h.stream_no = l.stream_no and h.entity_no = l.entity_no
 and h.customer_no = l.customer_no and h.project_no is not distinct from l.by_project
 and h.currency = l.currency and h.to_ = l.invoice_to
left join project_named p on p.project_no = l.project_no and p.target_no = h.target_no
 and h.to_ between p.from_ and p.to_
left join service_named s on s.service_no = l.service_no and h.to_ between s.from_ and s.to_
left join worker_named w on w.worker_no = l.worker_no and w.target_no = h.target_no
 and h.to_ between w.from_ and w.to_
left join account_at a on a.role = l.role and a.target_no = h.target_no and a.entity_no = h.entity_no
 and h.to_ between a.from_ and a.to_
union all
select
    h.document_no, h.batch_no, h.kind, h.target_no, h.currency, h.reversal,
    concat(l.role, '/', coalesce(p.id, '-'), '/' || e.name, '@', rate_text(l.rate)), l.raw_seconds, null, l.rate, l.role,
    a.ref, p.class, null, null, null, null, null, p.job, null, p.id, null, null, null, null
from bill_line l
join entity e on e.entity_no = l.to_entity_no
join header h on h.kind = 'bill' and h.stream_no = l.stream_no and h.entity_no = l.entity_no
 and h.worker_no = l.worker_no and h.currency = l.currency and h.to_ = l.bill_to
left join project_named p on p.project_no = l.project_no and p.target_no = h.target_no
 and h.to_ between p.from_ and p.to_
left join account_at a on a.role = l.role and a.target_no = h.target_no and a.entity_no = h.entity_no
 and h.to_ between a.from_ and a.to_;

-- What the target can hold: quantities in multiples of its resolution, the remainder carried inside the
-- document. Most targets hold every second, and nothing is sorted for them.
create temp table grain as
select document_no, key,
    divide(upto, resolution) * resolution - divide(upto - raw_seconds, resolution) * resolution as seconds
from (
    select l.document_no, l.key, l.raw_seconds, t.resolution,
        sum(l.raw_seconds) over (partition by l.document_no order by l.key rows unbounded preceding)::bigint
            as upto
    from desired_line l join target t using (target_no)
    where t.resolution > 1
);

-- The amount is what the books make of quantity and price. A reversal takes back money, not hours.
create temp view quantised as
select l.* exclude (amount) replace (if(l.reversal, 0, l.raw_seconds) as raw_seconds),
    if(l.reversal, 0, coalesce(g.seconds, l.raw_seconds)) as seconds,
    if(l.reversal, -1, 1)::bigint
    * case when l.rate is null then coalesce(l.amount, 0)
           else rounded(coalesce(g.seconds, l.raw_seconds)::hugeint * l.rate, u.unit, getvariable('lines_mode'))
      end as amount
from desired_line l
left join grain g on g.document_no = l.document_no and g.key = l.key
left join currency_unit u on u.currency = l.currency;

-- Documents ----------------------------------------------------------------------------------------

-- the lines' JSON in the order of their keys, given as {key, json}
create or replace macro in_order(lines) as
    array_to_string(list_transform(list_sort(lines), lambda line: line.json), ',');

-- JSON in two parts with a field between them that is there only where it says something: of a line how it was
-- converted, of a document whose it is
create or replace macro with_text(before, name, said, after) as
    concat(rtrim(before, '}'), if(said is null, '', concat(',"', name, '":', to_json(said)::varchar)), ',',
           ltrim(after, '{'));

create temp table written (document VARCHAR, kind VARCHAR, target_no INTEGER, from_ DATE, to_ DATE, seconds BIGINT,
    raw_seconds BIGINT, amount BIGINT, digest VARCHAR, json VARCHAR);

-- A time activity is its one line: no lines to gather.
insert into written
with single as (
    -- a time activity is its one line: no lines to gather
    select
        concat(t.name, '/time_activity/', e.path, w.id, '/', coalesce(p.id, '-'), '/', coalesce(s.id, '-'), '/',
               a.hour_kind, '/', if(a.billable, 'billable', 'nonbillable'), '/', a.work_date) as document,
        t.time_activity_target as target_no, a.work_date,
        divide(a.raw_seconds, g.resolution) * g.resolution as seconds, a.raw_seconds,
        if(w.contractor, 'vendor', 'employee') as role, w.id as party, w.ref as party_ref,
        a.billable, p.class, a.hour_kind, s.item, p.job, p.id as project, s.id as service, e.name as entity
    from time_activity a
    join stream t using (stream_no)
    join entity e using (entity_no)
    join target g on g.target_no = t.time_activity_target
    join worker_named w on w.worker_no = a.worker_no and w.target_no = t.time_activity_target
     and a.work_date between w.from_ and w.to_
    left join project_named p on p.project_no = a.project_no and p.target_no = t.time_activity_target
     and a.work_date between p.from_ and p.to_
    left join service_named s on s.service_no = a.service_no and a.work_date between s.from_ and s.to_
), told as (
    select *,
        with_text(to_json({adjusts: null::varchar, control: null::varchar, control_ref: null::varchar,
            credits: null::varchar, currency: null::varchar, "date": work_date::varchar})::varchar, 'entity', entity,
            to_json({"from": work_date::varchar, "key": document, kind: 'time_activity',
            lines: [{billable: billable, "class": class, hour_kind: hour_kind, item: item, job: job,
                     "key": 'time', project: project, seconds: seconds, service: service}],
            party: party, party_ref: party_ref, "role": role, "to": work_date::varchar})::varchar) as json,
        sha256(json) as digest
    from single
)
select d.document, 'time_activity', d.target_no, d.work_date, d.work_date, d.seconds, d.raw_seconds, 0, d.digest,
    case when g.key is null then d.json end
from told d
left join agreed g on g.key = d.document and g.target_no = d.target_no and g.digest = unhex(d.digest);

-- All others, a batch at a time.
create temp table batch as
select distinct batch_no from header;

insert into written
with body as (
    select document_no, sum(seconds)::bigint as seconds, sum(raw_seconds)::bigint as raw_seconds, 0::bigint as amount,
        in_order(list({key: key, json: to_json({"date": line_date, earning: earning, hour_kind: hour_kind,
            job: job, "key": key, pay_class: pay_class, period: null::varchar, project: project,
            seconds: seconds})::varchar})) as lines
    from quantised where kind = 'timesheet' and batch_no = getvariable('batch')
    group by document_no
    union all
    select document_no, sum(seconds)::bigint, sum(raw_seconds)::bigint,
        sum(amount) filter (where not starts_with(key, '='))::bigint,
        in_order(list({key: key, json: with_text(to_json({account: account, account_ref: account_ref, amount: amount,
            "class": class})::varchar, 'fx', fx, to_json({job: job, "key": key, period: null::varchar, project: project,
            seconds: seconds})::varchar)}))
    from quantised where kind = 'journal' and batch_no = getvariable('batch')
    group by document_no
    union all
    select document_no, sum(seconds)::bigint, sum(raw_seconds)::bigint, sum(amount)::bigint,
        in_order(list({key: key, json: with_text(to_json({account: account, account_ref: account_ref, amount: amount,
            "class": class})::varchar, 'fx', fx, to_json({item: item, job: job, "key": key, period: null::varchar, project: project, rate: rate,
            seconds: seconds, service: service, tax: tax, "text": "text", worker: worker})::varchar)}))
    from quantised where kind = 'invoice' and batch_no = getvariable('batch')
    group by document_no
    union all
    select document_no, sum(seconds)::bigint, sum(raw_seconds)::bigint, sum(amount)::bigint,
        in_order(list({key: key, json: to_json({account: account, account_ref: account_ref, amount: amount,
            "class": class, job: job, "key": key, period: null::varchar, project: project, rate: rate,
            seconds: seconds})::varchar}))
    from quantised where kind = 'bill' and batch_no = getvariable('batch')
    group by document_no
), told as (
    select h.*, b.seconds, b.raw_seconds, b.amount,
        concat(rtrim(with_text(to_json({adjusts: null::varchar, control: h.control, control_ref: h.control_ref,
                   credits: null::varchar, currency: h.currency, "date": h.posting_date::varchar})::varchar,
                   'entity', h.entity,
                   to_json({"from": h.from_::varchar, "key": h.document, kind: h.kind})::varchar), '}'),
               ',"lines":[', b.lines, '],',
               ltrim(to_json({party: h.party, party_ref: h.party_ref, "role": h.role,
                   "to": h.to_::varchar})::varchar, '{')) as json,
        sha256(json) as digest
    from body b join header h using (document_no)
)
select d.document, d.kind, d.target_no, d.from_, d.to_, d.seconds, d.raw_seconds, d.amount, d.digest,
    case when d.agreed is distinct from unhex(d.digest) then d.json end
from told d;

create temp view desired as
select w.* replace (coalesce(w.json, b.document) as json)
from written w
join target t using (target_no)
left join books_record b on b.target = t.name and b.key = w.document and b.digest = w.digest;

drop table agreed;
drop table time_activity;

-- assert: a line stands once in its document
select document_no, key from desired_line group by document_no, key having count(*) > 1;

-- assert: a document is one
select document from written group by document having count(*) > 1;

-- assert: a journal balances
select document_no from quantised where kind = 'journal' group by document_no having sum(amount) <> 0;
