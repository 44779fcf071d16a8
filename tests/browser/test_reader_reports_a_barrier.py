"""Somebody who cannot read a page says so, without JavaScript, and is answered."""

from playwright.sync_api import expect


def test_a_barrier_is_reported_answered_and_the_answer_read(city):
    plain = {"java_script_enabled": False}
    page = city.open("/stations/?q=berger", **plain)
    page.get_by_role("link", name="Report a barrier").click()
    expect(page.locator("input[name=page]")).to_have_value("/stations/?q=berger")
    page.get_by_label("What is it about?").select_option("READING")
    page.get_by_label("What do you want to tell us?").fill("The text is too pale for me.")
    page.get_by_label("Your e-mail address").fill("reader@demo.example")
    page.wait_for_timeout(3500)  # as long as a quick writer needs; programs are quicker
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your message has arrived")

    office = city.sign_in("administrator", "/office/feedback/", **plain)
    office.locator("main tbody a").first.click()  # the newest, and nobody else writes
    expect(office.locator("main")).to_contain_text("The text is too pale for me.")
    office.get_by_role("button", name="Take into work").click()
    expect(office.locator("main")).to_contain_text("in work")
    office.locator("textarea[name=text]").fill("It is darker now.")
    with office.expect_navigation():
        office.get_by_role("button", name="Reply").click()
    expect(office.locator("main")).to_contain_text("answered")

    reader = city.sign_in("reader", "/demo/mail/", **plain)
    expect(reader.locator("main")).to_contain_text("It is darker now.")
    expect(reader.locator("main")).to_contain_text("The text is too pale for me.")
