"""The page of Scalar."""

from collections.abc import Mapping, Sequence
from typing import Any

from faster_openapi.pages.page import Page, Resource
from faster_openapi.schema import plain

__all__ = ["scalar_page"]

# To make an example of a request, Scalar follows a reference for as long as the default beside it is null: a model
# that may contain itself has no example then, but an error. Without that default it gets one.
SCRIPT = """
const config = JSON.parse(document.getElementById("config").textContent);
const withoutNulls = (value) => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const choices = value.anyOf ?? value.oneOf;
  const refers = Array.isArray(choices) && choices.some((choice) => choice && "$ref" in choice);
  const kept = Object.entries(value).filter(([name, item]) => !(refers && name === "default" && item === null));
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutNulls(item)]));
};
const show = (found) => Scalar.createApiReference("#app", found);
if (config.url && !config.content && !config.sources) {
  fetch(config.url)
    .then((response) => (response.ok ? response.json() : Promise.reject(response)))
    .then((found) => ({...config, url: undefined, content: withoutNulls(found)}))
    .catch(() => config)
    .then(show);
} else {
  show(config);
}
"""
DEFAULTS: dict[str, Any] = {
    # Each of these would ask a server of its maker for something.
    "withDefaultFonts": False,
    "telemetry": False,
    "hideClientButton": True,
    "showDeveloperTools": "never",
    "agent": {"disabled": True},
    "mcp": {"disabled": True},
}


def scalar_page(
    *,
    title: str,
    openapi_url: str,
    script: Resource,
    parameters: Mapping[str, Any] | None = None,
    connects_to: Sequence[str] = (),
    favicon: str | None = None,
) -> Page:
    """Return the page.

    Args:
        title: Its title.
        openapi_url: Where the document is.
        script: `scalar.standalone.js`.
        parameters: Scalar's own settings, which win.
        connects_to: Further origins that requests may be sent to.
        favicon: The URL of an icon.
    """
    return Page(
        title=title,
        script=SCRIPT,
        config={**DEFAULTS, "url": openapi_url, **plain(parameters or {})},
        scripts=(script,),
        connects_to=connects_to,
        favicon=favicon,
    )
