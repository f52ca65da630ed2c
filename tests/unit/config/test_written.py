"""What is written for people reads back as the very text, wherever it stands."""

from hypothesis import given
from hypothesis import strategies as st

from tieout.config.reader import read
from tieout.config.written import flow, remark, scalar, slug

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def back(text):
    wrong = []
    found = read(text.encode(), lambda *args: wrong.append(args))
    assert wrong == [], text
    return found


@given(TEXTS)
def test_any_text_is_read_back(text):
    assert back(f"key: {scalar(text)}  # said\n") == {"key": text}


@given(TEXTS, TEXTS)
def test_inside_of_braces_too(one, other):
    line = f"- {flow({'a': one, 'b': other})}\n"
    assert back(line) == [{"a": one, "b": other}]
    assert line.count("\n") == 1


def test_what_needs_no_quotes_has_none_and_what_others_would_guess_has():
    plain = ["Acme Corp", "Cedar & Finch", "ana@example.org", "Müller (Köln)", "E-001"]
    assert [scalar(text) for text in plain] == plain
    for text in ("no", "Yes", "010", "1.10", "12:30", "2026-11-03", "", " x", "a: b", "a #b", "{x"):
        assert scalar(text).startswith('"'), text


@given(TEXTS)
def test_a_remark_is_one_line_that_shows_all_it_says(text):
    said = remark(text)
    assert said.isprintable()
    assert back(f"key: x  # {said}\n") == {"key": "x"}


def test_an_id_out_of_a_name():
    assert slug("Müller & Söhne: GmbH #1") == "muller-sohne-gmbh-1"
    assert slug("東京") == ""
