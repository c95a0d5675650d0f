"""What handlers read: states, choices, steps, and letters to begin with, in words."""

from flask_babel import gettext as _

__all__ = ["classes", "routes", "states", "urgencies", "words_of_desk"]


def words_of_desk() -> dict[str, str]:
    """The sentences of the inbox and of a case, for the script."""
    return {
        "desk.signing-in": _("Signing in…"),
        "inbox.count": _("{found} of {count} reports"),
        "inbox.count-more": _("{found} of {count} reports that are open here; there are more"),
        "inbox.empty": _("Nothing is here. New reports come by themselves: load anew."),
        "inbox.none-found": _("No report that is open here fits."),
        "inbox.going": _("{number}: who wrote it is forgotten on {day}."),
        "inbox.going-whole": _("{number}: all of it is forgotten on {day}."),
        "inbox.pick": _("Choose report {number}"),
        "inbox.alike": _("{count} reports here are alike."),
        "inbox.choose-alike": _("Choose all of these"),
        "inbox.show-alike": _("Show each of them"),
        "inbox.chosen": _("{count} chosen"),
        "inbox.setting-aside": _("{count} are set aside in {seconds} seconds."),
        "inbox.set-aside": _("{count} set aside."),
        "inbox.stays": _("{count} changed meanwhile and stay: look at them first."),
        **_named("case.state", states()),
        **_named("case.urgency", urgencies()),
        **_named("case.kind", classes()),
        **_named("case.route", routes()),
        **_words_of_case(),
        **_words_of_answers(),
        **_words_of_files(),
        **_words_of_letters(),
    }


