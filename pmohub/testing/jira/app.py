"""The site as an ASGI application."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pmohub.testing.jira.routes.asking import answer
from pmohub.testing.jira.routes.table import routes
from pmohub.testing.jira.state import State


def application(state: State) -> FastAPI:
    """Make the application; whatever it does not know, it answers as Jira does."""
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(routes(state))

    async def unknown(_request: Request, _error: Exception) -> Response:
        return answer({"errorMessages": ["null for uri"], "errors": {}}, 404)

    async def wrong_method(_request: Request, _error: Exception) -> Response:
        return answer({"errorMessages": ["HTTP 405 Method Not Allowed"], "errors": {}}, 405)

    app.add_exception_handler(404, unknown)
    app.add_exception_handler(405, wrong_method)
    return app
