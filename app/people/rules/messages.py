"""The words for everything a roster import can say, in English as the catalogues know them, by code.

Rules translate nothing: pages and commands look a code up here and translate the sentence with its values.
"""

from app.people.rules.headings import Meaning
from app.people.rules.plan import MissingChoice, Outcome


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues."""
    return sentence


# What is asked about a row (``Problem.code``) or about many (``Question.code``).
PROBLEMS: dict[str, str] = {
    "name_missing": _("This row has no name."),
    "name_odd": _("“%(name)s” does not look like a person's name."),
    "text_too_long": _("Longer than %(limit)s characters."),
    "value_missing": _("The formula in this cell has no result."),
    "value_missing_all": _("%(count)s cells hold formulas without a result."),
    "duplicate_row": _("The same as row %(row)s."),
    "code_twice": _("Staff code %(code)s is also in row %(row)s (%(other)s)."),
    "code_other_name": _("Staff code %(code)s belongs to %(other)s; the file says %(name)s."),
    "likely_duplicate": _("Perhaps one person: %(name)s / %(other)s"),
    "person_twice": _("%(name)s is already in row %(row)s."),
    "left_before": _("%(name)s worked here before and had left."),
    "phone_zero_lost": _("Excel dropped the first 0: %(written)s was probably %(phone)s."),
    "phone_zero_lost_all": _("%(count)s phone numbers lost their first 0 in Excel, such as %(written)s."),
    "phone_several": _("Several numbers in one cell: %(written)s"),
    "phone_several_all": _("%(count)s cells hold several numbers, such as %(written)s."),
    "phone_wrong": _("“%(written)s” is not a mobile number."),
    "phone_wrong_all": _("%(count)s cells hold no mobile number, such as “%(written)s”."),
    "phone_twice": _("%(phone)s is also in row %(row)s (%(other)s)."),
    "phone_of_other": _("%(phone)s belongs to %(other)s."),
    "date_wrong": _("“%(written)s” is not a date."),
    "date_wrong_all": _("%(count)s cells hold no date, such as “%(written)s”."),
    "unit_unknown": _("“%(written)s” is not among the units (rows: %(count)s)."),
    "unit_missing": _("New people without a unit: %(count)s"),
    "position_unknown": _("Which position is “%(written)s”? (rows: %(count)s)"),
    "position_missing": _("New people without a position: %(count)s. Which is it?"),
    "point_unknown": _("“%(written)s” is not among the service points (rows: %(count)s)."),
    "no_identifier": _("New people with neither a staff code nor a phone number to sign in with: %(count)s"),
    "date_order": _("Dates in which it is unclear which number is the day: %(count)s"),
    "legacy_encoding": _("The file uses an old font (%(scheme)s). After conversion: %(before)s → %(after)s"),
}

# The answers (``Choice.code``).
CHOICES: dict[str, str] = {
    "skip_row": _("Leave this row out"),
    "leave_empty": _("Leave empty"),
    "keep_text": _("Keep as it is"),
    "convert": _("Convert"),
    "use_this_row": _("Use this row, leave out row %(row)s"),
    "keep_name": _("One person, the name stays %(name)s"),
    "change_name": _("One person, the name is now %(name)s"),
    "new_person": _("Someone new: %(name)s"),
    "same_person": _("One person: %(name)s"),
    "same_person_of_unit": _("One person: %(name)s · %(unit)s"),
    "same_person_renamed": _("One person: %(other)s is now called %(name)s"),
    "same_row": _("One person, already in row %(row)s (%(name)s)"),
    "two_people": _("Two people"),
    "return": _("Works here again"),
    "repair": _("Add the 0"),
    "use_first": _("Use the first number"),
    "use_this_phone": _("The number belongs here; empty it in row %(row)s"),
    "create_unit": _("Create the unit %(name)s"),
    "use_unit": _("%(name)s"),
    "use_position": _("%(name)s"),
    "use_point": _("%(name)s"),
    "make_code": _("Make staff codes for them"),
    "day_first": _("%(written)s is day %(day)s, month %(month)s"),
    "month_first": _("%(written)s is day %(day)s, month %(month)s"),
}

# What becomes of people who are not in the file.
MISSING_CHOICES: dict[MissingChoice, str] = {
    MissingChoice.KEEP: _("Keep"),
    MissingChoice.LEFT: _("Has left"),
    MissingChoice.MOVED: _("Works elsewhere"),
}

# What is told about a row without asking (``Note.code``).
NOTES: dict[str, str] = {
    "name_cleaned": _("Name tidied: %(before)s → %(after)s"),
    "name_spelling_kept": _("The file has %(written)s; the name stays %(name)s."),
    "name_marks_kept": _("The file has %(written)s; the name stays %(name)s."),
    "code_zeros_restored": _("Excel dropped zeros: staff code %(before)s is %(after)s."),
    "phone_wrong_kept": _("“%(written)s” is not a mobile number; the stored one stays."),
    "phone_unconfirmed": _("The phone number stays as it is until this person confirms the new one."),
    "replaced_by_row": _("Row %(row)s is used instead."),
    "invitation_waits": _("Invited before; the answer comes when this person signs in."),
    "invitation_declined": _("This person has declined the invitation."),
}

# What is told about a file that was read (``Table.notes``).
TABLE_NOTES: dict[str, str] = {
    "hidden_sheets": _("Hidden sheets were not read."),
    "several_sheets": _("The file has several sheets; only this one was read."),
    "external_links": _("Some formulas refer to other files; only their last results were read."),
    "citizen_numbers": _("Citizens' numbers stood in the file; they were taken out and are not stored."),
    "encoding_windows_1258": _("The file was read as Windows-1258; please look at the names once more."),
}

# What must be mended in the columns first (``ColumnPlan.faults``).
COLUMN_FAULTS: dict[str, str] = {
    "column_name_missing": _("Choose the column that holds the names."),
    "column_identifier_missing": _("Choose the column with the staff codes or the one with the phone numbers."),
    "column_twice": _("Two columns have the same meaning; keep one."),
}

# Why a file cannot be read (``Invalid.code``).
FILE_REFUSALS: dict[str, str] = {
    "file_empty": _("The file is empty."),
    "file_no_rows": _("The file has no rows."),
    "file_no_sheet": _("The file has no visible sheet of that name."),
    "file_too_large": _("The file is larger than %(limit_mb)s MB."),
    "file_unpacks_too_large": _(
        "The file holds too much: more than %(limit_mb)s MB when unpacked. Copy the list into a new file."
    ),
    "file_too_many_rows": _(
        "Row %(row)s is filled; at most %(limit)s rows can be read. Delete what stands below the list."
    ),
    "file_too_many_columns": _(
        "Column %(column)s is filled; at most %(limit)s columns can be read. Delete what stands beside the list."
    ),
    "file_type": _("Only .xlsx and .csv files can be read."),
    "file_old_excel": _("This is an old Excel file (.xls). Open it in Excel and save it as .xlsx."),
    "file_macros": _("The file holds macros or is of another kind. Save it in Excel as .xlsx."),
    "file_password": _("The file is locked with a password. Take the password off and send it again."),
    "file_web_page": _("This is a web page under a spreadsheet's name. Open it in Excel and save it as .xlsx."),
    "file_encoding": _("The letters of this file cannot be read with certainty. Save it as .xlsx or as “CSV UTF-8”."),
    "file_broken": _("The file is damaged. Open it in Excel, save it again and send that."),
    "file_unsafe": _("The file holds something that a list never needs. Copy the list into a new file."),
    "import_too_old": _("This import was left for too long and its rows are gone. Send the file again."),
    "file_unreadable": _("The file takes too long to read. Copy the list into a new file."),
}

# What a column means.
MEANINGS: dict[Meaning, str] = {
    Meaning.NAME: _("Full name"),
    Meaning.FAMILY: _("Family and middle names"),
    Meaning.GIVEN: _("Given name"),
    Meaning.CODE: _("Staff code"),
    Meaning.UNIT: _("Unit"),
    Meaning.POSITION: _("Position"),
    Meaning.PHONE: _("Phone"),
    Meaning.START: _("First day of work"),
    Meaning.POINT: _("Service point"),
    Meaning.PRIVATE: _("Private, not stored"),
    Meaning.IGNORED: _("Not used"),
}

# What becomes of a row.
OUTCOMES: dict[Outcome, str] = {
    Outcome.NEW: _("New"),
    Outcome.UPDATE: _("Updated"),
    Outcome.SAME: _("Unchanged"),
    Outcome.LOOK: _("To look at"),
    Outcome.SKIP: _("Left out"),
    Outcome.INVITE: _("To be invited"),
}
