"""Which endpoints of the pages that mix rooms are open to whom."""

from app.people.permissions import Who

ACCESS: dict[str, Who] = {
    "coordinator.assign": Who.COORDINATOR,
    "coordinator.order": Who.COORDINATOR,
    "coordinator.assigned": Who.COORDINATOR,
    "coordinator.undo": Who.COORDINATOR,
    "coordinator.end_rule": Who.COORDINATOR,
    "coordinator.undo_import": Who.COORDINATOR,
    "coordinator.board": Who.MANAGER,
    "coordinator.export": Who.MANAGER,
    "coordinator.person": Who.MANAGER,
    "coordinator.change_due": Who.COORDINATOR,
    "coordinator.cancel": Who.COORDINATOR,
    "staff.home": Who.SIGNED_IN,
    "staff.two_minutes": Who.SIGNED_IN,
    "staff.mine": Who.SIGNED_IN,
    "staff.my_data": Who.SIGNED_IN,
    "staff.my_data_file": Who.SIGNED_IN,
    "staff.certificate": Who.SIGNED_IN,
    "staff.result": Who.SIGNED_IN,
    "director.readiness": Who.MANAGER,
    "taskforce.city": Who.TASKFORCE,
    "taskforce.export": Who.TASKFORCE,
}
