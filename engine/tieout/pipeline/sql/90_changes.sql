-- in:    desired, applied, actual, target, next_invoice (keys that a decision names)
-- out:   unsettled
-- grain: a document key in which the three states don't agree, with all three
-- why:   nearly everything is as it was: equal digests drop out here, and planning looks only at what is
--        left, document by document. Chains always pass: whether they add up is not seen in a digest;
--        and so do invoices that take over the difference of an earlier one.
create temp table unsettled as
with state as (
    select
        coalesce(d.target, a.target, b.target) as target,
        coalesce(d.document, a.key, b.key) as key,
        coalesce(d.document, a.base, b.base) as base,
        d.digest as desired_digest, a.digest as applied_digest, b.digest as actual_digest,
        d.json as desired, a.document as applied, b.document as actual,
        a.sequence, a.config, b.remote_id, b.version, b.final,
        coalesce(a.chained, b.chained, false) as chained
    from (select d.*, t.name as target from desired d join target t using (target_no)) d
    full join applied a on a.target = d.target and a.key = d.document
    full join actual b on b.target = coalesce(d.target, a.target) and b.key = coalesce(d.document, a.key)
)
select * from state
where desired_digest is distinct from applied_digest
   or applied_digest is distinct from actual_digest
   or (target, base) in (select (target, base) from state where chained)
   or base in (select key from next_invoice);
