"""The positions the city knows, and what facilities call them in their own lists."""

import re
from dataclasses import dataclass

from app.people.rules.names import term_key


@dataclass(frozen=True, slots=True)
class KnownPosition:
    """A position of the city's list, in both languages."""

    code: str
    vi: str
    en: str


POSITIONS = (
    KnownPosition("leader", "Lãnh đạo, trưởng khoa phòng", "Leaders and heads of departments"),
    KnownPosition("doctor", "Bác sĩ, y sĩ", "Doctors and assistant doctors"),
    KnownPosition("nurse", "Điều dưỡng, hộ sinh, kỹ thuật y", "Nurses, midwives and medical technicians"),
    KnownPosition("pharmacist", "Dược sĩ", "Pharmacists"),
    KnownPosition("reception", "Tiếp đón, thu ngân, BHYT", "Reception, cashiers and health insurance desk"),
    KnownPosition("guide", "Góc truyền thông, công tác xã hội", "Communication corner and social work"),
    KnownPosition("it", "Công nghệ thông tin", "Information technology"),
    KnownPosition("admin", "Hành chính", "Administration"),
    KnownPosition("support", "Bảo vệ, hộ lý", "Guards and care assistants"),
    KnownPosition("collaborator", "Cộng tác viên sức khỏe cộng đồng", "Community health collaborators"),
)

# What the lists write, without marks. A head nurse is a nurse and a director's secretary is an administrator:
# such longer phrases are looked for first and use up their words.
_PHRASES = {
    "leader": (
        "lanh dao,giam doc,pho giam doc,ban giam doc,truong khoa,pho khoa,pho truong khoa,truong phong,pho phong,"
        "pho truong phong,truong tram,pho tram,pho truong tram,vien truong,pho vien truong,truong khoa phong,tk,ptk,"
        "truong don vi,phu trach khoa,phu trach phong,phu trach tram,truong bo phan,director,deputy director,"
        "head of department,head of unit,department head,leader,manager"
    ),
    "doctor": (
        "bac si,bac sy,bs,bscki,bsckii,bsck1,bsck2,bsnt,bsdk,bs dieu tri,bac si dieu tri,y si,y sy,ys,ysyhct,"
        "bac si noi tru,doctor,physician,assistant doctor,dentist,nha si"
    ),
    "nurse": (
        "dieu duong,dieu duong truong,dieu duong truong khoa,dieu duong vien,dd,ddt,ddtk,ddv,cndd,dd truong,"
        "dd truong khoa,ho sinh,ho sinh truong,ho sinh truong khoa,nu ho sinh,nhs,hsv,cnhs,ky thuat y,ky thuat vien,"
        "ky thuat vien truong,ky thuat vien truong khoa,ktv,ktv truong,ktvt,ktv xet nghiem,ky thuat vien xet nghiem,"
        "xet nghiem vien,cu nhan xet nghiem,y ta,nurse,head nurse,midwife,medical technician,technician"
    ),
    "pharmacist": "duoc si,duoc sy,ds,dsdh,dstd,dsth,dscd,dscki,dsckii,duoc ta,nhan vien duoc,pharmacist",
    "reception": (
        "tiep don,tiep nhan,nhan vien tiep don,nhan vien tiep nhan,thu ngan,thu phi,thu vien phi,vien phi,bhyt,"
        "bao hiem y te,giam dinh bhyt,giam dinh bao hiem y te,le tan,dang ky kham,quay dang ky,reception,receptionist,"
        "cashier,health insurance,front desk"
    ),
    "guide": (
        "truyen thong,goc truyen thong,nhan vien truyen thong,cong tac xa hoi,nhan vien cong tac xa hoi,ctxh,"
        "cham soc khach hang,cskh,huong dan,huong dan vien,huong dan nguoi benh,communication,social work,"
        "social worker,customer care"
    ),
    "it": (
        "cong nghe thong tin,cntt,it,tin hoc,ky su tin hoc,ky su cntt,ky su cong nghe thong tin,quan tri mang,"
        "lap trinh vien,ky thuat vien cntt,ktv cntt,ky thuat vien tin hoc,ktv tin hoc,"
        "ky thuat vien cong nghe thong tin,information technology,software,system administrator"
    ),
    "admin": (
        "hanh chinh,nhan vien hanh chinh,nv hanh chinh,nvhc,hcns,hanh chinh nhan su,hanh chinh quan tri,van thu,"
        "thu ky,thu ky y khoa,thu ky giam doc,thu ky ban giam doc,tro ly giam doc,ke toan,ke toan vien,ke toan truong,"
        "nhan su,to chuc can bo,ke hoach tong hop,thong ke,chuyen vien,can su,nhan vien van phong,admin,"
        "administration,administrator,accountant,secretary,clerk,human resources"
    ),
    "support": (
        "bao ve,ho ly,y cong,lao cong,tap vu,ve sinh,lai xe,tai xe,giu xe,cap duong,nhan vien bep,giat la,"
        "phuc vu,guard,security,cleaner,driver,care assistant,orderly"
    ),
    "collaborator": (
        "cong tac vien,ctv,cong tac vien suc khoe cong dong,cong tac vien dan so,cong tac vien y te,ctv dan so,"
        "ctv y te,nhan vien y te khu pho,y te khu pho,nhan vien y te thon,y te thon,y te thon ban,tinh nguyen vien,"
        "tnv,collaborator,volunteer,community health worker"
    ),
}
PHRASES = {phrase: code for code, phrases in _PHRASES.items() for phrase in phrases.split(",")} | {
    term_key(name): position.code for position in POSITIONS for name in (position.vi, position.en)
}
_LONGEST_FIRST = sorted(PHRASES, key=len, reverse=True)
_ANY_PHRASE = re.compile(rf"\b(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})\b")


def positions_named(text: str) -> tuple[str, ...]:
    """Return the codes of the positions a job title names, in its own order, each once.

    A leader's title names the leader only: "Bác sĩ trưởng khoa" is the head of a department.
    """
    codes = dict.fromkeys(PHRASES[phrase] for phrase in _ANY_PHRASE.findall(term_key(text)))
    return ("leader",) if "leader" in codes else tuple(codes)


def position_named(text: str) -> str | None:
    """Return the code of the one position a job title names, or None when it names none or several."""
    codes = positions_named(text)
    return codes[0] if len(codes) == 1 else None
