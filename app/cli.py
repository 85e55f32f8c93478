"""Every command of the house, gathered from the rooms."""

from flask import Flask

from app.kernel import cli as ground
from certificates import cli as certificates
from app.sample import cli as sample
from courses import cli as courses
from quizzes import cli as quizzes


def start(app: Flask) -> None:
    """Give ``flask`` the click group of each room."""
    app.cli.add_command(ground.jobs)
    app.cli.add_command(courses.courses)
    app.cli.add_command(quizzes.quizzes)
    app.cli.add_command(certificates.certificates)
    app.cli.add_command(sample.city)
