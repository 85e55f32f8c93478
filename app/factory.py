"""Builds the application: the ground first, then each room's doors."""

import os

from flask import Flask

from app import access, cli, errors, models, wiring
from app.kernel import db, forms, health, http, i18n, jobs, login, pages, settings, transaction
from app.kernel import log as ground_log
from app.people import queries as people
from app.people import views as people_views
from app.portal import context, coordinator, director, my_data, own_proof, result, staff, taskforce, two_minutes
from app.pwa import views as pwa_views
from certificates import views as certificates_views
from courses import views as courses_views
from quizzes import views as quizzes_views

__all__ = ["create_app", "models", "my_data", "own_proof", "result", "two_minutes"]

ROOMS = (
    health.blueprint,
    people_views.blueprint,
    courses_views.blueprint,
    certificates_views.blueprint,
    quizzes_views.blueprint,
    staff.blueprint,
    coordinator.blueprint,
    director.blueprint,
    taskforce.blueprint,
    pwa_views.blueprint,
)


def create_app(given: settings.Settings | None = None) -> Flask:
    """Return the whole product for ``given`` settings, or for those of the environment."""
    own = given or settings.read(os.environ)
    own.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("app", root_path=str(settings.ROOT / "app"), instance_path=str(own.instance))
    app.config.update(SECRET_KEY=own.secret_key, TESTING=own.environment == "test", PROPAGATE_EXCEPTIONS=False)
    app.extensions["settings"] = own
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    ground_log.start(own)
    pages.start(app)
    http.start(app, own)
    db.start(app, own)
    transaction.start(app)
    jobs.start(app, own)
    wiring.start()
    login.start(app, own, people.find_actor)
    access.start(app)
    forms.start(app)
    i18n.start(app)
    errors.start(app)
    context.start(app)
    for blueprint in ROOMS:
        app.register_blueprint(blueprint)
    cli.start(app)
    return app
