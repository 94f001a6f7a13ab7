"""Versions of the calendar of data use, as files. `records.calendar` reads them."""
