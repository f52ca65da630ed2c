"""Apply: exactly that plan, exactly once, and a report that hides nothing."""

from dataclasses import replace

import pytest
from filebooks import NOON, FileWriter, World, document, key, plan_of, ticking

from tieout.applying.execute import BREAKER, rehearse
from tieout.applying.preflight import Request
from tieout.applying.report import State
from tieout.connectors.ports import Once, Outcome, Status
from tieout.domain.change import Action, Change, Exception_, Guard
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.governance.approvals import Approval
from tieout.store import lock
from tieout.store.record import Event


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def refusal(world, plan, **options):
    with pytest.raises(Refused) as refused:
        world.apply(plan, **options)
    return refused.value


def codes(refused):
    return [d.code for d in refused.diagnostics]


def states(report):
    return {r.document.split("/")[2]: r.state.value for r in report.results}


def events(world):
    with world.journal() as journal:
        return [record.event.value for record in journal.records()]


def change(action, before, after, sequence=1, **fields):
    values = {
        "action": action,
        "document": key("a"),
        "kind": "invoice",
        "target": "books",
        "change_set": "a",
        "reason": "test",
        "sequence": sequence,
        "phase": 1,
        "before": before,
        "after": after,
    }
    return Change(**{**values, **fields})


def test_what_the_plan_says_is_written_and_recorded(world):
    report = world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 30}}))

    assert report.exit_code == 0
    assert report.counts() == {"create": {"done": 2}}
    assert world.held() == {
        key("a"): document(key("a"), {"e1": 60}),
        key("b"): document(key("b"), {"e2": 30}),
    }
    assert world.written()[key("a")] == (1, document(key("a"), {"e1": 60}))
    assert events(world) == ["opened", *["intended", "done"] * 2, "closed"]
    assert [len(books.records) for books in world.kept] == [2]


def test_a_batch_is_one_write_and_one_transaction_each_way(world):
    world.apply(world.plan({"a1": {"e1": 60}, "a2": {"e2": 30}}))

    assert world.writer.writes == [("a.json", (key("a1"), key("a2")))]
    assert events(world) == ["opened", "intended", "intended", "done", "done", "closed"]


def test_applied_again_it_does_nothing_and_says_so(world):
    plan = world.plan({"a": {"e1": 60}})
    world.apply(plan)
    with world.journal() as journal:
        head = journal.head()

    again = world.apply(plan)

    assert (again.exit_code, again.nothing_done) == (0, True)
    assert states(again) == {"a": "already_done"}
    with world.journal() as journal:
        assert journal.head() == head
    assert len(world.writer.writes) == 1


def test_superseded_it_is_stale_and_nothing_is_written(world):
    old = world.plan({"a": {"e1": 60}, "b": {"e2": 1}})
    world.apply(old)
    world.apply(world.plan({"a": {"e1": 90}}))
    before = world.held()

    refused = refusal(world, old)

    assert (codes(refused), refused.exit_code) == (["TO521"], 4)
    assert "0 acts then, 2 now" in refused.diagnostics[0].message
    assert world.held() == before


def test_all_documents_are_checked_before_the_first_write(world):
    plan = world.plan({"a": {"e1": 60}, "z": {"e2": 30}})
    world.apply(world.plan({"z": {"e3": 10}}))

    assert refusal(world, plan).exit_code == 4
    assert key("a") not in world.held()


def test_a_document_that_the_plan_only_looked_at_must_not_have_moved_either(world):
    world.apply(world.plan({"base": {"e1": 60}}))
    state = {key("base"): (1, document(key("base"), {"e1": 60}).digest)}
    adjust = change(
        Action.ADJUST, None, document(key("base") + "~1", {"e1": 5}), document=key("base") + "~1"
    )
    plan = plan_of([adjust], identity=world.reader.identity, applied=state)
    world.apply(world.plan({"base": {"e1": 61}}))

    assert codes(refusal(world, plan)) == ["TO521"]

    world.apply(
        plan_of(
            [adjust],
            identity=world.reader.identity,
            applied={key("base"): (2, document(key("base"), {"e1": 61}).digest)},
        )
    )
    assert world.held()[key("base") + "~1"].seconds == 5


def test_a_void_removes_and_a_later_create_goes_on_counting(world):
    world.apply(world.plan({"a": {"e1": 60}}))
    world.apply(world.plan({"a": {}}))
    assert world.held() == {}
    assert world.written()[key("a")] == (2, None)

    world.apply(world.plan({"a": {"e1": 60}}))
    assert world.written()[key("a")] == (3, document(key("a"), {"e1": 60}))


