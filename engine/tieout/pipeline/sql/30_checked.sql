-- in:    numbered, source_entry, portion, span, worker_row, project_row, service_row, customer_row,
--        stream, calendar, policy, waiver, party, account_at, charge_at, tax_row, pay_rate, salary, …_rate,
--        exchange
-- out:   checked
-- grain: portion, cut once more where it overlaps an earlier entry
-- why:   one state per purpose: 0 is booked, 250 to 299 excluded, 201 to 249 held (code TOnnn).
--        Excluded outranks held; the order of each list is that of docs/semantics.md §2.

create temp table mapped as
select
    p.entry_no, p.zone_no, p.day_no, e.stream_no, e.grain, p.work_date, p.start_at, p.end_at, p.seconds,
    e.running, e.billed, e.typed, e.approved, e.billable, e.rate, e.rate_currency,
    p.work_date - ((((p.work_date - date '1970-01-05') - getvariable('week_starts')) % 7 + 7) % 7)::integer
        as week,
    e.project_ref, e.no_project_named, w.row_no as worker_row, j.row_no as project_row, s.row_no as service_row,
    wr.worker_no, coalesce(e.end_at > e.start_at, e.grain <> 'span') as forward
from portion p
join numbered e using (entry_no)
left join span w on w.mapping = 'worker' and w.ref_no = e.worker_ref and p.work_date between w.from_ and w.to_
left join span j on j.mapping = 'project' and j.ref_no = e.project_ref and p.work_date between j.from_ and j.to_
left join span s on s.mapping = 'service' and s.ref_no = e.service_ref and p.work_date between s.from_ and s.to_
left join worker_row wr on wr.row_no = w.row_no;

-- Decisions in git that lift a check for one entry; code 0 lifts whichever can be lifted.
create temp table waiver as
select e.entry_no, w.code from waiver_decision w join numbered e on e.key = w.key group by all;

-- The code of the first of the checks in a mask (pipeline/findings.py has their bits); 0 for none.
create macro first_check(bits) as
    case when bits = 0 then 0 when bits & 1 > 0 then 214 when bits & 2 > 0 then 215
         when bits & 4 > 0 then 220 when bits & 8 > 0 then 221 when bits & 16 > 0 then 222
         when bits & 32 > 0 then 223 when bits & 64 > 0 then 224 when bits & 128 > 0 then 225
         else 226 end;

-- What the company's checks find: a bit for each (pipeline/findings.py), of what is found alone.
create temp table noticed as
with long_day as (
    select worker_no, work_date from mapped
    where getvariable('day_limit') is not null and grain <> 'week' and not running
    group by all having sum(seconds) > getvariable('day_limit')
), long_week as (
    select worker_no, week from mapped where getvariable('week_limit') is not null and not running
    group by all having sum(seconds) > getvariable('week_limit')
), judged as (
    select m.entry_no, m.work_date, m.day_no,
           if(n.noteless and coalesce(j.wants_notes, false), 1, 0)
           | if(coalesce(w.contract_ends < m.work_date, false), 2, 0)
           | if(coalesce(n.grain <> 'week' and n.seconds > getvariable('entry_limit'), false), 4, 0)
           | if(d.worker_no is not null, 8, 0)
           | if(k.worker_no is not null, 16, 0)
           | if(coalesce(m.work_date < getvariable('as_of') - getvariable('age_limit')::integer, false), 32, 0)
           | if(n.self_approved, 64, 0) | if(n.wrongly_approved, 128, 0) | if(m.day_no > 0, 256, 0) as found
    from mapped m
    join numbered n using (entry_no)
    left join worker_row w on w.row_no = m.worker_row
    left join project_row j on j.row_no = m.project_row
    left join long_day d on d.worker_no = m.worker_no and d.work_date = m.work_date
    left join long_week k on k.worker_no = m.worker_no and k.week = m.week
), lifted as (
    select v.entry_no, bit_or(b.bit)::integer as bits
    from waiver v join check_row b on v.code in (0, b.code) group by v.entry_no
)
select f.entry_no, f.day_no, (f.found & ~coalesce(l.bits, 0))::integer as bits
from (select * replace (found & getvariable('check_mask')::integer as found) from judged) f
left join lifted l using (entry_no)
where f.found > 0;

