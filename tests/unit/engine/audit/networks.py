"""Stand-in networks for the tests of the engine."""

from json_head.transports.fake import response


def status_by_path(request):
    return response(int(request.url.rsplit("/", 1)[1]))
