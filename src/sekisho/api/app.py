"""The API as a whole: its routers, and how it says no."""

from __future__ import annotations

from ninja import NinjaAPI

from sekisho.api import feedback, opendsr, reports, reviews
from sekisho.api.keys import KEY
from sekisho.api.problems import HANDLERS

api = NinjaAPI(
    title="Sekisho",
    version="1",
    description="What became of held answers, and reports. Requests to models go to the gate, under the same `/v1/`.",
    auth=KEY,
    docs_url=None,
    urls_namespace="api",
)
"""Mounted at `/v1/`. Its OpenAPI document is at `/v1/openapi.json`."""

for problem, handler in HANDLERS:
    api.add_exception_handler(problem, handler)

api.add_router("/reports", reports.router, tags=["reports"])
api.add_router("/reviews", reviews.router, tags=["reviews"])
api.add_router("/feedback", feedback.router, tags=["feedback"])
api.add_router("/survey", feedback.survey_router, tags=["feedback"])
api.add_router("/opendsr", opendsr.router, tags=["opendsr"])
