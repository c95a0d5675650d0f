"""Indonesian first, English by a link: `?lang=en`. No cookie remembers it.

Sentences stand in the sources in English and are looked up in translations/ (gettext).
"""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel, get_locale, get_translations

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
    # Its own way looks the catalogue up anew for every sentence, thirty times a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of an extension
        gettext=lambda sentence: _catalogue().ugettext(sentence),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.context_processor(
        lambda: {
            "language": language(),
            "languages": LANGUAGES,
            "default_language": default,
            "localized_url": localized_url,
        }
    )


def _catalogue() -> Any:
    """The catalogue of the language of this answer."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def language() -> str:
    """The code of the language of this answer."""
    if "language" not in g:
        g.language = str(get_locale())
    found: str = g.language
    return found


def localized_url(endpoint: str, *, lang: str | None = None, **values: Any) -> str:
    """The address of `endpoint` in `lang`, or else in the language of this answer."""
    lang = lang or language()
    if values:
        return _address(endpoint, lang, values)
    # A page has a dozen of these, and building one costs as much as a line of it.
    known: dict[tuple[str, str, str], str] = current_app.extensions.setdefault("addresses", {})
    key = (request.script_root, endpoint, lang)
    if key not in known:
        known[key] = _address(endpoint, lang, {})
    return known[key]


def _address(endpoint: str, lang: str, values: dict[str, Any]) -> str:
    if lang == current_app.config["BABEL_DEFAULT_LOCALE"]:
        return url_for(endpoint, **values)
    return url_for(endpoint, lang=lang, **values)