def test_drift_refuses_its_change_set_and_the_rest_goes_on(world):
    world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 30}, "c": {"e3": 10}}))
    plan = world.plan(
        {"a": {"e1": 10}, "b": {"e2": 30, "e1": 50}, "c": {"e3": 20}},
        sets={"a": "move", "b": "move"},
    )
    world.edit(key("b"), date="2026-11-29")

    report = world.apply(plan)

    assert report.exit_code == 5
    assert states(report) == {"a": "held", "b": "refused", "c": "done"}
    assert [d.code for d in report.diagnostics] == ["TO533", "TO534"]
    assert world.held()[key("a")].seconds == 60
    assert world.held()[key("c")].seconds == 20


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("gone", "it is gone"),
        ("changed", "was changed there"),
        ("there", "of this key already"),
    ],
)
def test_every_kind_of_drift_is_told_apart(world, what, said):
    if what == "there":
        plan = world.plan({"a": {"e1": 60}})
        other = World(world.root)
        other.writer.write("a.json", [change(Action.CREATE, None, document(key("a"), {"x": 1}))])
    else:
        world.apply(world.plan({"a": {"e1": 60}}))
        plan = world.plan({"a": {"e1": 61}})
        world.edit(key("a"), **({} if what == "gone" else {"date": "2026-11-01"}))

    report = world.apply(plan)

    assert (report.exit_code, states(report)) == (5, {"a": "refused"})
    assert said in report.results[0].why.message


def test_an_edit_between_the_first_look_and_the_write_is_seen(world):
    world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 30}}))
    plan = world.plan({"a": {"e1": 61}, "b": {"e2": 31}})

    def edit_b_once_a_is_written(step):
        if step == "recorded a.json":
            world.edit(key("b"), date="2026-11-29")

    world.checkpoint = edit_b_once_a_is_written
    assert states(world.apply(plan)) == {"a": "done", "b": "refused"}


def test_an_edit_of_one_half_of_a_batch_holds_the_other_half_of_its_set(world):
    world.apply(world.plan({"a1": {"e1": 60}, "a2": {"e2": 30}}))
    plan = world.plan({"a1": {"e1": 61}, "a2": {"e2": 31}}, sets={"a1": "s", "a2": "s"})
    looks = []

    def edit_at_the_second_look():
        looks.append(1)
        if len(looks) == 2:
            world.edit(key("a1"), date="2026-11-29")

    world.reader.on_look = edit_at_the_second_look
    assert states(world.apply(plan)) == {"a1": "refused", "a2": "held"}
    assert len(world.writer.writes) == 1


def test_a_move_reduces_first_and_increases_only_when_that_is_done(world):
    world.apply(world.plan({"a": {"e1": 60, "e2": 30}, "b": {"e3": 10}}))
    plan = world.plan({"b": {"e3": 10, "e1": 60}, "a": {"e2": 30}}, sets={"a": "m", "b": "m"})
    world.writer.refusing = {key("a")}

    report = world.apply(plan)

    assert states(report) == {"a": "refused", "b": "held"}
    assert world.held()[key("b")].seconds == 10

    world.writer.refusing = set()
    assert states(world.apply(plan)) == {"a": "done", "b": "done"}
    assert [name for name, _ in world.writer.writes[-2:]] == ["a.json", "b.json"]


def test_a_refused_write_can_be_tried_again_with_the_same_plan(world):
    plan = world.plan({"a": {"e1": 60}})
    world.writer.refusing = {key("a")}
    assert world.apply(plan).exit_code == 5
    assert world.apply(plan).exit_code == 5
    world.writer.refusing = set()
    assert world.apply(plan).exit_code == 0

    with world.journal() as journal:
        attempts = [(r.event, r.attempt) for r in journal.records(document=key("a"))]
    assert attempts == [
        (Event.INTENDED, 1),
        (Event.REFUSED, 1),
        (Event.INTENDED, 2),
        (Event.REFUSED, 2),
        (Event.INTENDED, 3),
        (Event.DONE, 3),
    ]


