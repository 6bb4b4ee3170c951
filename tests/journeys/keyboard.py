"""Can everything of a page be reached with the Tab key alone, and does it show where one is?"""

from __future__ import annotations

from playwright.sync_api import Page

_SPARE = 5
"""Presses beyond one for each place: where a round begins is the browser's to say."""

_LISTEN = """
() => {
  const kinds = 'a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex="0"]';
  const there = (one) => !one.disabled && !one.closest('[inert]') && one.checkVisibility({ visibilityProperty: true });
  const first = (one) => {
    if (one.type !== 'radio') return true;
    const group = [...document.querySelectorAll('input[type=radio]')].filter(
      (other) => other.name === one.name && other.form === one.form && there(other));
    return one === (group.find((other) => other.checked) ?? group[0]);
  };
  const words = (one) => `${one.tagName.toLowerCase()} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`;
  const shows = (one) => one && ['outlineStyle', 'boxShadow'].some((line) => getComputedStyle(one)[line] !== 'none');
  const places = [...document.querySelectorAll(kinds)].filter((one) => one.tabIndex >= 0 && there(one) && first(one));
  const left = new Set(places), unseen = new Set();
  document.addEventListener('focusin', ({ target }) => {
    left.delete(target);
    if (![target, target.closest('.answer')].some(shows)) unseen.add(target);
  });
  window.keyboardWalk = () => [
    ...[...left].filter(there).map((one) => `the Tab key does not reach: ${words(one)}`),
    ...[...unseen].map((one) => `focus does not show on: ${words(one)}`),
  ];
  document.activeElement?.blur();
  return places.length;
}
"""


def out_of_reach(page: Page) -> list[str]:
    """What the Tab key passes over on a page, and where the focus cannot be seen."""
    for _ in range(page.evaluate(_LISTEN) + _SPARE):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate("window.keyboardWalk()")
    return found
