#!/usr/bin/python3
"""Makes a closed browser profile older: every time in its cookie jar moves DAYS into the past.

    age.py chromium|firefox|webkit PROFILE DAYS

Prints how many cookies it moved. Each browser keeps its own units.
"""

import glob
import sqlite3
import sys

SECOND = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000}


def jar(engine, profile):
    """The jar's file, its table, and its columns of time with their unit."""
    if engine == "chromium":
        columns = ["creation_utc", "expires_utc", "last_access_utc", "last_update_utc"]
        files = glob.glob(profile + "/Default/Network/Cookies") + glob.glob(profile + "/Default/Cookies")
        return files[0], "cookies", dict.fromkeys(columns, "microseconds")
    if engine == "firefox":
        units = {"expiry": "milliseconds", "lastAccessed": "microseconds", "creationTime": "microseconds"}
        return profile + "/cookies.sqlite", "moz_cookies", units
    return profile + "/cookies.sqlite", "moz_cookies", {"expiry": "seconds"}


def main():
    engine, profile, days = sys.argv[1:]
    file, table, columns = jar(engine, profile)
    # A jar that is not there yet must not be made here.
    database = sqlite3.connect(f"file:{file}?mode=rw", uri=True)
    moves = ", ".join(f"{name} = {name} - {int(days) * 86_400 * SECOND[unit]}" for name, unit in columns.items())
    moved = database.execute(f"update {table} set {moves}").rowcount
    database.commit()
    database.close()
    print(moved)


main()