def test_a_full_disk_refuses_what_could_not_be_written(world):
    world.writer.failing = OSError(28, "No space left on device")
    report = world.apply(world.plan({"a": {"e1": 60}}))

    assert states(report) == {"a": "refused"}
    assert "No space left on device" in report.results[0].why.message
    assert world.held() == {}
    world.writer.failing = None
    assert world.apply(world.plan({"a": {"e1": 60}})).exit_code == 0


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNKNOWN])
def test_what_can_be_mended_names_the_plan_to_apply_again(world, monkeypatch, status):
    def write(writer, name, changes):
        why = Diagnostic("TO419", "a.json: No space left on device")
        return [Outcome(document=c.document, status=status, diagnostic=why) for c in changes]

    monkeypatch.setattr(FileWriter, "write", write)
    (found,) = world.apply(world.plan({"a": {"e1": 60}})).diagnostics
    assert (found.code, found.next) == ("TO419", "tieout apply plan.tieout")
    with world.journal() as journal:
        assert not journal.open_intents()


def test_a_lost_answer_is_settled_by_looking(world):
    world.writer.lost = True
    report = world.apply(world.plan({"a": {"e1": 60}}))

    assert states(report) == {"a": "done"}
    assert world.written()[key("a")][0] == 1


def test_a_lost_answer_of_slow_books_waits_before_it_looks(world):
    world.reader.capabilities = replace(world.reader.capabilities, once=Once.LOOKUP, settle=30)
    world.writer.lost = True
    world.apply(world.plan({"a": {"e1": 60}}))
    assert world.waited == [30]


def test_a_writer_that_forgets_a_document_is_not_believed(world):
    world.writer.forgetful = {key("a1")}
    report = world.apply(world.plan({"a1": {"e1": 60}, "a2": {"e2": 5}}))
    assert states(report) == {"a1": "done", "a2": "done"}


def test_without_any_answer_it_stays_unknown_and_blocks_until_resumed(world):
    plan = world.plan({"a": {"e1": 60}, "b": {"e2": 5}}, sets={"a": "s", "b": "s"})
    world.writer.lost = True

    def deaf_after_the_write(step):
        if step == "written a.json":
            world.reader.broken = Refused([])

    world.checkpoint = deaf_after_the_write
    report = world.apply(plan)
    assert states(report) == {"a": "unknown", "b": "held"}
    assert report.exit_code == 5
    assert "--resume" in report.results[0].why.next

    world.checkpoint, world.writer.lost, world.reader.broken = lambda _: None, False, None
    refused = refusal(world, plan)
    assert (codes(refused), refused.exit_code) == (["TO524"], 3)
    assert refused.diagnostics[0].next == "tieout apply plan.tieout --resume"

    resumed = world.apply(plan, resume=True)
    assert states(resumed) == {"a": "already_done", "b": "done"}
    assert resumed.exit_code == 0


def test_neither_before_nor_after_is_drift(world):
    world.writer.lost = True
    world.writer.mangling = {key("a")}
    report = world.apply(world.plan({"a": {"e1": 60}}))
    assert states(report) == {"a": "refused"}
    assert report.results[0].why.code == "TO533"


def test_books_that_change_what_they_are_given_are_told_about(world):
    world.writer.mangling = {key("a")}
    report = world.apply(world.plan({"a": {"e1": 60}}))

    assert (states(report), report.exit_code) == ({"a": "differs"}, 5)
    assert report.results[0].why.code == "TO537"
    assert world.written()[key("a")] == (1, document(key("a"), {"e1": 60}))


def test_the_breaker_opens_after_batches_that_came_to_nothing(world):
    names = [chr(ord("a") + n) for n in range(BREAKER + 2)]
    world.writer.failing = OSError(5, "Input/output error")
    report = world.apply(world.plan({name: {"e" + name: 1} for name in names}))

    assert report.halted.code == "TO538"
    assert len(report.of(State.REFUSED)) == BREAKER
    assert len(report.of(State.NOT_TRIED)) == 2


def test_asked_to_stop_it_finishes_the_batch_in_flight(world):
    asked = []
    world.checkpoint = lambda step: asked.append(1) if step == "intended a.json" else None
    world.stop = lambda: bool(asked)
    report = world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 5}}))

    assert states(report) == {"a": "done", "b": "not_tried"}
    assert (report.halted.code, report.exit_code) == ("TO539", 5)
    assert events(world)[-1] == "closed"


def test_asked_to_stop_when_all_was_done_is_done(world):
    asked = []
    world.checkpoint = lambda step: asked.append(1) if step == "recorded a.json" else None
    world.stop = lambda: bool(asked)
    report = world.apply(world.plan({"a": {"e1": 60}}))
    assert (report.exit_code, report.halted) == (0, None)


