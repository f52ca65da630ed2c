-- in:    written, applied, actual, target, next_invoice (keys that a decision names)
-- out:   differing
-- grain: a document key in which the three states don't agree
-- why:   nearly everything is as it was: equal digests drop out here, and planning looks only at what is
--        left, document by document. Chains always pass: whether they add up is not seen in a digest;
--        and so do invoices that take over the difference of an earlier one.
create temp table chain as
select target, base from applied where chained
union
select target, base from actual where chained;

-- Documents written without their JSON are settled: what we wrote and what the books hold is just that.
create temp table differing as
with settled as (
    select d.document as key, t.name as target
    from written d join target t using (target_no) where d.json is null
), state as (
    select coalesce(d.target, a.target, b.target) as target, coalesce(d.document, a.key, b.key) as key,
           d.digest as desired_digest, a.digest as applied_digest, b.digest as actual_digest
    from (select d.document, d.digest, t.name as target
          from written d join target t using (target_no) where d.json is not null) d
    full join (select target, key, digest from applied anti join settled using (target, key)) a
      on a.target = d.target and a.key = d.document
    full join (select target, key, digest from actual anti join settled using (target, key)) b
      on b.target = coalesce(d.target, a.target) and b.key = coalesce(d.document, a.key)
)
select target, key, base_key(key) as base
from state
where desired_digest is distinct from applied_digest or applied_digest is distinct from actual_digest
union
-- chains always, and what a decision names
select t.name, d.document, d.document from written d join target t using (target_no)
where (t.name, d.document) in (select (target, base) from chain)
   or d.document in (select key from next_invoice)
union
select target, key, base from applied
where (target, base) in (select (target, base) from chain) or base in (select key from next_invoice)
union
select target, key, base from actual
where (target, base) in (select (target, base) from chain) or base in (select key from next_invoice);
