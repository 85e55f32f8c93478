"""The fictional city is drawn from its seed alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.people.rules import clean_name
from app.sample.rules import content_hash, plan_city

REQUIRED = {"reception": ("m1", "m2", "m3"), "nurse": ("m1", "m3"), "doctor": ("m1", "m3"), "admin": ("m1",)}


def city(facilities: int = 24, staff: int = 1800, seed: int = 1):
    return plan_city(facilities=facilities, staff=staff, seed=seed, required=REQUIRED)


def test_the_same_seed_makes_the_same_city_and_another_seed_another():
    assert content_hash(city()) == content_hash(city())
    assert content_hash(city(seed=2)) != content_hash(city())


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(0, 800), st.integers(0, 5))
def test_a_city_has_just_the_people_asked_for(facilities: int, more: int, seed: int):
    plans = list(city(facilities, 2 * facilities + more, seed))
    assert len(plans) == facilities
    assert sum(len(plan.people) for plan in plans) == 2 * facilities + more
    assert min(len(plan.people) for plan in plans) >= 2
    assert len({plan.code for plan in plans}) == facilities


@pytest.mark.parametrize(("facilities", "staff"), [(0, 10), (5, 9)])
def test_a_city_without_room_for_its_managers_cannot_be(facilities: int, staff: int):
    with pytest.raises(ValueError, match="a city needs"):
        list(city(facilities, staff))


def test_a_city_has_life_in_it():
    people = [person for plan in city() for person in plan.people]
    days = [each.days_ago for person in people for each in person.certificates]
    assert max(days) > 366, "some certificates have expired"
    assert min(days) < 30
    assert any(person.reading for person in people)
    assert any(person.is_on_leave for person in people)
    assert any(person.days_employed < 30 for person in people)
    assert {plan.type for plan in city()} == {
        "hospital",
        "health_centre",
        "health_station",
        "polyclinic",
        "specialist_clinic",
    }
    assert all(clean_name(person.name) == person.name for person in people)


def test_managers_stand_first_and_everyone_stands_in_a_unit_of_the_place():
    for plan in city():
        assert (plan.people[0].position, plan.people[1].position) == ("admin", "leader")
        assert {person.unit for person in plan.people} <= set(plan.units)
        assert all(plan.points[point].unit == person.unit for person in plan.people for point in person.points)
