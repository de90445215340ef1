"""The drawer of charts, where it covers the page and beside the list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


@pytest.fixture
def phone(visit: Visit, targets: Targets) -> Page:
    """The results of a check on a narrow window."""
    page = visit()
    Screen(page).check(f"{targets.cors}/ok/one", "urls")
    page.set_viewport_size({"width": 390, "height": 800})
    return page


def test_a_bar_that_is_pressed_shows_its_links(phone: Page) -> None:
    phone.click("#open-drawer")
    phone.locator("#charts .hbar").first.press("Enter")
    expect(phone.locator("#drawer")).to_be_hidden()
    expect(phone.locator("#filter")).to_have_value(re.compile("^host:"))
    expect(Screen(phone).rows.first).to_be_visible()
    expect(phone.locator("#open-drawer")).to_be_focused()


def test_back_and_forward_show_details_or_the_drawer_but_not_both(phone: Page) -> None:
    screen = Screen(phone)
    screen.rows.first.click()
    expect(screen.inspector).to_be_visible()
    phone.go_back()
    expect(screen.inspector).to_be_hidden()
    phone.click("#open-drawer")
    phone.go_forward()
    expect(screen.inspector).to_be_focused()
    expect(phone.locator("#drawer")).to_be_hidden()
    phone.keyboard.press("Escape")
    expect(screen.inspector).to_be_hidden()
    expect(phone.locator(".sheet")).not_to_have_attribute("inert", "")


def test_the_drawer_takes_the_place_of_the_details(phone: Page) -> None:
    phone.set_viewport_size({"width": 1280, "height": 800})
    screen = Screen(phone)
    screen.rows.first.click()
    expect(screen.inspector).to_be_visible()
    phone.locator("#open-drawer").press("Enter")
    expect(screen.inspector).to_be_hidden()
    expect(phone.locator("#drawer")).to_be_visible()


def test_answer_of_a_query_scrolls_into_sight(phone: Page) -> None:
    phone.set_viewport_size({"width": 1280, "height": 600})
    phone.click("#open-drawer")
    phone.locator("#drawer textarea").fill("SELECT url FROM results")
    phone.locator("#drawer textarea").press("Control+Enter")
    expect(phone.locator(".answer-frame tr").first).to_be_in_viewport()
    phone.locator("#drawer textarea").fill("SELECT nothing")
    phone.locator("#drawer textarea").press("Control+Enter")
    expect(phone.locator(".query-error")).to_be_in_viewport()
