"""Every command of the house, gathered from the rooms."""

from flask import Flask

from app.kernel import cli as ground
from courses import cli as courses


def start(app: Flask) -> None:
    """Give ``flask`` the click group of each room."""
    app.cli.add_command(ground.jobs)
    app.cli.add_command(courses.courses)