-- Numbers first, texts only of what collides: nearly nothing is written twice.
create temp table duplicate as
with able as (
    select entry_no, key, hash(worker_ref, project_ref, service_ref, start_at, end_at, to_date, seconds) as h
    from numbered where seconds <> 0 and not running
), suspect as (
    select entry_no, key from able semi join (select h from able group by h having count(*) > 1) using (h)
)
select s.entry_no
from suspect s join source_entry e using (key)
qualify row_number() over (
    partition by source, grain, start_at, end_at, from_date, to_date, seconds, worker_id, worker_email,
        worker_name, customer_id, customer_name, project_id, project_name, task_id, task_name, type,
        billable, notes, tags
    order by key) > 1;

-- Up to when the worker's earlier spans reach: what lies before is counted there already.
create temp table overlap as
select entry_no, until from (
    select m.entry_no, m.start_at,
           max(m.end_at) over (partition by m.worker_no order by m.entry_no
                               rows between unbounded preceding and 1 preceding) as until
    from (
        select entry_no, min(worker_no) as worker_no, min(start_at) as start_at, max(end_at) as end_at
        from mapped
        where grain = 'span' and forward and worker_no is not null
          and entry_no not in (select entry_no from duplicate where not exists (
              from waiver v where v.entry_no = duplicate.entry_no and v.code in (0, 208)))
        group by entry_no
    ) m
) where until > start_at;

