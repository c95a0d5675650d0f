"""How each question of the form reads: its title, a hint, its fields, and what may be chosen.

Short words, one thought a sentence, as one would ask at a counter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from kiosk.domain.errors import Fault
from kiosk.domain.questions import PAPER_PREFIX, Field, Part

__all__ = [
    "CHOICES",
    "FAULTS",
    "FIELDS",
    "HINTS",
    "HINTS_OF_PAPERS",
    "PAGES",
    "PAPERS",
    "PARTS",
    "REASONS",
    "UPLOAD_FAULTS",
    "Words",
    "fault_sentence",
    "label_of",
    "paper_name",
    "words_of",
]


@dataclass(frozen=True)
class Words:
    """What a page says; where it has one field, its title is the field's label."""

    title: str
    hint: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


PARTS: Mapping[Part, str] = {
    Part.START: _("What it is for"),
    Part.PERSON: _("About the applicant"),
    Part.CONTACT: _("How we tell you"),
    Part.FAMILY: _("Family, school, looks"),
    Part.CRIME: _("Criminal cases"),
    Part.PAPERS: _("Photo and papers"),
    Part.RECEIVING: _("How you get it"),
}

PAGES: Mapping[str, Words] = {
    "who": Words(
        _("Whose SKCK is it?"),
        _("It is no shame to let somebody help. We only write down that somebody did."),
    ),
    "purpose": Words(_("What do you need it for?")),
    "destination": Words(
        _("Where will you hand it in?"),
        _("The name of the company, school or office. Leave it empty if you do not know yet."),
    ),
    "office": Words(
        _("Which office shall make it?"), _("For this purpose any of these offices may make it.")
    ),
    "name": Words(_("Full name"), _("As it stands on the KTP, with every word.")),
    "alias": Words(_("Another name people call you by"), _("Leave it empty if there is none.")),
    "nik": Words(_("NIK"), _("16 digits. They stand at the top of the KTP and in the KK.")),
    "birth": Words(_("Date of birth"), _("As it stands on the KTP or the birth certificate.")),
    "birth-place": Words(_("Place of birth"), _("City or regency, as it stands on the KTP.")),
    "sex": Words(_("Sex, as on the KTP")),
    "religion": Words(_("Religion, as on the KTP")),
    "marriage": Words(_("Married?")),
    "occupation": Words(
        _("Work"), _("As on the KTP. For example: private employee, farmer, student.")
    ),
    "address": Words(
        _("Where do you live now?"),
        _("The paper is brought to this address if you want it brought."),
    ),
    "resident-since": Words(_("Have you lived in Indonesia since birth?")),
    "passport": Words(
        _("Number of the passport"), _("Leave it empty if you have no passport yet.")
    ),
    "contact": Words(
        _("How shall we tell you when something changes?"),
        _("A phone is not needed. Without one, look at the status at any service post."),
    ),
    "spouse": Words(_("Your husband or wife")),
    "father": Words(_("Your father")),
    "mother": Words(_("Your mother")),
    "siblings": Words(
        _("Your brothers and sisters"),
        _("One name on each line. Leave it empty if there are none."),
    ),
    "education": Words(_("Your last school"), _("Leave it empty if you did not go to school.")),
    "traits": Words(
        _("What you look like"), _("Leave empty what you do not know. The officer fills it in.")
    ),
    "cases": Words(
        _("Were you ever sentenced, or a suspect in a criminal case?"),
        _(
            "Only the office that examines reads this. Saying the truth does not bar you from"
            " applying."
        ),
    ),
    "running": Words(_("Is there a case against you now?")),
    "violations": Words(_("Did you ever break another law or rule?")),
    "fingerprints": Words(
        _("Have the police taken your fingerprints before?"),
        _("If they have, you need not come for it. If you do not know, we look."),
    ),
    "need": Words(
        _("Is it hard for you to come to the office?"),
        _("If you tell us, we serve you first and come to you if we can. You need not."),
    ),
    "receiving": Words(_("How do you want to get the paper?")),
    "window": Words(
        _("When is somebody at home?"), _("The officer comes at this time and no other.")
    ),
    "landmark": Words(
        _("How does the officer find the house?"),
        _("For example: green house, opposite the small mosque. Leave it empty if it is easy."),
    ),
    "receiver": Words(
        _("Who may take the paper?"),
        _("Children may not. Whoever takes it must show an identity card."),
    ),
}
"""What each page says, by its name. The pages of papers are put together from PAPERS."""

