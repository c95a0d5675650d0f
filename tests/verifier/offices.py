"""An office's published folder, as a checker carries it: bundle, status lists, root key."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from signing.keys import VerifyingKey
from signing.status import sign_status_list
from signing.trust import KeyUse, TrustedKey, sign_trust_bundle
from tests.builders import BASE_URL, DAY, ISSUED, LIST, a_key, a_trust, office_root

__all__ = ["published"]


def published(folder: Path, *, withdrawn: tuple[int, ...] = (), **changes: Any) -> Path:
    """Write what `a_trust` holds as files into `folder`, and give the folder back."""
    bundle = a_trust(**changes).bundle
    status = TrustedKey(
        point=a_key(13).point,
        use=KeyUse.STATUS,
        sign_from=ISSUED - 30 * DAY,
        sign_until=ISSUED + 300 * DAY,
    )
    listed = sign_status_list(
        a_key(13),
        uri=f"{BASE_URL}/trust/status/{LIST}",
        withdrawn=withdrawn,
        issued_at=ISSUED,
        ttl=DAY // 2,
        bundle_serial=bundle.serial,
    )
    (folder / "status").mkdir(parents=True)
    (folder / "status" / str(LIST)).write_bytes(listed)
    whole = replace(bundle, keys=(*bundle.keys, status))
    (folder / "bundle").write_bytes(sign_trust_bundle(office_root(), whole))
    (folder / "root.pem").write_bytes(VerifyingKey(office_root().point).pem)
    return folder
