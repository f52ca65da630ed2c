"""Rendering of report templates, a company's own among them, in a sandbox.

A template is text that somebody wrote in a pull request; it gets plain data, reads no file but
templates, and comes to an end: every turn of a loop, every call and every letter shown draws on a
budget. HTML is escaped by Jinja, Markdown by ``reporting.markdown``, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError, TemplateNotFound, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup
from markupsafe import escape as html

from tieout.config import resources
from tieout.domain.diagnostic import Diagnostic, Position, Refused
from tieout.domain.money import format_seconds
from tieout.reporting import codes, figures, markdown

#: What one rendering may use: turns of loops, calls, letters. A report of 100,000 rows stays below.
BUDGET = 20_000_000
#: The longest template, in bytes, and the longest page, in characters.
LONGEST_TEMPLATE, LONGEST_PAGE = 256 * 1024, 32 * 1024 * 1024

#: What Python raises for a template that does with data what can't be done.
_MISTAKES = (RecursionError, TypeError, ValueError, ArithmeticError, LookupError)
_FILTERS = ("default", "escape", "e", "first", "last", "length", "lower", "upper", "title")


def render(name: str, data: Mapping[str, Any], root: Path | None = None) -> str:
    """The template ``name`` (``reconciliation.md.j2``) filled with ``data``: mappings, lists, text.

    ``root`` is the company's folder; its ``reports/`` goes before the built-in templates. Raises
    ``Refused`` with TO291 when a template can't be read and TO292 when it fails.
    """
    environment = _Sandbox(root, escape=markdown.escape if ".md" in name else _html)
    try:
        pages, size = [], 0
        for piece in environment.get_template(name).generate(dict(data)):
            size += len(piece)
            if size > LONGEST_PAGE:
                raise SecurityError(f"the page is longer than {LONGEST_PAGE:,} characters")
            pages.append(piece)
        return "".join(pages)
    except TemplateNotFound as missing:
        raise Refused([_not_found(str(missing.name or name))]) from None
    except (TemplateError, *_MISTAKES) as mistake:
        raise Refused([_failed(name, mistake)]) from None


def _html(value: object) -> Markup:
    """Any value as inert text: no tag or attribute, and nothing that turns the direction of others."""
    return html(figures.inert(str(value)))


class _Templates(BaseLoader):
    """The company's ``reports/`` over the built-in ones; no name leads out of either folder."""

    def __init__(self, root: Path | None) -> None:
        self.folder = root / "reports" if root else None

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        path = self._own(template) or self._built_in(template)
        if path is None or path.stat().st_size > LONGEST_TEMPLATE:
            raise TemplateNotFound(template)
        return path.read_text(encoding="utf-8"), str(path), lambda: True

    def _own(self, name: str) -> Path | None:
        """The company's file of that name, unless it or a folder on its way leads out."""
        if self.folder is None or not self.folder.is_dir() or not name or "\x00" in name:
            return None
        path, home = (self.folder / name).resolve(), self.folder.parent.resolve() / "reports"
        return path if path.is_file() and path.is_relative_to(home) else None

    def _built_in(self, name: str) -> Path | None:
        try:
            return resources.template(name)
        except resources.ResourceMissing:
            return None


class _Sandbox(SandboxedEnvironment):
    """Jinja without methods, with few filters, and with a budget that every step draws on."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, root: Path | None, escape: Callable[[Any], Any]) -> None:
        super().__init__(
            loader=_Templates(root), autoescape=True, undefined=StrictUndefined, cache_size=50,
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=self._shown,
        )  # fmt: skip
        self.left, self.escape_text = BUDGET, escape
        self.filters = {name: self.filters[name] for name in _FILTERS} | {
            "hours": format_seconds, "money": figures.money, "moneys": figures.moneys,
            "count": lambda number: f"{number:,}", "code_title": codes.title,
            "counted": self._counted, "bounded": self._bounded,
        }  # fmt: skip
        self.globals = {}

    def spend(self, steps: int) -> None:
        """Take ``steps`` off the budget; SecurityError when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise SecurityError("the template loops too often, or shows too much")

    def get_template(self, *args: Any, **kwargs: Any) -> Any:
        self.spend(1_000)
        return super().get_template(*args, **kwargs)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Every loop is counted and every joined text is measured, whoever wrote the template."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            static = sum(len(text.data) for text in loop.find_all(nodes.TemplateData))
            loop.iter = _filter(loop.iter, "counted", nodes.Const(1 + static))
        for output in tree.find_all((nodes.Output, nodes.Assign)):
            _measure(output)
        return tree

    def wrap_str_format(self, value: Any) -> None:
        """Jinja would let a text's own ``format`` through, and with it ``{:>999999999}``."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Data has no methods here but a mapping's; loops and macros have what Jinja gives."""
        if isinstance(obj, Mapping):
            return attr in ("items", "keys", "values")
        return isinstance(obj, (LoopContext, Macro)) and super().is_safe_attribute(obj, attr, value)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.spend(100)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic is for numbers: a text times a million is memory, not a report."""
        if not (isinstance(left, int) and isinstance(right, int)) or operator == "**":
            raise SecurityError(f"{operator} works on whole numbers only here; join texts with ~")
        return super().call_binop(context, operator, left, right)

    def _counted(self, items: Iterable[Any], cost: int) -> Iterator[Any]:
        for item in items:
            self.spend(cost)
            yield item

    def _bounded(self, text: str) -> str:
        self.spend(len(text))
        return text

    def _shown(self, value: Any) -> Any:
        """What an expression shows: escaped for the page's own language, and counted."""
        if isinstance(value, Markup):
            return value
        shown = Markup(self.escape_text("" if value is None else value))
        self.spend(len(shown))
        return shown


def _measure(node: nodes.Node) -> None:
    """Wrap each ``a ~ b`` under ``node`` so that its length is drawn off the budget."""
    for name, value in node.iter_fields():
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if isinstance(child, nodes.Node):
                _measure(child)
            if isinstance(child, nodes.Concat):
                wrapped = _filter(child, "bounded")
                if isinstance(value, list):
                    value[index] = wrapped
                else:
                    setattr(node, name, wrapped)


def _filter(node: nodes.Node, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)


def _not_found(name: str) -> Diagnostic:
    known = ", ".join(resources.names("reports")) or "none"
    return Diagnostic(
        code="TO291", message=f"no report template {figures.safe(name)[:80]!r}",
        hint=f"put it into reports/, or use a built-in one: {known}", next="tieout explain TO291",
    )  # fmt: skip


def _failed(name: str, error: Exception) -> Diagnostic:
    line = getattr(error, "lineno", None) or _line(error)
    return Diagnostic(
        code="TO292", message=f"the template fails: {figures.safe(str(error))[:200]}",
        position=Position(f"reports/{name}", line or 0),
        hint="correct the line that is named; the built-in templates are examples",
        next="tieout explain TO292",
    )  # fmt: skip


def _line(error: BaseException) -> int:
    """Where in the template it failed: Jinja gives the innermost frame the template's own line."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
