"""What the heading words of a roster's columns mean, in the spellings that lists use."""

import re
from enum import StrEnum

from app.people.rules.legacy import Scheme, decode
from app.people.rules.names import clean_text, term_key


class Meaning(StrEnum):
    """What a column holds. PRIVATE and IGNORED are not stored; of PRIVATE nothing is even shown (PR-08)."""

    NAME = "name"
    FAMILY = "family"
    GIVEN = "given"
    CODE = "code"
    UNIT = "unit"
    POSITION = "position"
    PHONE = "phone"
    START = "start"
    POINT = "point"
    PRIVATE = "private"
    IGNORED = "ignored"


_WHOLE = {
    Meaning.NAME: "name,ho va ten nv,nhan vien,nguoi hoc,can bo",
    Meaning.FAMILY: "ho,ho dem,ho lot,ho va dem,ho va lot,ho va ten dem,ho va ten lot,ho va chu dem,ho va chu lot,"
    "ho ten dem,ho ten lot,last name,surname,family name",
    Meaning.GIVEN: "ten,ten goi,first name,given name,forename",
    Meaning.CODE: "ma,ma so,id,code,so hieu,msnv,manv,mnv,mscb,macb,staff no,staff id,employee no,employee id,ms",
    Meaning.UNIT: "to,khoa,phong,team",
    Meaning.POSITION: "ngach,title,role,job",
    Meaning.PHONE: "dt,tel,cell,zalo",
}
_EXACT = {term: meaning for meaning, terms in _WHOLE.items() for term in terms.split(",")}

# Looked for in this order inside longer headings; the first that is found decides.
_INSIDE = tuple(
    (meaning, re.compile(rf"\b(?:{words})\b"))
    for meaning, words in (
        (
            Meaning.PRIVATE,
            "cccd|cmnd|cmtnd|cmt|can cuoc|chung minh|dinh danh|ho chieu|passport|id card|identity|national id|sinh|"
            "birth|dob|birthday|gioi tinh|gender|sex|dia chi|thuong tru|tam tru|address|e ?mail|que quan|dan toc|"
            "ton giao|bhxh|bhyt|bao hiem|ma so thue|mst|tai khoan|ngan hang|bank|luong|salary|he so|tuoi|age|hon nhan",
        ),
        (Meaning.IGNORED, "chuyen khoa|chuyen mon|trinh do|bang cap|ghi chu|ly do|note|notes|remarks?|hoc vi|nganh"),
        (Meaning.PHONE, "dien thoai|sdt|so dt|dtdd|di dong|mobile|phone|telephone|hotline|so zalo"),
        (
            Meaning.START,
            "vao lam|nhan viec|bat dau|tuyen dung|vao vien|ve khoa|nhan cong tac|start|hired?|hiring|joined|joining",
        ),
        (Meaning.POINT, "diem phuc vu|diem truc|vi tri phuc vu|quay|service point|desk"),
        (
            Meaning.CODE,
            "ma (?:so )?(?:nv|nhan vien|can bo|cb|cbvc|cbnv|vc|vien chuc|nhan su|ns|nld|nguoi lao dong|cc|hr)|"
            "(?:staff|employee|personnel) (?:code|id|no|number)|so hieu (?:vien chuc|can bo|nhan vien)",
        ),
        (Meaning.IGNORED, "ma|code"),
        (
            Meaning.NAME,
            "ho va ten|ho ten|hoten|ten day du|ten (?:nhan vien|nv|can bo|vien chuc|nguoi)|full ?name|"
            "(?:staff|employee|person) name",
        ),
        (
            Meaning.POSITION,
            "chuc danh|chuc vu|chuc nghiep|vi tri|nghe nghiep|cong viec|nhiem vu|position|job title|occupation",
        ),
        (
            Meaning.UNIT,
            "khoa|phong|phong ban|don vi|bo phan|noi cong tac|noi lam viec|trung tam|tram|department|dept|unit|ward|"
            "division",
        ),
    )
)
_NOTHING = re.compile(r"stt|tt|so tt|so thu tu|no|so")
_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_LONGEST_HEADING = 8


def meaning_of(heading: str) -> Meaning | None:
    """Return what a heading means, or None when its words say nothing; old fonts are read too."""
    readings = [heading, *(decode(heading, scheme) for scheme in Scheme if not heading.isascii())]
    return next((found for found in map(_meaning, readings) if found), None)


def _meaning(heading: str) -> Meaning | None:
    for text in (heading, _IN_BRACKETS.sub(" ", clean_text(heading))):
        term = term_key(text)
        if term in _EXACT:
            return _EXACT[term]
        if _NOTHING.fullmatch(term):
            return Meaning.IGNORED
        if term and len(term.split(" ")) <= _LONGEST_HEADING:
            found = next((meaning for meaning, words in _INSIDE if words.search(term)), None)
            if found:
                return found
    return None
