"""Where a request comes from: one rule for all limits by address; Reflex keeps the same."""

from starlette.requests import HTTPConnection


def address_of(connection: HTTPConnection, trusted_hops: int) -> str:
    """The client's address; "" if nobody knows.

    Behind `trusted_hops` proxies of ours it is the entry the outermost of them added to X-Forwarded-For, counted from
    the right: what stands left of it was sent by the client and proves nothing. Without proxies the header is ignored.
    """
    if trusted_hops:
        said = ",".join(connection.headers.getlist("x-forwarded-for"))
        hops = [hop.strip() for hop in said.split(",") if hop.strip()]
        if len(hops) >= trusted_hops:
            return hops[-trusted_hops]
    return connection.client.host if connection.client else ""
