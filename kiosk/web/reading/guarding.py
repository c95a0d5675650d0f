"""What scripts say of readers' keys, and of openings of identities: their sentences, by code."""

from flask_babel import gettext as _

__all__ = ["words_of_keys", "words_of_openings"]


def words_of_keys() -> dict[str, str]:
    """The sentences of making and unlocking a key (reading-key.js)."""
    return {
        "key.choose": _("Choose one, please."),
        "key.unit": _("Write the number of your unit: digits, nothing else."),
        "key.short": _("Five different words or more, please: short ones are guessed."),
        "key.again": _("That is not the passphrase. Look at your paper."),
        "key.making": _("Making and locking your key. This takes some seconds…"),
        "key.unlocking": _("Unlocking. This takes some seconds…"),
        "key.wrong": _("That does not open the key. Look at your paper: every word counts."),
        "key.no-passkey": _("No passkey opened it. Use your passphrase, it always works."),
        "key.passkey-made": _("The passkey opens your key from now on, on this device."),
        "key.no-file": _("That is no file of a locked key."),
        "key.forget": _(
            "Remove {name} from this device? "
            "Without its file and its passphrase it is lost for good."
        ),
        "key.role-handler": _("{name}, handler, unit {unit}"),
        "key.role-internal": _("{name}, custodian, unit {unit}"),
        "key.role-external": _("{name}, custodian outside, unit {unit}"),
    }


def words_of_openings() -> dict[str, str]:
    """The sentences of asking for an identity, and of answering (reading-openings.js)."""
    return _sentences() | {
        "opening.number": _("Report"),
        "opening.asker": _("Who asks"),
        "opening.asker-name": _("{unit}, key {key}"),
        "opening.you": _("You"),
        "opening.since": _("Asked for on"),
        "opening.purpose": _("What for"),
        "opening.basis": _("By which law"),
        "opening.audience": _("Who will see the name"),
        "opening.standing": _("Where it stands"),
        "opening.objection": _("The reporter"),
        "opening.answer": _("Your answer"),
        "opening.answer-none": _("You have not answered."),
        "opening.answer-passed": _("You passed your part on."),
        "opening.answer-declined": _("You declined."),
        "opening.objected": _("The reporter objects. Now all custodians must agree."),
        "opening.has-objected": _("The reporter objected."),
        "opening.not-objected": _("Has not objected."),
        "opening.line": _("Report {number}, asked on {day}"),
        "opening.name": _("Name"),
        "opening.contact": _("How to reach them"),
        "opening.empty": _("The reporter said nothing of themselves."),
        "opening.state-asked": _("{granted} agreed, {refused} declined. It is not enough yet."),
        "opening.state-waiting": _(
            "Enough agreed ({granted}); {refused} declined. Not before {day}, unless all agree."
        ),
        "opening.state-released": _("Released on {day}, to the one who asked."),
        "opening.state-refused": _("Refused on {day}: too many declined."),
        "opening.state-stopped": _("Given up on {day}."),
        "opening.next-asked": _("Wait for the custodians."),
        "opening.next-waiting": _("Wait until the three days are over, or until all agree."),
        "opening.next-objected": _("The reporter objects: only all custodians together can do it."),
    }


def _sentences() -> dict[str, str]:
    return {
        "opening.gone": _("The name is no longer kept."),
        "opening.anonymous": _(
            "The reporter chose to stay nameless: most likely there is nothing inside."
        ),
        "opening.write": _("Write it down, please: it is the reason."),
        "opening.tick": _("Tick this first, please."),
        "opening.long": _("This is too long. Shorten it, please."),
        "opening.really-ask": _(
            "The reporter is told now that you ask for their name, and why. "
            "This cannot be taken back. Ask?"
        ),
        "opening.really-stop": _("Give it up? You would have to ask all custodians anew."),
        "opening.really-decline": _("Decline for report {number}? It cannot be changed."),
        # What the reporter reads; the rest of this page they never see.
        "opening.told": _(
            "Somebody who handles your report wants to know who you are: {unit}, key {key}.\n\n"
            "What for: {purpose}\n\nBy which law: {basis}\n\nWho will see your name: {audience}\n\n"
            "Nobody knows it yet. Two of three custodians inside and one outside must agree, and "
            "three days must pass, unless all agree. You may object here: then all of them must "
            "agree."
        ),
        "opening.no-custodians": _(
            "The server names custodians who are not in the signed list. Nothing was asked. "
            "Tell those who hold the root keys."
        ),
        "opening.broken": _(
            "What the server gave does not go with this report, or was altered. Nothing was done."
        ),
        "opening.own-wrong": _(
            "Your part is not the one that came with the report: somebody has exchanged it. "
            "Nothing was passed on. Tell the other custodians."
        ),
        "opening.suspect": _(
            "This does not come from a handler of that unit in the signed list, or speaks of "
            "another report. You cannot pass anything on. Tell the other custodians."
        ),
        "opening.other-words": _(
            "Those are not the six words of this request. Let them be read to you once more. "
            "If they stay other words, decline."
        ),
        "opening.wrong": _("Wrong parts came from: {keys}. They were left out."),
        "opening.too-few": _("Too few right parts: nothing was opened."),
        "opening.done-asked": _("Asked. The reporter has been told. Now call the custodians."),
        "opening.done-stopped": _("Given up. Nobody learned the name."),
        "opening.done-released": _("Released to you. The reporter sees it."),
        "opening.done-passed": _("Your part for report {number} is passed on."),
        "opening.done-declined": _("You declined for report {number}."),
    }
