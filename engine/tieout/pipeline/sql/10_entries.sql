-- in:    source_entry (the snapshots' Parquet), stream_source
-- out:   worker_ref, project_ref, service_ref (the distinct fields that mappings look at); numbered;
--        entry (a view: a numbered entry with all that its tracker says of it)
-- grain: one time entry
-- why:   numbers stand for keys and texts from here on: entry_no is the order of the story (instant,
--        then key), …_ref what a tracker calls the worker, the project, the task. Names and notes are
--        read from the snapshot again by whoever asks for one; they are never carried along.
create temp table worker_ref as
select row_number() over ()::integer as ref_no, *
from (select distinct source, worker_id, worker_email, worker_name from source_entry);

create temp table project_ref as
select row_number() over ()::integer as ref_no, *,
    concat(customer_id, customer_name, project_id, project_name) = '' as nameless
from (select distinct source, customer_id, customer_name, project_id, project_name from source_entry);

create temp table service_ref as
select row_number() over ()::integer as ref_no, *
from (select distinct source, task_id, task_name, type from source_entry);

create temp table numbered as
select
    row_number() over (order by coalesce(e.start_at, e.to_date::timestamp), e.key)::integer as entry_no,
    s.stream_no, e.key, e.grain, e.start_at, e.end_at, e.to_date, e.seconds, e.running, e.billed,
    coalesce(e.approval = 'approved', false) as approved, e.billable, e.type is not null as typed,
    coalesce(lower(e.approved_by) in (lower(e.worker_email), lower(e.worker_name), lower(e.worker_id)), false)
        as self_approved,
    coalesce(e.approval = 'approved' and not list_contains(getvariable('approvers')::varchar[], lower(e.approved_by)), false)
        as wrongly_approved,
    if(getvariable('wants_notes'), coalesce(trim(e.notes), '') = '', false) as noteless,
    e.rate, e.rate_currency, w.ref_no as worker_ref, p.ref_no as project_ref, t.ref_no as service_ref,
    p.nameless as no_project_named
from source_entry e
join stream_source s on s.source = e.source
join worker_ref w
  on w.source = e.source and w.worker_id is not distinct from e.worker_id
 and w.worker_email is not distinct from e.worker_email
 and w.worker_name is not distinct from e.worker_name
join project_ref p
  on p.source = e.source and p.customer_id is not distinct from e.customer_id
 and p.customer_name is not distinct from e.customer_name
 and p.project_id is not distinct from e.project_id
 and p.project_name is not distinct from e.project_name
join service_ref t
  on t.source = e.source and t.task_id is not distinct from e.task_id
 and t.task_name is not distinct from e.task_name and t.type is not distinct from e.type;

create temp view entry as
select n.entry_no, n.stream_no, e.* from numbered n join source_entry e using (key);

-- assert: an entry belongs to one stream, and is one
select key from numbered group by key having count(*) > 1;