PAPERS: Mapping[str, str] = {
    "photo": _("Photo, 4 × 6 cm on red"),
    "ktp": _("Identity card (KTP)"),
    "kk": _("Family card (KK)"),
    "birth": _("Birth certificate"),
    "jkn": _("Proof of active BPJS/JKN"),
    "passport": _("Passport, valid for 6 months or more"),
    "school": _("Student card, or child identity card (KIA)"),
    "letter": _("Letter of the village office"),
    "old-skck": _("Old SKCK"),
    "fingerprints": _("Card of fingerprints"),
    "other": _("Another paper"),
}
"""The names of papers, by kind."""

HINTS_OF_PAPERS: Mapping[str, str] = {
    "photo": _("Face to the front, red wall behind, collar. Nobody else in the picture."),
    "jkn": _("A picture of the screen is enough."),
}

FIELDS: Mapping[str, str] = {
    "helper_kind": _("Who helps?"),
    "helper_name": _("Name of who helps"),
    "street": _("Street and house number, or hamlet"),
    "rt": _("RT"),
    "rw": _("RW"),
    "village": _("Village (desa/kelurahan)"),
    "district": _("District (kecamatan)"),
    "regency": _("City or regency"),
    "since_year": _("Since which year?"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "spouse_name": _("Name"),
    "spouse_occupation": _("Work (not required)"),
    "father_name": _("Name"),
    "father_occupation": _("Work (not required)"),
    "mother_name": _("Name"),
    "mother_occupation": _("Work (not required)"),
    "school": _("Name of the school"),
    "school_year": _("Year in which you left it"),
    "height": _("Height in cm"),
    "weight": _("Weight in kg"),
    "hair": _("Hair"),
    "face": _("Shape of the face"),
    "skin": _("Colour of the skin"),
    "marks": _("Special marks"),
    "cases_what": _("What was it about?"),
    "cases_when": _("When was it?"),
    "cases_sentence": _("What was the sentence? (not required)"),
    "running_what": _("What is it about?"),
    "running_stage": _("How far is it? (not required)"),
    "violations_what": _("What was it?"),
    "fingerprint_formula": _("Formula of the fingerprints, if you know it (not required)"),
    "visit": _("I cannot come for fingerprints or photo: please come to me."),
    "proxy_name": _("Name of the other person"),
    "proxy_relation": _("What is he or she to you?"),
    "proxy_last4": _("Last 4 digits of his or her NIK"),
}
"""The labels of fields that are not alone on their page."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "for_whom": {"self": _("Mine"), "other": _("I help somebody else")},
    "helper_kind": {
        "family": _("Family"),
        "village": _("Village office"),
        "ngo": _("An organisation"),
        "other": _("Somebody else"),
    },
    "sex": {"L": _("Male"), "P": _("Female")},
    "religion": {
        "islam": _("Islam"),
        "protestant": _("Protestant"),
        "catholic": _("Catholic"),
        "hindu": _("Hindu"),
        "buddhist": _("Buddhist"),
        "confucian": _("Confucian"),
        "belief": _("Belief in God (kepercayaan)"),
    },
    "marriage": {
        "single": _("Not yet married"),
        "married": _("Married"),
        "divorced": _("Divorced"),
        "widowed": _("Widowed"),
    },
    "since_birth": {"yes": _("Yes, since birth"), "no": _("No")},
    "contact": {
        "sms": _("By SMS"),
        "email": _("By e-mail"),
        "none": _("I have no phone. I will ask at a post."),
    },
    "cases": {"no": _("No, never"), "yes": _("Yes")},
    "running": {"no": _("No"), "yes": _("Yes")},
    "violations": {"no": _("No, never"), "yes": _("Yes")},
    "fingerprints": {"yes": _("Yes"), "no": _("No"), "unknown": _("I do not know")},
    "need": {
        "none": _("No"),
        "elderly": _("Yes, I am old"),
        "disability": _("Yes, I have a disability or am ill"),
        "far": _("Yes, I live far away"),
        "other": _("Yes, for another reason"),
    },
    "receiving": {
        "deliver": _("Bring it to my home (free of charge)"),
        "collect": _("I collect it at the office"),
    },
    "window": {
        "morning": _("In the morning, 8 to 11"),
        "midday": _("At midday, 11 to 14"),
        "afternoon": _("In the afternoon, 14 to 18"),
        "evening": _("In the evening, 18 to 20"),
        "weekend": _("At the weekend"),
    },
    "receiver": {"self": _("Only I"), "proxy": _("I, or one other person")},
}
"""What may be chosen, by field; those of purpose and office come from the settings."""

FAULTS: Mapping[str, str] = {
    "empty": _("Write something here."),
    "missing": _("Write something here."),
    "not-chosen": _("Choose one."),
    "not-choice": _("Choose one."),
    "too-long": _("This is too long. Make it shorter."),
    "forbidden-character": _("A character here cannot be printed. Type it again."),
    "not-digits": _("Only digits, please."),
    "digits-count": _("Count the digits once more."),
    "nik-length": _("A NIK has 16 digits. Count them once more."),
    "nik-sequence": _("No NIK ends in 0000. Look at the card once more."),
    "nik-date": _(
        "Digits 7 to 12 of a NIK are a date. These are none. Look at the card once more."
    ),
    "nik-region": _("No NIK begins like that. Look at the card once more."),
    "nik-birth-date": _("The NIK has another date of birth than you gave."),
    "nik-sex": _("The NIK is one of the other sex."),
    "not-date": _("There is no such day. For example: 25, December, 1996."),
    "future": _("This lies in the future."),
    "too-early": _("This is too long ago."),
    "before-birth": _("This is before the date of birth."),
    "not-phone": _("This is no phone number. For example: 0812 3456 7890."),
    "not-email": _("This is no e-mail address. For example: name@example.com."),
    "no-paper": _("Take a photo of it, or say that you will bring it."),
}
"""What a page says of each fault, by its code."""

UPLOAD_FAULTS: Mapping[str, str] = {
    "empty": _("Choose a file first."),
    "too-large": _("This file is too large. Take the photo again, a little smaller."),
    "too-small": _("This picture is too small. Take it again from closer."),
    "too-many": _("You have sent as many files as we can take. Remove one first."),
    "too-many-pages": _("This PDF has too many pages. Send at most 3."),
    "took-too-long": _("This file cannot be read. Take the photo again."),
    "truncated": _("The file did not arrive whole. Send it again."),
    "damaged": _("This file is damaged. Take the photo again."),
    "not-a-picture": _("This is no photo. Choose a photo (JPG, PNG)."),
    "not-a-pdf": _("This is no PDF that can be read. Take a photo instead."),
    "unsupported": _(
        "This kind of photo is not read here. Take it with this page's camera button."
    ),
    "locked": _("This PDF wants a password. Take a photo instead."),
}
"""What a page says of a file that is not taken, by its code."""

HINTS: Mapping[str, str] = {
    "dark": _(
        "The picture is very dark. If it cannot be read, take it again where there is light."
    ),
    "bright": _("The picture is very bright. If it cannot be read, take it again."),
    "small": _("The picture is small. If it cannot be read, take it again from closer."),
    "blurred": _("The picture looks blurred. If it cannot be read, hold still and take it again."),
}
"""What a page says of a picture that was taken and may not be good, by its code."""

REASONS: Mapping[str, str] = {
    "unreadable": _("It cannot be read. Take the photo again in good light."),
    "differs": _("It is not the same as on your papers. Write it as it stands there."),
    "incomplete": _("Something is missing."),
    "expired": _("The paper is no longer valid. Send a newer one."),
    "wrong-paper": _("This is another paper than the one we need."),
    "wrong-background": _("The wall behind you must be red."),
    "not-you": _("The face cannot be seen well."),
    "other": _("Please look at this once more."),
}
"""Why something was sent back, by the code that a verifier taps."""


def words_of(slug: str) -> Words:
    """What the page of this name says."""
    if slug.startswith(PAPER_PREFIX):
        kind = slug.removeprefix(PAPER_PREFIX)
        return Words(PAPERS[kind], HINTS_OF_PAPERS.get(kind, ""))
    return PAGES[slug]


def paper_name(kind: str) -> str:
    """The name of a kind of paper."""
    return str(PAPERS.get(kind, PAPERS["other"]))


def label_of(one: Field, slug: str) -> str:
    """The label of a field."""
    return str(FIELDS.get(one.name) or words_of(slug).title)


def fault_sentence(fault: Fault) -> str:
    """What is wrong, in a sentence for whoever typed it."""
    return str(FAULTS.get(fault.code, FAULTS["empty"]))
