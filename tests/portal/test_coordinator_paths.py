"""Learning paths in the assign wizard: offered by position, expanded on the server, each module assigned once."""

import re
from html import unescape
from types import SimpleNamespace

import pytest

from app.assignments import queries
from app.kernel.db import db
from app.kernel.transaction import statement_counter
from courses.models import LearningPath, Module
from tests.assignments.builders import batches, browse, make_module, open_assignments
from tests.builders import employ, make_person, make_position, save

WIZARD = "/f/BV-HOASEN/assign"


def _text(page) -> str:
    plain = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(plain).replace("\u00a0", " "))


def _path(key: str, positions: list[str], *modules: Module) -> LearningPath:
    title = {"vi": f"Lộ trình {key}", "en": f"The {key} path"}
    keys = [module.key for module in modules]
    return save(LearningPath(key=key, rank=1, title=title, positions=positions, modules=keys, source="own"))


def _offered(page) -> list[str]:
    return re.findall(r'name="path" value="([^"]+)"', page.get_data(as_text=True))


@pytest.fixture
def modules(cast, morning) -> list[SimpleNamespace]:
    """The ids and codes of three modules; the path ``ward`` is for nurses, ``desk`` for reception."""
    made = [make_module(f"Học phần {letter}") for letter in "ABC"]
    _path("ward", ["nurse"], made[1], made[0])
    _path("desk", ["reception"], made[2])
    return [SimpleNamespace(id=module.id, code=module.code) for module in made]


def test_the_second_page_offers_first_the_paths_that_fit_the_positions(client, cast, modules):
    browser = browse(client, cast)
    nurse = make_position("nurse")
    page = browser.get(f"{WIZARD}?position={nurse.id}&step=what")
    assert _offered(page) == ["ward"]
    codes = f"{modules[1].code}, {modules[0].code}"
    assert f"Lộ trình cho các chức danh này Lộ trình ward 24 phút · {codes} Từng học phần" in _text(page)
    assert f'data-modules="{modules[1].id} {modules[0].id}"' in page.get_data(as_text=True)
    english = _text(browser.get(f"{WIZARD}?position={nurse.id}&step=what&lang=en"))
    assert f"Learning paths for these positions The ward path 24 minutes · {codes} Single modules" in english


def test_a_path_for_some_of_the_chosen_says_for_how_many(client, cast, modules):
    browser = browse(client, cast)
    clerk = make_person("Lê Văn Quầy")
    employ(clerk, cast.here, cast.ward, "reception")
    page = browser.get(f"{WIZARD}?everyone=1&step=what")
    assert _offered(page) == ["ward", "desk"]
    assert "dành cho 1 trong 4 người đã chọn, người khác cũng sẽ học" in _text(page)
    assert "made for 1 of the 4 chosen; the others learn it too" in _text(
        browser.get(f"{WIZARD}?everyone=1&step=what&lang=en")
    )


def test_without_a_path_that_fits_single_modules_are_left(client, cast, modules):
    browser = browse(client, cast)
    guard = make_person("Trần Văn Gác")
    employ(guard, cast.here, cast.ward, "support")
    page = browser.get(f"{WIZARD}?person={guard.id}&step=what")
    assert _offered(page) == []
    assert "Chưa có lộ trình cho những người đã chọn. Anh/Chị chọn từng học phần." in _text(page)
    english = _text(browser.get(f"{WIZARD}?person={guard.id}&step=what&lang=en"))
    assert "No path is made for the people chosen. Choose single modules." in english


def test_a_path_whose_modules_are_not_published_is_not_offered(client, cast, modules):
    save(LearningPath(key="later", rank=2, title={"vi": "Sau", "en": "Later"}, positions=["nurse"], modules=["m99"],
                      source="own"))  # fmt: skip
    assert "later" not in _offered(browse(client, cast).get(f"{WIZARD}?everyone=1&step=what"))


def test_a_chosen_path_stays_in_sight_when_other_people_are_chosen(client, cast, modules):
    page = browse(client, cast).get(f"{WIZARD}?everyone=1&path=desk&step=what")
    assert _offered(page) == ["ward", "desk"]
    assert 'value="desk" checked' in page.get_data(as_text=True)


def test_a_path_and_a_single_module_assign_each_module_once_in_the_paths_order(client, cast, modules):
    browser = browse(client, cast)
    chosen = f"person={cast.an.id}&path=ward&module={modules[0].id}&module={modules[2].id}"
    check = browser.get(f"{WIZARD}?{chosen}&due=30/11/2026&step=check")
    assert "Giao 3 học phần cho 1 người, hạn hết ngày 30/11/2026." in _text(check)
    assert "Lộ trình: Lộ trình ward." in _text(check)
    form = {
        "person": cast.an.id,
        "path": "ward",
        "module": [modules[0].id, modules[2].id],
        "due": "30/11/2026",
        "token": "the same page",
    }
    first, second = browser.post(WIZARD, form), browser.post(WIZARD, form)
    assert (first.status_code, first.location) == (303, second.location)
    (batch,) = batches()
    assert batch.module_ids == [modules[1].id, modules[0].id, modules[2].id]
    assert len(open_assignments(cast.here)) == 3


def test_a_path_alone_is_enough_and_what_is_no_path_is_nothing(client, cast, modules):
    browser = browse(client, cast)
    assert "Bước 3/4" in _text(browser.get(f"{WIZARD}?everyone=1&path=ward&step=when"))
    refused = _text(browser.get(f"{WIZARD}?everyone=1&path=flight&step=when"))
    assert "Chọn lộ trình hoặc ít nhất một học phần." in refused
    assert browser.post(WIZARD, {"everyone": "1", "path": "flight", "due": "30/11/2026"}).status_code == 422


def test_a_standing_rule_keeps_the_modules_of_the_day_it_was_written(client, cast, modules):
    browser = browse(client, cast)
    chosen = f"unit={cast.ward.id}&path=ward&standing=1&due=30/11/2026"
    assert "Quy tắc giữ các học phần mà lộ trình có hôm nay." in _text(browser.get(f"{WIZARD}?{chosen}&step=check"))
    english = _text(browser.get(f"{WIZARD}?{chosen}&step=check&lang=en"))
    assert "Learning path: The ward path. The rule keeps the modules that a path has today." in english
    form = {"unit": cast.ward.id, "path": "ward", "standing": "1", "due": "30/11/2026"}
    assert browser.post(WIZARD, form).status_code == 303
    db.session.rollback()
    (rule,) = queries.list_rules(cast.here.id)
    assert rule.module_ids == [modules[1].id, modules[0].id]


@pytest.mark.parametrize("step", ["what", "when", "check"])
def test_a_path_keeps_each_page_within_twelve_statements(client, cast, modules, step):
    browser = browse(client, cast)
    chosen = f"unit={cast.ward.id}&position={make_position('nurse').id}&path=ward&standing=1&due=30/11/2026"
    seen = statement_counter(db.engine)
    assert browser.get(f"{WIZARD}?step={step}&{chosen}").status_code == 200
    assert len(seen) <= 12, seen
