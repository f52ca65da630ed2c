-- in:    nothing
-- out:   macros: divide, round_to, part, rate_text, open_to, is_chained, base_key
-- grain: -
-- why:   one division rounds everywhere, half away from zero, in integers: `//` floors negatives,
--        `/` and avg are DOUBLE, sum(BIGINT) is HUGEINT. A result out of range is an error, never a
--        silent wrap: the cast refuses it.
create or replace macro divide(a, b) as
    (sign(a) * ((2 * abs(a)::hugeint + b) // (2 * b::hugeint)))::bigint;

-- x to a multiple of inc: nearest (half up), up, down; a remainder within the grace goes the other way.
-- nearest_minute_first is nearest of whole minutes: seven minutes and 59 seconds are seven (29 CFR 785.48);
-- nearest_minute_up rises from half of inc in whole minutes, rounded down.
create or replace macro round_to(x, inc, mode, grace) as
    (x // inc) * inc
    + case mode
        when 'nearest' then case when 2 * (x % inc) >= inc then inc else 0 end
        when 'nearest_minute_first' then case when 2 * (x % inc // 60 * 60) >= inc then inc else 0 end
        when 'nearest_minute_up' then
            case when if(inc < 120, 2 * (x % inc) >= inc, x % inc >= inc // 120 * 60) then inc else 0 end
        when 'half_down' then case when 2 * (x % inc) > inc then inc else 0 end
        when 'half_even' then case when 2 * (x % inc) + x // inc % 2 > inc then inc else 0 end
        when 'up'      then case when (x % inc) > grace then inc else 0 end
        else                case when (x % inc) > 0 and (x % inc) >= inc - grace and grace > 0 then inc else 0 end
      end;

-- one field of a match key: its length before its text, so that no two lists of fields read alike.
create or replace macro part(mask, flag, field) as
    case when mask & flag = 0 then '' else length(field) || ':' || field || ';' end;

-- a scaled rate as people write it: at least two decimals, no more than needed.
create or replace macro rate_text(rate) as
    concat(rate // 10000, '.',
           case when rate % 100 = 0 then lpad(((rate % 10000) // 100)::varchar, 2, '0')
                when rate % 10 = 0 then lpad(((rate % 10000) // 10)::varchar, 3, '0')
                else lpad((rate % 10000)::varchar, 4, '0') end);

-- whether a tier that is only for those paid less than a rate holds; for a rate that nobody knows it does.
create or replace macro open_to(rate_below, rate) as
    rate_below is null or rate is null or rate < rate_below;

-- whether a key is that of an adjustment: K~1, or K~r~1 of a reversal K~r, which is a document by itself.
create or replace macro is_chained(key) as contains(key, '~') and not ends_with(key, '~r');

-- the document that a key adjusts, else itself.
create or replace macro base_key(key) as
    case when is_chained(key) then regexp_replace(key, '~[0-9]+$', '') else key end;