def _named(name: str, choices: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {f"{name}-{value}": words for value, words in choices}


def states() -> tuple[tuple[str, str], ...]:
    """How far a case is, for handlers."""
    return (
        ("received", _("New")),
        ("routed", _("Passed on to you")),
        ("opened", _("Opened, nobody works on it")),
        ("assigned", _("Somebody works on it")),
        ("answered", _("Answered, the reporter’s turn")),
        ("reopened", _("The reporter wrote again")),
        ("set-aside", _("Set aside")),
        ("closed", _("Closed")),
        ("shredded", _("Shredded")),
    )


def urgencies() -> tuple[tuple[str, str], ...]:
    """How soon somebody must look at it."""
    return (
        ("1", _("Danger: today")),
        ("2", _("Soon: next working day")),
        ("3", _("Ordinary: three working days")),
    )


def classes() -> tuple[tuple[str, str], ...]:
    """What a report is about."""
    return (
        ("discipline", _("Discipline")),
        ("ethics", _("Conduct")),
        ("levy", _("Illegal levy")),
        ("violence", _("Violence")),
        ("other", _("Something else")),
    )


def routes() -> tuple[tuple[str, str], ...]:
    """Who begins."""
    return (
        ("discipline", _("Discipline section")),
        ("ethics", _("Conduct section")),
        ("inquiry", _("Inquiry")),
        ("crime", _("Detectives: it may be a crime")),
    )


def _words_of_case() -> dict[str, str]:
    return {
        "case.shut": _("This report does not open with your key."),
        "case.shut-message": _("This message does not open."),
        "case.received": _("received {day}"),
        "case.due": _("Next step by {day}"),
        "case.due-today": _("Next step today"),
        "case.overdue": _("Overdue: {day} was the day, {count} days ago"),
        "case.opening": _("Somebody asks for the identity"),
        "case.warn-shut": _(
            "Your key does not open this report. Tell those who hold the root keys."
        ),
        "case.warn-broken": _(
            "A message is missing, altered or out of its place. "
            "Write nothing before somebody has looked into it."
        ),
        "case.warn-urgency": _(
            "What stands inside is of another urgency than what stands outside."
        ),
        "case.warn-server": _(
            "This one came without JavaScript: the server could read it for a moment. "
            "Write nothing back that must not be known to whoever runs the server."
        ),
        "case.not-said": _("not said"),
        "case.who-wrote": _("Who wrote it"),
        "case.name": _("Name"),
        "case.contact": _("How to reach them"),
        "case.mode-open": _("Open: the name stands in the report"),
        "case.mode-confidential": _("Confidential: the name is sealed apart"),
        "case.mode-anonymous": _("Anonymous: no name was given"),
        "case.mode-unknown": _("Not known"),
        "case.from-office": _("Office"),
        "case.from-reporter": _("Reporter"),
        "case.you": _("You"),
        "case.colleague": _("{unit}, key {key}"),
        "case.proposal": _("By their answers: {class}. {urgency}. {route}."),
        "case.because": _("Because: {parts}."),
        "case.because-nothing": _("Because no other line of the table fits."),
        "case.condition": _("{name}: {value}"),
        "case.other-proposal": _(
            "The report itself says something else: {class}. {urgency}. {route}. "
            "Go by what it tells."
        ),
        "case.confirmed-as": _("{class}. {urgency}. {route}."),
        "case.no-answer": _("To write to the reporter, say first that you work on it."),
        "case.write-first": _("Write something first."),
        "case.choose-unit": _("Choose a unit."),
        "case.really-pass": _("Pass it on to {unit}? You can no longer read it then."),
        "case.place": _("Handlers: {count}"),
        "case.place-own": _("It is here. Choose it to let all handlers of today read it: {count}"),
        "case.place-accused": _("Cannot have it: the report is about it."),
        "case.place-superior": _("Cannot have it: it commands the unit that the report is about."),
        "case.place-below": _("Cannot have it: it stands below the unit that the report is about."),
        "case.place-nobody": _("Nobody there has a key."),
        "case.next-received": _("First say whether it is sorted right, or set it aside."),
        "case.next-routed": _("First say whether it is sorted right, or set it aside."),
        "case.next-set-aside": _(
            "The reporter brings it back by writing; so do you by working on it."
        ),
        "case.next-closed": _("The reporter opens it again by writing."),
        "case.done-confirmed": _("Confirmed."),
        "case.done-assigned": _("It is yours. The reporter is told that somebody works on it."),
        "case.done-sent": _("Sent. The reporter reads it with the code."),
        "case.done-closed": _("Sent, and closed. If the reporter writes, it is opened again."),
        "case.done-noted": _("Kept."),
        "case.done-shared": _("All handlers of today can read it."),
        "case.done-passed": _("{number} is with {unit} now. You can no longer read it."),
    }


def _words_of_files() -> dict[str, str]:
    return {
        "files.picture": _("Picture {number}"),
        "files.original-of": _("The original of picture {number}"),
        "files.cleaned": _("Cleaned by the reporter’s browser."),
        "files.not-cleaned": _(
            "Not cleaned: it may name whoever made it. Pass it on to nobody as it is."
        ),
        "files.for-custodians": _("Locked with the identity: only custodians together open it."),
        "files.not-whole": _("It has not arrived whole: {there} parts are here."),
        "files.another": _("The server has another file than the report names. Do not use it."),
        "files.shut": _("It does not open: it was altered, or is not for you."),
        "files.open": _("Fetch and open"),
        "files.open-one": _("Fetch and open {name}"),
        "files.opening": _("{percent} percent is here…"),
        "files.no-picture": _("This browser cannot show the picture."),
        "files.take": _("Keep it on this device"),
        "files.take-uncleaned": _("Keep it on this device, not cleaned"),
    }


def _words_of_answers() -> dict[str, str]:
    return {
        "case.state": _("Where it stands"),
        "case.due-name": _("Next step"),
        "case.urgency": _("Urgency"),
        "case.received-name": _("Received on"),
        "case.reads": _("Unit that reads it"),
        "case.mode": _("How it was sent"),
        "case.works": _("Who works on it"),
        "case.works-on-it": _("I work on it"),
        "case.confirmed": _("Sorted as"),
        "case.identity-goes": _("Their identity is shredded on"),
        "case.case-goes": _("The report is shredded on"),
        "case.kind": _("What about"),
        "case.danger": _("Danger now"),
        "case.danger-now": _("yes"),
        "case.danger-no": _("no"),
        "case.duty": _("On duty"),
        "case.duty-on": _("On duty"),
        "case.duty-off": _("Off duty"),
        "case.duty-unknown": _("not known"),
        "case.when": _("When"),
        "case.when-ongoing": _("It is still going on"),
        "case.when-today": _("On the day it was written"),
        "case.when-week": _("In the seven days before"),
        "case.when-longer": _("Longer before"),
        "case.where": _("Where it happened"),
        "case.who": _("Who"),
        "case.unit": _("Unit it is about"),
    }


def _words_of_letters() -> dict[str, str]:
    return {
        "letter.received": _("We have it"),
        "letter.received-text": _(
            "We have received your report, number {number}, and somebody has read it. "
            "You get news here by {day}. Keep your code; you can write to us at any time."
        ),
        "letter.inquiry": _("It is looked into"),
        "letter.inquiry-text": _(
            "We are looking into your report, number {number}. We talk to those who know about it "
            "and look at papers. We tell nobody that there is a report from you. "
            "You get news here by {day}."
        ),
        "letter.more": _("We need more"),
        "letter.more-text": _(
            "To go on we need to know more. Please answer here, if you can do so safely: "
            "When exactly was it? Who else was there? Is there a photo or a paper? "
            "Write nothing that shows who you are if you do not want to."
        ),
        "letter.result": _("This is the result"),
        "letter.result-text": _(
            "We have finished looking into your report, number {number}. What we found: … "
            "What was done: … If you do not agree, write here and we open it again, "
            "or turn to the ombudsman with this number."
        ),
    }
