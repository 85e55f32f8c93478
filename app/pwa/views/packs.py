"""What a device keeps of a module, in parts, each with its size; and the key that seals it there."""

import base64
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify, render_template, url_for

from app.kernel import seals
from app.kernel.errors import NotFound
from app.kernel.held import held
from app.kernel.i18n import LANGUAGES, force_locale, in_language, language
from app.kernel.tokens import hash_token
from app.pwa import rules
from app.pwa.views.blueprint import blueprint, device_mark, keeper, marked, secret
from app.pwa.views.guide import guide_index
from app.pwa.views.scenarios import scenarios
from courses import queries
from courses.queries import LessonRow, LessonView, ModuleRow
from courses.views.cards import card_page


@blueprint.post("/offline/key")
def key() -> Response:
    """Hand the key of this person's store on this device to the person, and to nobody else; with what seals a file."""
    actor = keeper()
    mark, is_new = device_mark()
    answer = jsonify(
        owner=rules.owner_tag(secret(), actor.person_id),
        key=rules.store_key(secret(), actor.person_id, hash_token(mark)),
        language=language(),
        envelope=rules.write_envelope(secret(), actor.person_id, hash_token(mark)),
        server_key=base64.b64encode(seals.public_key(secret(), rules.RESCUE)).decode(),
    )
    return marked(answer, mark, is_new=is_new)


@blueprint.get("/offline/packs/<module>")
def pack(module: str) -> Response:
    """Say what a module's pack is made of and how much room it takes, in bytes, before anything is kept.

    It has its parts in every language: whoever reads another one later finds the module without network all the same.
    The guide comes along, as long as the device has not got it from another module.
    """
    actor = keeper()
    found = queries.get_module(module)
    parts: list[dict[str, Any]] = [
        {
            "name": f"{spoken}/{name}",
            "bytes": len(_text_of(found, name, spoken)),
            "url": url_for("pwa.part", module=module, version=found.version_id, part=name, lang=spoken),
        }
        for spoken in LANGUAGES
        for name in PARTS
    ]
    guide = guide_index()
    return jsonify(
        module=found.key,
        version=found.version_id,
        bytes=sum(each["bytes"] for each in parts) + guide["bytes"],
        parts=parts,
        guide=guide,
        positions={
            key: {"card": held.card + 1, "furthest": held.furthest}
            for key, held in queries.progress_of(actor.person_id, [found.id])[found.id].items()
        },
    )


@blueprint.get("/offline/packs/<module>/<int:version>/<part>")
def part(module: str, version: int, part: str) -> Response:
    """Return one part of the pack of a module's current version, as JSON in the reader's language."""
    keeper()
    found = queries.get_module(module)
    if found.version_id != version or part not in PARTS:
        raise NotFound("pack", module=module, version=version, part=part)
    return Response(_text_of(found, part, language()), mimetype="application/json")


def _text_of(module: ModuleRow, name: str, spoken: str) -> bytes:
    """Return a part as it travels; a version's parts never change, so that a process holds them."""
    return held(("pwa.part", module.version_id, spoken, name), lambda: _made(module, name, spoken))


def _made(module: ModuleRow, name: str, spoken: str) -> bytes:
    with force_locale(spoken):
        return current_app.json.dumps(PARTS[name](module)).encode()


def _about(module: ModuleRow) -> dict[str, Any]:
    """Return the module's own page: what it says of itself, and its lessons without their cards."""
    about = queries.get_about(module.version_id)
    return {
        "title": in_language(module.title),
        "summary": in_language(about["summary"]),
        "minutes": module.minutes,
        "quiz": about["quiz"],
        "lessons": [
            {
                "key": each.key,
                "place": each.place,
                "title": in_language(each.title),
                "minutes": each.minutes,
                "cards": each.card_count,
            }
            for each in queries.list_lessons(module.version_id)
        ],
    }


def _lessons(module: ModuleRow) -> dict[str, Any]:
    """Return every card as its page shows it, by the lesson's key; with its quick check after each possible choice."""
    found = queries.list_lessons_with_content(module.version_id)
    return {lesson.key: _cards(LessonView(module, lesson, content, None), lesson) for lesson, content in found}


def _cards(view: LessonView, lesson: LessonRow) -> list[dict[str, Any]]:
    return [_card(view, place) for place in range(1, lesson.card_count + 1)]


def _card(view: LessonView, place: int) -> dict[str, Any]:
    card = card_page(view, str(place), None)
    return {
        "heading": card.heading,
        "html": render_template("courses/_card.html", view=view, card=card, is_packed=True),
        "answered": {str(each.number): _answered(view, place, each.number) for each in card.options},
    }


def _answered(view: LessonView, place: int, choice: int) -> str:
    card = card_page(view, str(place), str(choice))
    return render_template("courses/_check.html", view=view, card=card, is_packed=True)


# A new kind of material is one line here, and one way to draw it in app/static/js/offline/draw.js.
PARTS: dict[str, Callable[[ModuleRow], Any]] = {"about": _about, "lessons": _lessons, "scenarios": scenarios}
