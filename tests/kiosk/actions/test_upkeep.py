"""What the office does by itself: all of it, and again without harm."""

from kiosk.actions.papers import add_paper, remove_paper
from kiosk.actions.upkeep import look_after
from kiosk.domain.notices import Channel, Message
from kiosk.scanning.uploads import ReadUpload
from tests.applying import apply, begun
from tests.staffed import Staffed


class Sink:
    """A sender that only counts."""

    count = 0

    def send(self, address: str, message: Message, *, key: str) -> None:
        self.count += 1


def test_everything_that_is_due_is_done_once(any_staffed: Staffed) -> None:
    desk, sink = any_staffed.desk, Sink()
    unpaid, draft = apply(desk), begun(desk)
    (paper,) = add_paper(
        desk, draft.id, "ktp", b"x", read=lambda data, _: ReadUpload(pictures=(data,))
    ).papers
    remove_paper(desk, draft.id, paper.id)
    first = look_after(desk, {Channel.SMS: sink})
    any_staffed.clock.forward(days=4)
    second = look_after(desk, {Channel.SMS: sink})
    any_staffed.clock.forward(days=40)
    third = look_after(desk, {Channel.SMS: sink})
    fourth = look_after(desk, {Channel.SMS: sink})

    assert (first.notices.sent, first.lapsed, first.papers, first.forgotten) == (1, 0, 0, 0)
    assert (second.notices.sent, second.lapsed, second.papers) == (1, 1, 1)
    assert (third.forgotten, third.lapsed) == (1, 0)
    assert (fourth.notices.sent, fourth.forgotten, sink.count) == (0, 0, 2)
    assert unpaid.id != draft.id
