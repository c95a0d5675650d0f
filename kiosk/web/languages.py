"""Indonesian first, English by a link: `?lang=en`. No cookie remembers it.

Sentences stand in the sources in English and are looked up in translations/ (gettext).
"""

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import Babel, get_locale

__all__ = ["LANGUAGES", "language", "localized_url", "use_languages"]

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""The languages of the screens, by code, each by its own name."""


def use_languages(app: Flask, *, default: str) -> None:
    """Make `app` speak the language that is asked for, or else the `default` one."""

    def asked() -> str:
        lang = request.args.get("lang", "")
        return lang if lang in LANGUAGES else default

    app.config["BABEL_DEFAULT_LOCALE"] = default
    Babel(app, locale_selector=asked)
    app.context_processor(
        lambda: {
            "language": language(),
            "languages": LANGUAGES,
            "default_language": default,
            "localized_url": localized_url,
        }
    )


def language() -> str:
    """The code of the language of this answer."""
    return str(get_locale())


def localized_url(endpoint: str, *, lang: str | None = None, **values: Any) -> str:
    """The address of `endpoint` in `lang`, or else in the language of this answer."""
    lang = lang or language()
    if lang == current_app.config["BABEL_DEFAULT_LOCALE"]:
        return url_for(endpoint, **values)
    return url_for(endpoint, lang=lang, **values)
