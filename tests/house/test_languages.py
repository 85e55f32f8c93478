"""Both languages are complete: every sentence has its Vietnamese words, and no words are kept that nobody says."""

from pathlib import Path

import pytest
from flask import Flask

from app.kernel.i18n import _, force_locale, ngettext
from scripts import translations

FRAGMENT = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def test_every_sentence_has_vietnamese_words():
    asked, held = translations.used(), translations.translated()
    assert {key: places for key, places in asked.items() if key not in held} == {}


def test_no_words_are_kept_that_nobody_says():
    assert translations.translated() - translations.used().keys() == set()


def test_the_fragments_have_no_fault():
    faults = translations.merge(translations.fragments())[1]
    assert faults == []


def test_sentences_of_code_templates_and_plurals_are_found():
    asked = translations.used()
    assert ("Skip to the content",) in asked, "a template"
    assert ("Please sign in first.",) in asked, "code"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('#, fuzzy\nmsgid "Yes"\nmsgstr "Có"\n', "is fuzzy"),
        ('msgid "Yes"\nmsgstr ""\n', "is not translated"),
        ('msgid "Yes"\nmsgstr "Có"\n', "says something else"),
        ('msgid "%(count)s people"\nmsgstr "%(number)s người"\n', "other placeholders"),
        ('msgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "ngày"\n', "other placeholders"),
    ],
)
def test_a_fragment_with_a_fault_is_refused(tmp_path: Path, entry: str, fault: str):
    (tmp_path / "a.po").write_text(FRAGMENT + 'msgid "Yes"\nmsgstr "Vâng"\n')
    (tmp_path / "b.po").write_text(FRAGMENT + entry)
    faults = translations.merge(sorted(tmp_path.glob("*.po")))[1]
    assert any(fault in each for each in faults)


def test_the_same_words_may_stand_in_two_fragments(tmp_path: Path):
    for name in ("a.po", "b.po"):
        (tmp_path / name).write_text(FRAGMENT + 'msgid "Yes"\nmsgstr "Vâng"\n')
    assert translations.merge(sorted(tmp_path.glob("*.po")))[1] == []


def test_the_reader_gets_the_words_of_the_chosen_language(app: Flask):
    with app.test_request_context("/"):
        assert _("Please sign in first.") != "Please sign in first."
        with force_locale("en"):
            assert _("Please sign in first.") == "Please sign in first."
            assert ngettext("%(num)d thing", "%(num)d things", 2) == "2 things"
