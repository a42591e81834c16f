"""The site as an ASGI application."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pmohub.testing.asana.routes.asking import HELP, answer
from pmohub.testing.asana.routes.table import routes
from pmohub.testing.asana.state import State


def application(state: State) -> FastAPI:
    """Make the application; whatever it does not know, it answers as Asana does."""
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(routes(state))

    async def unknown(_request: Request, _error: Exception) -> Response:
        return answer({"errors": [{"message": "No matching route for request", "help": HELP}]}, 404)

    app.add_exception_handler(404, unknown)
    app.add_exception_handler(405, unknown)
    return app
