"""`segel notices send`: what waits leaves by the gateway that the settings name."""

from tests.applying import apply
from tests.loopback import Gateway
from tests.staffed import Staffed


def test_what_waits_is_sent_with_the_token_of_the_settings(
    staffed: Staffed, gateway: Gateway
) -> None:
    apply(staffed.desk)
    staffed.office.write("site/keys/sms", "geheim\n").chmod(0o600)
    staffed.office.environment |= {
        "SEGEL_NOTICES_SMS_URL": gateway.url,
        "SEGEL_NOTICES_SMS_TOKEN_FILE": "keys/sms",
    }

    first = staffed.office.segel("notices", "send")
    again = staffed.office.segel("notices", "send")

    assert (first.exit_code, first.stdout) == (0, "1 sent, 0 to be tried again, 0 given up\n")
    assert again.stdout == "0 sent, 0 to be tried again, 0 given up\n"
    assert gateway.tokens == ["Bearer geheim"]
    assert len(gateway.told) == 1


def test_without_a_gateway_it_says_so_and_loses_nothing(staffed: Staffed, gateway: Gateway) -> None:
    apply(staffed.desk)

    nowhere = staffed.office.segel("notices", "send")
    staffed.office.environment["SEGEL_NOTICES_SMS_URL"] = gateway.url
    somewhere = staffed.office.segel("notices", "send")

    assert "neither an SMS gateway nor a mail server is set" in nowhere.stderr
    assert somewhere.stdout.startswith("1 sent")


def test_a_token_that_others_can_read_is_refused(staffed: Staffed, gateway: Gateway) -> None:
    staffed.office.write("site/keys/sms", "geheim\n").chmod(0o644)
    staffed.office.environment |= {
        "SEGEL_NOTICES_SMS_URL": gateway.url,
        "SEGEL_NOTICES_SMS_TOKEN_FILE": "keys/sms",
    }

    refused = staffed.office.segel("notices", "send")

    assert refused.exit_code == 1
    assert "chmod 600" in refused.stderr
