#!/usr/bin/python3
"""A WebKitGTK window that WebDriver controls, as a visitor has it: Intelligent Tracking Prevention on, and a profile
that is there again the next time. The browser that Debian ships for automation offers neither.

    webkit_browser.py --profile FOLDER [--cookies never] [--no-tracking-prevention]
"""

import argparse

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402


def context(options):
    """The profile: its folders, its cookie jar, and what it lets sites keep."""
    data = WebKit2.WebsiteDataManager(
        base_data_directory=options.profile + "/data", base_cache_directory=options.profile + "/cache"
    )
    data.set_itp_enabled(not options.no_tracking_prevention)
    jar = data.get_cookie_manager()
    jar.set_persistent_storage(options.profile + "/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
    policies = {"never": WebKit2.CookieAcceptPolicy.NEVER, "always": WebKit2.CookieAcceptPolicy.ALWAYS}
    jar.set_accept_policy(policies[options.cookies])
    made = WebKit2.WebContext.new_with_website_data_manager(data)
    made.set_automation_allowed(True)
    return made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", required=True)
    parser.add_argument("--cookies", choices=["always", "never"], default="always")
    parser.add_argument("--no-tracking-prevention", action="store_true")
    # The driver adds switches of its own.
    options, _ = parser.parse_known_args()

    profile = context(options)
    view = WebKit2.WebView(web_context=profile, is_controlled_by_automation=True)
    window = Gtk.Window()
    window.set_default_size(1000, 700)
    window.connect("destroy", Gtk.main_quit)
    window.add(view)
    window.show_all()

    def started(_context, session):
        name = WebKit2.ApplicationInfo()
        name.set_name("whence-journeys")
        session.set_application_info(name)
        session.connect("create-web-view", lambda _session: view)

    profile.connect("automation-started", started)
    Gtk.main()


main()