def test_a_broken_lock_stops_everything_at_once(world):
    def break_lock(step):
        if step == "recorded a.json":
            lock.path(world.state).unlink()

    world.checkpoint = break_lock
    report = world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 5}}))
    assert states(report) == {"a": "done", "b": "not_tried"}
    assert report.halted.code == "TO540"
    assert events(world)[-1] == "done"


def test_the_second_of_two_applies_is_told_who_holds_the_lock(world):
    plan = world.plan({"a": {"e1": 60}})
    told = []

    def second(step):
        if step == "intended a.json":
            told.append(refusal(World(world.root), plan))

    world.checkpoint = second
    assert world.apply(plan).exit_code == 0
    assert (codes(told[0]), told[0].exit_code) == (["TO510"], 3)
    assert "kim" in told[0].diagnostics[0].message


def test_adopt_and_forget_touch_the_journal_alone(world):
    found = document(key("a"), {"e1": 60})
    world.writer.write("a.json", [change(Action.CREATE, None, found)])
    adopt = plan_of(
        [change(Action.ADOPT, found, found)], identity=world.reader.identity, applied={}
    )
    assert world.apply(adopt).counts() == {"adopt": {"done": 1}}
    assert world.written()[key("a")] == (1, found)

    world.edit(key("a"))
    forget = plan_of(
        [change(Action.FORGET, None, None, 2)],
        identity=world.reader.identity,
        applied={key("a"): (1, found.digest)},
    )
    assert world.apply(forget).counts() == {"forget": {"done": 1}}
    assert world.written()[key("a")] == (2, None)
    assert len(world.writer.writes) == 1


def test_adopt_then_update_of_one_document_go_in_one_plan(world):
    found, wanted = document(key("a"), {"e1": 60}), document(key("a"), {"e1": 90})
    world.writer.write("a.json", [change(Action.CREATE, None, found)])
    plan = plan_of(
        [change(Action.ADOPT, found, found), change(Action.UPDATE, found, wanted, 2)],
        identity=world.reader.identity,
        applied={},
    )

    assert world.apply(plan).exit_code == 0
    assert world.written()[key("a")] == (2, wanted)
    assert states(world.apply(plan)) == {"a": "already_done"}


def test_what_is_adopted_must_still_be_there(world):
    found = document(key("a"), {"e1": 60})
    adopt = plan_of(
        [change(Action.ADOPT, found, found)], identity=world.reader.identity, applied={}
    )
    assert states(world.apply(adopt)) == {"a": "refused"}


def test_a_guard_refuses_until_it_is_overridden_for_this_very_plan(world):
    guard = Guard(name="creates", value="2", limit="1", ok=False)
    plan = world.plan({"a": {"e1": 60}}, guards=(guard,))
    refused = refusal(world, plan)
    assert (codes(refused), refused.exit_code) == (["TO523"], 3)
    assert refused.diagnostics[0].next == (
        'tieout approve plan.tieout --override creates --reason "…"'
    )

    other = Approval(
        plan="0" * 64,
        approver="lee",
        at="2026-11-23T12:00:00Z",
        overrides={"creates": "older plan"},
    )
    assert codes(refusal(world, plan, approvals=[other])) == ["TO523"]

    this = replace(other, plan=plan.id)
    assert world.apply(plan, approvals=[this, replace(this, overrides={})]).exit_code == 0
    assert events(world)[:3] == ["opened", "override", "approved"]
    assert world.apply(plan).nothing_done


def test_a_blocking_exception_refuses(world):
    block = Exception_(
        code="TO201",
        severity="block",
        purpose="billing",
        entry="toggl:1",
        owner=None,
        message="project not mapped",
    )
    held = replace(block, severity="hold")
    plan = world.plan({"a": {"e1": 60}}, exceptions=(block, held))
    assert codes(refusal(world, plan)) == ["TO525"]
    allowed = Approval(
        plan=plan.id, approver="lee", at="2026-11-23T12:00:00Z", overrides={"blocked": "known"}
    )
    assert world.apply(plan, approvals=[allowed]).exit_code == 0


@pytest.mark.parametrize(
    "other",
    [
        {"company": "acme"},
        {"environment": "sandbox"},
        {"targets": {"books": "file:elsewhere"}},
        {"targets": {"books": "file:books", "gone": "file:gone"}},
    ],
)
def test_a_plan_for_anything_else_is_refused(world, other):
    refused = refusal(world, world.plan({"a": {"e1": 60}}, **other))
    assert (codes(refused), refused.exit_code) == (["TO520"], 3)


