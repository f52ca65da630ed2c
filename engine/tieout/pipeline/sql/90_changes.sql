-- in:    written, desired, applied, actual, target, next_invoice (keys that a decision names)
-- out:   unsettled
-- grain: a document key in which the three states don't agree, with all three
-- why:   nearly everything is as it was: equal digests drop out here, and planning looks only at what is
--        left, document by document. Chains always pass: whether they add up is not seen in a digest;
--        and so do invoices that take over the difference of an earlier one.
create temp table chain as
select target, base from applied where chained
union
select target, base from actual where chained;

create temp table unsettled as
with state as (
    select coalesce(d.target, a.target, b.target) as target, coalesce(d.document, a.key, b.key) as key,
           d.digest as desired_digest, a.digest as applied_digest, b.digest as actual_digest
    from (select d.document, d.digest, t.name as target from written d join target t using (target_no)) d
    full join applied a on a.target = d.target and a.key = d.document
    full join actual b on b.target = coalesce(d.target, a.target) and b.key = coalesce(d.document, a.key)
), differing as (
    select target, key, split_part(key, '~', 1) as base
    from state
    where desired_digest is distinct from applied_digest
       or applied_digest is distinct from actual_digest
       or (target, split_part(key, '~', 1)) in (select (target, base) from chain)
       or split_part(key, '~', 1) in (select key from next_invoice)
)
select s.target, s.key, s.base, d.json as desired, a.document as applied, b.document as actual,
    a.sequence, a.config, b.remote_id, b.version, b.final
from differing s
left join desired d on d.document = s.key
left join applied a on a.target = s.target and a.key = s.key
left join actual b on b.target = s.target and b.key = s.key;
