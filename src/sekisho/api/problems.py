"""How the API says no: one shape, one code for programs, one sentence in the reader's language."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text, lang_from_header

Problem = Exception | type[Exception]
"""As the API's framework hands it over."""


def told(request: HttpRequest, status: int, code: str, message: Text) -> HttpResponse:
    """Return an error in the shape in which the gate's Messages API tells errors too."""
    lang = lang_from_header(request.headers.get("accept-language")) or "en"
    error = {"type": "error", "error": {"type": code, "message": message.in_(lang)}}
    answer = JsonResponse(error, status=status, json_dumps_params={"ensure_ascii": False})
    answer["vary"] = "Accept-Language"
    return answer


def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a refusal of the rooms beneath. A wait that it speaks of goes into `retry-after`."""
    assert isinstance(problem, SekishoError)
    status = 409
    if isinstance(problem, NotFoundError):
        status = 404
    elif isinstance(problem, NotAllowedError):
        status = 403
    answer = told(request, int(str(problem.data.get("status", status))), problem.code, problem.message)
    if (seconds := problem.data.get("retry_after")) is not None:
        answer["retry-after"] = str(seconds)
    return answer


def unknown_key(request: HttpRequest, problem: Problem) -> HttpResponse:
    answer = told(request, 401, "authentication_error", UNKNOWN_KEY)
    answer["www-authenticate"] = "Bearer"  # RFC 9110, section 11.6.1
    return answer


def unreadable(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer what is no JSON, or not in form: where, but not what, as that may be content."""
    where = ""
    if isinstance(problem, ValidationError) and problem.errors:
        place = problem.errors[0].get("loc", ())
        where = ".".join(str(step) for step in place if step not in ("body", "query", "path", "sent"))
    if not where:
        return told(request, 400, "invalid_request_error", _UNREADABLE)
    return told(request, 422, "invalid_request_error", _NOT_IN_FORM.format(where=where[:80]))


def too_large(request: HttpRequest, problem: Problem) -> HttpResponse:
    return told(request, 413, "request_too_large", TOO_LARGE)


def too_often(request: HttpRequest, problem: Problem) -> HttpResponse:
    seconds = max(1, int(getattr(problem, "wait", None) or 1))
    answer = told(request, 429, "rate_limit_error", _TOO_OFTEN.format(seconds=seconds))
    answer["retry-after"] = str(seconds)
    return answer


@csrf_exempt
def no_such_path(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer what is no address of the API, in its own shape: programs read no pages."""
    return told(request, 404, "not_found_error", _NO_SUCH_PATH)


HANDLERS = (
    (SekishoError, refused),
    (AuthenticationError, unknown_key),
    (Throttled, too_often),
    (RequestDataTooBig, too_large),
    (ValidationError, unreadable),
    (HttpError, unreadable),
)
"""By the class of what was raised; the API asks the closest."""

UNKNOWN_KEY = Text(
    "The API key is missing, unknown, expired or revoked. Send a valid one as x-api-key or as a bearer token.",
    "API キーが指定されていないか、不明・期限切れ・失効のいずれかです。"
    "有効なキーを x-api-key ヘッダーまたは Bearer トークンとして送信してください。",
)
_NO_SUCH_PATH = Text(
    "The API has no such address. See its description at /v1/openapi.json.",
    "この API にそのようなアドレスはありません。API の仕様（/v1/openapi.json）をご確認ください。",
)
_UNREADABLE = Text(
    "The request cannot be read. Send a JSON object as UTF-8.",
    "リクエストを読み取れません。UTF-8 の JSON オブジェクトを送信してください。",
)
_NOT_IN_FORM = Text(
    "“{where}” is missing or not in form. See the API's description at /v1/openapi.json.",
    "「{where}」がないか、形式が正しくありません。API の仕様（/v1/openapi.json）をご確認ください。",
)
TOO_LARGE = Text(
    "The request is larger than 2 MiB. Shorten it.", "リクエストが 2 MiB を超えています。短くしてください。"
)
_TOO_OFTEN = Text(
    "That was too often. Ask again in {seconds} seconds, or open the event stream and be told.",
    "リクエストの回数が多すぎます。{seconds} 秒後にお試しいただくか、イベントストリームをご利用ください。",
)
