"""The address book: every router, in the order in which addresses are tried."""

from fastapi import FastAPI

from app.web.deps import COMPUTE_PLACE, KNOW_VISITOR
from app.web.routes import (
    account,
    administration,
    answer_links,
    answerers,
    audit,
    blueprints,
    case_keeping,
    cases,
    comparing,
    health,
    history,
    home,
    measurements,
    method,
    openid,
    people,
    portability,
    prices,
    projects,
    proposals,
    questions,
    results,
    share_links,
    sources,
    spreadsheets,
    stakeholders,
    teams,
    weights,
    what_if,
)

_PAGES = (
    home.router,
    people.router,
    account.router,
    teams.router,
    administration.router,
    audit.router,
    portability.router,  # before /projects/{project_id}, which would take its address
    projects.router,
    questions.router,
    measurements.router,
    results.router,
    what_if.router,
    comparing.router,
    blueprints.router,
    answerers.router,
    history.router,
    spreadsheets.router,
    share_links.router,
    stakeholders.router,
    cases.router,
    case_keeping.router,
    sources.router,
    method.router,
    weights.router,
    prices.router,
    proposals.router,
)


def install(app: FastAPI) -> None:
    """Give the application its addresses."""
    for router in (results.computing, comparing.computing, projects.computing, what_if.computing):
        app.include_router(router, dependencies=[COMPUTE_PLACE, KNOW_VISITOR])
    for router in _PAGES:
        app.include_router(router, dependencies=[KNOW_VISITOR])
    app.include_router(share_links.readers)  # the same page for everybody who has the link
    app.include_router(answer_links.router)
    app.include_router(openid.router)  # without a transaction: the provider may be slow
    app.include_router(health.router)
