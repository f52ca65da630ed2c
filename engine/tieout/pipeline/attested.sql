-- in:    portion, numbered, span, worker_row, source_entry, attestation (from decisions)
-- out:   attested_content (what there is to attest), attested_entry; numbered and entry, approved by it
-- grain: attestation; entry
-- why:   run only where `approval.from` is attest. An attestation counts while the digest of what it was
--        given for is still that of the worker's portions in its period: an edit withdraws it.
create temp table attestable as
select p.entry_no, e.key, p.day_no, p.work_date, p.seconds, r.worker_no,
       list_transform(
           [e.key, strftime(p.work_date, '%Y-%m-%d'), p.seconds::varchar,
            coalesce(s.customer_id, s.customer_name, ''), coalesce(s.project_id, s.project_name, ''),
            coalesce(s.task_id, s.task_name, ''), coalesce(s.type, ''),
            case when s.billable then 'yes' when not s.billable then 'no' else '' end],
           lambda text: length(text) || ':' || text || ';') as content
from portion p
join numbered e using (entry_no)
join source_entry s using (key)
join span w on w.mapping = 'worker' and w.ref_no = e.worker_ref and p.work_date between w.from_ and w.to_
join worker_row r using (row_no);

create temp table attested_content as
select a.attestation_no, count(distinct t.entry_no) as entries, sum(t.seconds)::bigint as seconds,
       left(sha256(string_agg(list_aggregate(t.content, 'string_agg', ''), '' order by t.key, t.day_no)), 32)
           as digest
from attestable t
join attestation a on a.worker_no = t.worker_no and t.work_date between a.from_ and a.to_
group by a.attestation_no;

-- An entry is approved when all its days are; who is named is the first who may, of those who attested.
create temp table attested_entry as
select entry_no,
       case when bool_and(place is not null) then 'approved' when bool_or(known) then 'withdrawn' end as approval,
       max(place) as place
from (
    select t.entry_no, t.day_no, bool_or(a.attestation_no is not null) as known,
           min(a.attestation_no) filter (a.digest = c.digest) as place
    from attestable t
    left join attestation a on a.worker_no = t.worker_no and t.work_date between a.from_ and a.to_
    left join attested_content c on c.attestation_no = a.attestation_no
    group by t.entry_no, t.day_no
) group by entry_no;

create or replace temp view entry as
select n.entry_no, n.stream_no,
       e.* replace (t.approval as approval, if(t.approval = 'approved', a.by, null) as approved_by)
from numbered n
join source_entry e using (key)
left join attested_entry t using (entry_no)
left join attestation a on a.attestation_no = t.place;

create or replace temp table numbered as
select n.* replace (
    coalesce(e.approval = 'approved', false) as approved,
    coalesce(lower(e.approved_by) in (lower(e.worker_email), lower(e.worker_name), lower(e.worker_id)), false)
        as self_approved,
    coalesce(not list_contains(getvariable('approvers')::varchar[], lower(e.approved_by)), false)
        as wrongly_approved)
from numbered n join entry e using (entry_no);