def test_books_that_were_swapped_under_the_state_are_refused(world):
    world.apply(world.plan({"a": {"e1": 60}}))
    (world.root / "other").mkdir()
    world.reader.folder = world.root / "other"
    assert codes(refusal(world, world.plan({"b": {"e2": 1}}))) == ["TO520"]


def test_a_state_that_was_replaced_is_noticed(world):
    plan = world.plan({"a": {"e1": 60}})
    plan = replace(plan, envelope=replace(plan.envelope, serial=7, journal_head="f" * 64))
    refused = refusal(world, plan)
    assert (codes(refused), refused.exit_code) == (["TO522"], 4)


def test_another_config_is_refused_only_when_one_is_expected(world):
    plan = world.plan({"a": {"e1": 60}})
    refused = refusal(world, plan, expect_config="d" * 64)
    assert (codes(refused), refused.exit_code) == (["TO530"], 3)
    assert world.apply(plan, expect_config=plan.body.config).exit_code == 0


def test_all_reasons_come_at_once_and_stale_outranks(world):
    world.apply(world.plan({"a": {"e1": 60}}))
    guard = Guard(name="creates", value="2", limit="1", ok=False)
    plan = world.plan({"b": {"e2": 60}}, guards=(guard,))
    world.apply(world.plan({"b": {"e2": 1}}))
    stale = plan_of(
        [
            *plan.body.changes,
            change(Action.CREATE, None, document(key("c"), {"x": 1}), document=key("c")),
        ],
        identity=world.reader.identity,
        applied={},
        guards=(guard,),
    )
    refused = refusal(world, stale, expect_config="d" * 64)
    assert codes(refused) == ["TO521", "TO523", "TO530"]
    assert refused.exit_code == 4


def test_a_snapshot_that_cannot_be_kept_is_a_warning(world):
    def broken_at_the_end(step):
        if step == "recorded a.json":
            world.reader.broken = OSError("gone away")

    world.checkpoint = broken_at_the_end
    report = world.apply(world.plan({"a": {"e1": 60}}))
    assert report.exit_code == 0
    assert [d.code for d in report.notices] == ["TO542"]


def test_books_that_cannot_be_read_end_the_walk_with_a_report(world):
    plan = world.plan({"a": {"e1": 60}})
    world.reader.broken = Refused([])
    report = world.apply(plan)
    assert (states(report), report.exit_code) == ({"a": "not_tried"}, 5)
    assert report.halted.code == "TO541"
    world.reader.broken = None
    assert world.apply(plan).exit_code == 0


def test_an_empty_plan_does_nothing(world):
    report = world.apply(world.plan({}))
    assert (report.exit_code, report.nothing_done, report.results) == (0, True, ())


def test_a_clock_that_goes_back_harms_nothing(world):
    world.clock = ticking(step=-(NOON - NOON.replace(hour=11)))
    world.apply(world.plan({"a": {"e1": 60}}))
    world.apply(world.plan({"a": {"e1": 61}}))
    assert world.written()[key("a")][0] == 2


def test_the_dry_run_tells_the_requests_and_writes_nothing(world):
    world.apply(world.plan({"b": {"e2": 1}}))
    plan = world.plan({"a": {"e1": 60}, "b": {}})
    with world.journal() as journal:
        head = journal.head()

    lines = rehearse(Request(plan=plan, file="plan.tieout"), world.session())

    assert f"create {key('a')} in a.json" in lines
    assert f"void {key('b')} in b.json" in lines
    assert lines.index(f"void {key('b')} in b.json") < lines.index(f"create {key('a')} in a.json")
    assert key("b") in world.held()
    with world.journal() as journal:
        assert journal.head() == head


def test_the_dry_run_before_the_first_apply_leaves_no_state(world):
    found = document(key("z"), {"e9": 1})
    adopt = change(Action.ADOPT, found, found, document=key("z"))
    create = world.plan({"a": {"e1": 60}}).body.changes
    plan = plan_of([adopt, *create], identity=world.reader.identity, applied={})
    lines = rehearse(Request(plan=plan, file="plan.tieout"), world.session())
    assert f"journal: adopt {key('z')}" in lines
    assert not world.state.exists()


def test_the_report_is_data(world):
    world.writer.refusing = {key("a")}
    data = world.apply(world.plan({"a": {"e1": 60}, "b": {"e2": 1}})).as_json()
    assert data["counts"] == {"create": {"done": 1, "refused": 1}}
    assert data["results"][0]["why"]["code"] == "TO999"
    assert (data["halted"], data["exit_code"]) == (None, 5)
