"""The words of colleagues' pages …"""

import ast
import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.template.loader import get_template

from scripts.make_messages import KEYWORDS, PACKAGES, ROOT, as_mo, as_po, catalogue_of, is_interface, marked_strings
from tests.marking import unmarked, unmarked_in_code

PLACEHOLDER = re.compile(r"%\(([^)]*)\)")
TEMPLATES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package / "templates").rglob("*.html"))
    if is_interface(path.relative_to(ROOT).as_posix())
]
CODE = [
    path
    for folder in ("commitments/admin", "commitments/templatetags", "commitments/web", "notifications/web")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if is_interface(path.relative_to(ROOT).as_posix())
    and path.name not in {"frames.py", "pictures.py", "provider_posts.py"}
]
"""The code of colleagues' pages; what is left out here speaks to machines alone."""
SCRIPTS = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package / "static").rglob("*.js"))
    if "vendor" not in path.parts
]
SENTENCE_IN_A_SCRIPT = re.compile(r"""(["'`])([A-Z][a-z]+ [^"'`<>]*|[^"'`<>]*[a-z]{2} [^"'`<>]*[a-z][.!?])\1""")


def name_of(path: Path) -> str:
    """Name a file from the repository's root."""
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def words() -> Catalog:
    """Return all that is marked, of customers and of colleagues."""
    return catalogue_of(ROOT, interface=True)


def forms(message: Message) -> list[str]:
    """Return a sentence's forms: one, or one for each plural."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_are_a_scope_of_their_own() -> None:
    everything = list(marked_strings(ROOT, interface=True))
    customers = list(marked_strings(ROOT, interface=False))

    assert [marked for marked in everything if not is_interface(marked[0])] == customers


def test_are_not_what_customers_read() -> None:
    assert not is_interface("notifications/templates/notifications/kept/body.txt")
    assert not is_interface("commitments/templates/commitments/customer_page/page.html")
    assert not is_interface("notifications/templates/notifications/pages/unsubscribe.html")
    assert is_interface("commitments/templates/commitments/customers/page.html")
    assert is_interface("notifications/templates/notifications/pages/preview.html")


def test_can_be_written_read_and_compiled(words: Catalog) -> None:
    read = read_po(BytesIO(as_po(words)), locale="en")

    assert {message.id for message in read} == {message.id for message in words}
    assert as_mo(read)


def test_have_placeholders_that_are_filled_by_name(words: Catalog) -> None:
    for message in words:
        for form in forms(message):
            names = PLACEHOLDER.findall(form)
            assert all(name.isidentifier() for name in names), form
            if names:
                assert form % defaultdict(str), form


def test_keep_their_names_in_each_plural_form(words: Catalog) -> None:
    for message in words:
        if isinstance(message.id, tuple | list):
            one, many = (set(PLACEHOLDER.findall(form)) for form in message.id)
            assert one <= many, message.id


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_stand_in_templates_that_can_be_read(path: Path) -> None:
    assert get_template(path.relative_to(ROOT).as_posix().partition("/templates/")[2])


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_are_all_marked_in_templates(path: Path) -> None:
    assert unmarked(path.read_text()) == []


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_are_all_marked_in_code(path: Path) -> None:
    assert unmarked_in_code(path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_stand_in_pages_rather_than_in_scripts(path: Path) -> None:
    assert SENTENCE_IN_A_SCRIPT.findall(path.read_text()) == []


def test_are_written_out_where_code_marks_them() -> None:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                    # No extractor finds what is put together while the product runs. A plural's last is its number.
                    said = call.args[:-1] if call.func.id.startswith("n") else call.args
                    assert all(isinstance(word, ast.Constant) for word in said), f"{path}:{call.lineno}"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>{% translate 'Kept' %}</p> · {{ name }} Kept", []),
        ("<p>Still <b>open</b></p>", ["Still", "open"]),
        ("<p>{% blocktranslate %}Still <b>open</b>{% endblocktranslate %}</p>", []),
        ("{# a remark #}{% comment %}another{% endcomment %}<style>p {}</style><script>let on</script>", []),
        ('<img alt="{{ name }} waits"><a title="{% translate "Open" %}" class="wide">&amp;</a>', [" waits"]),
        ('<input type="submit" value="Send"><input type="hidden" value="phone">', ["Send"]),
        ('<p data-on="off" data-says="Not stored yet"></p>', ["Not stored yet"]),
        ("{{ name|default:'nobody' }}{{ name|default:_('nobody') }}{{ form.at|date:'Y m' }}", ["nobody"]),
        ("<p class=\"{{ tone|default:'calm' }}\" title=\"{{ tone|default:'calm' }}\"></p>", ["calm"]),
        ("{{ number }}{{ number|pluralize }}", ["|pluralize"]),
        (
            "{% include 'part.html' with title='No mail' name='keep' %}{% with title=_('No mail') %}{% endwith %}",
            ["No mail"],
        ),
        ("{% if name %}yes{% else %}{% translate 'no' %}{% endif %}", ["yes"]),
    ],
)
def test_are_missed_where_nothing_marks_them(template: str, words: list[str]) -> None:
    assert unmarked(template) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('"""Says it all."""\nnames = ("kept", "in_person", "commitments/promise/page.html")', []),
        ('said = gettext("It is kept.")\nlabel = _("Kept at")', []),
        ('said = "It is kept."\nlabel = "Day"', ["It is kept.", "Day"]),
        ('def say():\n    """Say it all."""\n    return f"{who} kept it"', [" kept it"]),
        ('said = f"{place}/page.html#{name}"', []),
        ('def say(to: "Team", how: str = "By mail") -> "Asked":\n    answered: "Asked"', ["By mail"]),
        ('link = "<a class=\\"wide\\">{}</a>"', []),
        ('link = "Logged: <a>{}</a>"', ["Logged:"]),
        ('raise Refused("Say until when.", field="until_at")', ["Say until when."]),
    ],
)
def test_are_missed_in_code_where_nothing_marks_them(code: str, words: list[str]) -> None:
    assert unmarked_in_code(code) == words