create temp view cut as
select m.*, false as overlapped from mapped m where entry_no not in (select entry_no from overlap)
union all
select m.* replace (least(m.end_at, o.until) as end_at,
                    (epoch_us(least(m.end_at, o.until)) - epoch_us(m.start_at)) // 1000000 as seconds), true
from mapped m join overlap o using (entry_no) where o.until > m.start_at
union all
select m.* replace (greatest(m.start_at, o.until) as start_at,
                    (epoch_us(m.end_at) - epoch_us(greatest(m.start_at, o.until))) // 1000000 as seconds), false
from mapped m join overlap o using (entry_no) where o.until < m.end_at;


-- What each portion is by its mapping rows, and what the documents it would go to need of them.
-- References are those of the posting date, everything else is that of the work date. A portion's number
-- says its place: the entry, the day within it, what overlaps before what doesn't.
create temp view attributed as
select
    (c.entry_no::bigint << 20) + 2 * c.day_no + if(c.overlapped, 0, 1) as portion_no,
    c.* exclude (billable, rate, rate_currency), c.typed and c.service_row is null as unknown_kind,
    c.billable as flagged_billable,
    coalesce(w.entity_no, 0) as entity_no, coalesce(j.entity_no, cu.entity_no, 0) as sale_entity_no,
    -- work for another entity waits, or is charged to it
    coalesce(w.entity_no <> coalesce(j.entity_no, cu.entity_no) and not getvariable('charges'), false)
        as other_entity,
    if(getvariable('charges') and w.entity_no <> coalesce(j.entity_no, cu.entity_no),
       coalesce(j.entity_no, cu.entity_no), 0) as to_entity_no, w.contractor, w.eligible, w.pack_no,
    j.project_no, j.method, j.customer_no, s.service_no,
    -- leave is of no project, so none is missed where none is named
    j.project_no is null and not (c.no_project_named and coalesce(s.hour_kind, 'work') in ('leave', 'holiday', 'sick'))
        as project_missed,
    coalesce(s.hour_kind, 'work') as hour_kind, coalesce(s.paid, true) as paid,
    coalesce(s.counts, true) as counts, coalesce(s.billable, true) as kind_billable,
    coalesce(s.billable, true) and coalesce(c.billable, j.method in ('hourly', 'fixed'), true) as billable,
    coalesce(c.rate, jw.rate, js.rate, j.rate, cu.rate, s.rate, w.bill_rate) as own_rate,
    -- the row that gives the rate gives the currency; one that names none means the customer's
    nullif(case when c.rate is not null then c.rate_currency
                when coalesce(jw.rate, js.rate, j.rate) is not null then j.rate_currency
                when cu.rate is not null then null
                when s.rate is not null then s.rate_currency
                else w.bill_currency end,
           coalesce(cu.currency, books_currency(coalesce(j.entity_no, cu.entity_no)))) as foreign_currency,
    coalesce(cu.currency, books_currency(coalesce(j.entity_no, cu.entity_no))) as customer_currency,
    books_currency(w.entity_no) as own_currency,
    if(getvariable('exchange_at') = 'posting_date', least(k.invoice_to, getvariable('as_of')), c.work_date)
        as bill_exchange_date,
    case when w.contractor then k.bill_to else k.journal_to end as cost_date
from cut c
left join worker_row w on w.row_no = c.worker_row
left join project_row j on j.row_no = c.project_row
left join service_row s on s.row_no = c.service_row
left join customer_row cu on cu.customer_no = j.customer_no and c.work_date between cu.from_ and cu.to_
left join project_worker_rate jw on jw.row_no = j.row_no and jw.worker_no = w.worker_no
left join project_service_rate js on js.row_no = j.row_no and js.service_no = s.service_no
join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date;

-- What an hour is billed at in the customer's currency: converted, or in its own where the books convert.
-- A table: what comes after asks for each of its columns often, and a view would be planned as often.
create temp table billed_at as
select
    a.*, x.exchange_no,
    case when x.exchange_no is null then a.own_rate
         else exchanged(a.own_rate, 10000, 10000, x.n1, x.d1, x.n2, x.d2, getvariable('intermediate'),
                        getvariable('lines_mode')) end as bill_rate,
    if(getvariable('convert') = 'books', coalesce(a.foreign_currency, a.customer_currency), a.customer_currency)
        as bill_currency,
    a.foreign_currency is not null and getvariable('convert') <> 'books' and x.exchange_no is null
        as other_currency
from attributed a
left join exchange x on x.from_currency = a.foreign_currency and x.to_currency = a.customer_currency
 and a.bill_exchange_date between x.from_ and x.to_;

-- Where its cost goes: the service's expense role, or suspense for what isn't mapped. A contractor is
-- owed whether or not his project is known, so what would hold his cost goes to suspense instead.
create temp view charged as
select
    a.*,
    coalesce(rr.rate, r.rate, gr.rate, g.rate) as pay_rate,
    coalesce(rr.currency, r.currency, gr.currency, g.currency) as pay_currency,
    case when coalesce(rr.rate, r.rate, gr.rate) is null then g.salary_no end as salary_no,
    a.project_missed and p.project_cost <> 'book' or a.service_no is null and p.service_cost <> 'book'
        or a.project_no is not null and a.customer_no is null and p.customer_cost <> 'book' or a.other_entity
        as cost_unmapped,
    a.project_missed and p.project_cost = 'suspense' or a.service_no is null and p.service_cost = 'suspense'
        or a.project_no is not null and a.customer_no is null and p.customer_cost = 'suspense'
        as cost_suspended,
    coalesce(case when a.contractor then n.expense_contractor else n.expense_employee end,
             case when a.contractor then 'contractor_expense' else 'labor_expense' end) as own_expense
from billed_at a
cross join policy p
left join pay_rate g on g.worker_no = a.worker_no and g.project_no = 0 and g.earning = ''
 and a.work_date between g.from_ and g.to_ and (g.hourly or not a.contractor)
left join pay_rate r on r.worker_no = a.worker_no and r.project_no = a.project_no and r.earning = ''
 and a.work_date between r.from_ and r.to_ and (r.hourly or not a.contractor)
left join pay_rate gr on gr.worker_no = a.worker_no and gr.project_no = 0 and gr.earning = 'regular'
 and a.work_date between gr.from_ and gr.to_ and (gr.hourly or not a.contractor)
left join pay_rate rr on rr.worker_no = a.worker_no and rr.project_no = a.project_no
 and rr.earning = 'regular' and a.work_date between rr.from_ and rr.to_ and (rr.hourly or not a.contractor)
left join service_named n on n.service_no = a.service_no and a.cost_date between n.from_ and n.to_;

create temp view costed as
select
    c.*,
    case when c.cost_suspended then if(c.contractor and sus.ref is null, c.own_expense, 'suspense')
         when own.ref is null and p.account_cost = 'suspense' then 'suspense'
         when c.contractor and (c.cost_unmapped or own.ref is null) and sus.ref is not null then 'suspense'
         else c.own_expense end as cost_role
from charged c
cross join policy p
join stream t using (stream_no)
left join account_at own on own.role = c.own_expense and c.cost_date between own.from_ and own.to_
 and own.entity_no = c.entity_no
 and own.target_no = case when c.contractor then t.bill_target else t.journal_target end
left join account_at sus on sus.role = 'suspense' and c.cost_date between sus.from_ and sus.to_
 and sus.entity_no = c.entity_no
 and sus.target_no = case when c.contractor then t.bill_target else t.journal_target end;

create temp table checked as
with fact as (
    select
        c.*, k.by_payroll, t.record_from, t.pay_from, t.cost_from, t.billing_from,
        t.time_activity_target is null as no_record,
        case when c.contractor then t.bill_target else t.timesheet_target end is null as no_pay,
        case when c.contractor then t.bill_target else t.journal_target end is null as no_cost,
        t.invoice_target is null as no_billing,
        wr.ref is null as no_record_party, wp.ref is null as no_pay_party, cn.ref is null as no_customer_party,
        ax.role is null or ac.ref is null as no_cost_account,
        ai.ref is null or ar.ref is null as no_billing_account,
        v.entry_no is not null as waived_all, v8.entry_no is not null as waived_208,
        v9.entry_no is not null as waived_209, v10.entry_no is not null as waived_210,
        d.entry_no is not null as duplicated, coalesce(f.bits, 0) as findings,
        not c.contractor and getvariable('convert') = 'tieout'
            and c.pay_currency <> c.own_currency as cost_converted,
        px.exchange_no is null as no_cost_exchange,
        y.salary_no is not null
            and least(salary_ends(y.period, salary_begins(y.period, c.work_date, c.week, y.first_week)), y.to_)
                > getvariable('as_of') as salary_runs,
        not coalesce(w.in_scope, getvariable('scope_open')) or c.work_date < getvariable('scope_since')
            as out_of_scope
    from costed c
    join stream t using (stream_no)
    join calendar k on k.stream_no = c.stream_no and k.work_date = c.work_date
    left join worker_row w on w.row_no = c.worker_row
    left join salary y on y.salary_no = c.salary_no
    left join duplicate d on d.entry_no = c.entry_no
    left join noticed f on f.entry_no = c.entry_no and f.day_no = c.day_no
    left join waiver v on v.entry_no = c.entry_no and v.code = 0
    left join waiver v8 on v8.entry_no = c.entry_no and v8.code = 208
    left join waiver v9 on v9.entry_no = c.entry_no and v9.code = 209
    left join waiver v10 on v10.entry_no = c.entry_no and v10.code = 210
    left join worker_named wr on wr.worker_no = c.worker_no and wr.target_no = t.time_activity_target
     and c.work_date between wr.from_ and wr.to_
    left join worker_named wp on wp.worker_no = c.worker_no
     and wp.target_no = case when c.contractor then t.bill_target else t.timesheet_target end
     and case when c.contractor then k.bill_to else k.timesheet_to end between wp.from_ and wp.to_
    left join customer_named cn on cn.customer_no = c.customer_no and cn.target_no = t.invoice_target
     and k.invoice_to between cn.from_ and cn.to_
    left join service_named sn on sn.service_no = c.service_no and k.invoice_to between sn.from_ and sn.to_
    left join account_at ai on ai.role = coalesce(sn.revenue, 'billable_income')
     and ai.target_no = t.invoice_target and k.invoice_to between ai.from_ and ai.to_
     and ai.entity_no = c.sale_entity_no
    left join account_at ar on ar.role = 'receivable' and ar.target_no = t.invoice_target
     and ar.entity_no = c.sale_entity_no
     and k.invoice_to between ar.from_ and ar.to_
    left join charge_at ax on ax.role = c.cost_role and c.cost_date between ax.from_ and ax.to_
     and ax.entity_no = c.entity_no and ax.to_entity_no = c.to_entity_no
     and ax.target_no = case when c.contractor then t.bill_target else t.journal_target end
    left join account_at ac on c.cost_date between ac.from_ and ac.to_ and ac.entity_no = c.entity_no
     and ac.role = case when c.contractor then t.bill_control else t.journal_counter end
     and ac.target_no = case when c.contractor then t.bill_target else t.journal_target end
    left join exchange px on px.from_currency = c.pay_currency
     and px.to_currency = c.own_currency
     and least(k.journal_to, getvariable('as_of')) between px.from_ and px.to_
), common as (
    select *,
        case when seconds = 0 and not running then 257 when out_of_scope then 251 else 0 end as excluded_all,
        case when seconds < 0 then 213
             when running then 207
             when work_date > getvariable('as_of') then 218
             when worker_no is null then 202
             when duplicated and not waived_208 and not waived_all then 208
             when overlapped and not waived_209 and not waived_all then 209
             when unknown_kind then 206
             else 0 end as held_all,
        not approved and not waived_210 and not waived_all as unapproved,
        first_check(findings & getvariable('hold_mask')::integer) as flagged
    from fact
), stated as (
    select c.*, excluded_all = 0 and held_all = 0 as worked,
        case when excluded_all > 0 then excluded_all
             when work_date < record_from then 250
             when no_record then 256
             when hour_kind = 'break' then 252
             when held_all > 0 then held_all
             when flagged > 0 then flagged
             when unapproved and p.approve_record then 210
             when project_missed and p.project_record in ('hold', 'block') then 201
             when service_no is null and p.service_record in ('hold', 'block') then 203
             when no_record_party then 217
             else 0 end::smallint as record,
        case when excluded_all > 0 then excluded_all
             when work_date < pay_from then 250
             when no_pay and worker_no is not null then 256
             when not paid then 252
             when held_all > 0 then held_all
             when flagged > 0 then flagged
             when unapproved and p.approve_pay then 210
             when project_missed and p.project_pay in ('hold', 'block') then 201
             when service_no is null and p.service_pay in ('hold', 'block') then 203
             when no_pay_party then 217
             when contractor and no_cost_account and p.account_pay <> 'book' then 205
             when contractor and pay_rate is null then 212
             else 0 end::smallint as pay,
        case when excluded_all > 0 then excluded_all
             when work_date < cost_from then 250
             when no_cost and worker_no is not null then 256
             when not paid then 252
             when salary_runs then 260
             when by_payroll and pay not between 201 and 249 then 297
             when held_all > 0 then held_all
             when flagged > 0 then flagged
             when unapproved and p.approve_cost then 210
             when project_missed and p.project_cost in ('hold', 'block') then 201
             when service_no is null and p.service_cost in ('hold', 'block') then 203
             when project_no is not null and customer_no is null and p.customer_cost in ('hold', 'block')
                 then 204
             when other_entity then 245
             when no_cost_account and p.account_cost <> 'book' then 205
             when pay_rate is null then 212
             when cost_converted and no_cost_exchange then 216
             else 0 end::smallint as own_cost,
        case when excluded_all > 0 then excluded_all
             when work_date < billing_from then 250
             when no_billing then 256
             when not kind_billable then 252
             when billed then 255
             when not coalesce(flagged_billable, true) or method = 'none' then 253
             when method in ('fixed', 'books') then 254
             when held_all > 0 then held_all
             when flagged > 0 then flagged
             when unapproved and p.approve_billing then 210
             when project_no is null and p.project_billing in ('hold', 'block') then 201
             when service_no is null and p.service_billing in ('hold', 'block') then 203
             when customer_no is null then case when project_no is null then 201 else 204 end
             when other_entity then 245
             when no_customer_party then 217
             when no_billing_account and p.account_billing <> 'book' then 205
             when bill_rate is null then 211
             when other_currency then 216
             else 0 end::smallint as billing
    from common c cross join policy p
)
select
    portion_no, entry_no, zone_no, stream_no, grain, work_date, week, start_at, end_at, seconds, worker_no, project_no,
    service_no, customer_no, project_ref, hour_kind, paid, counts, billable, contractor, eligible, pack_no,
    cost_role, entity_no, sale_entity_no, if(cost_role = 'suspense', 0, to_entity_no) as to_entity_no,
    own_rate, exchange_no, bill_rate, bill_currency, pay_rate, pay_currency, salary_no,
    if(cost_converted, own_currency, pay_currency) as cost_currency, worked, record, pay,
    if(worked, findings, 0) as findings,
    case when contractor then pay else own_cost end as cost, billing
from stated;

-- assert: every portion has one state per purpose
select portion_no from checked
where record is null or pay is null or cost is null or billing is null;

drop table mapped;
drop table billed_at;
drop table noticed;
drop table portion;

-- assert: no join lost or multiplied a portion
select e.entry_no from numbered e
left join (select entry_no, sum(seconds)::bigint as seconds, count(*) = count(distinct portion_no) as single
           from checked group by entry_no) c using (entry_no)
where c.seconds is distinct from e.seconds or not c.single;
