"""What protects the page from strangers, from other web pages, and from the words of an article.

    attack                                            defence
    ------------------------------------------------  ----------------------------------------------------------------
    a page of the net under a name of this machine    the name asked for must be this machine's (``routes``)
      (DNS rebinding)
    another web page posts, or embeds what is here    its origin and its site are not ours: 403 (``routes``);
                                                      Cross-Origin-Resource-Policy, no Access-Control headers
    another web page shows ours in a frame            ``frame-ancestors 'none'``, X-Frame-Options
    another machine of the network                    a host that it can reach needs a login (``access``), which
                                                      is compared in constant time, before anything else is told
    a program of another machine asks ``/v1``         it needs a token, compared as the login is (``tokens``);
                                                      beside a page with a login ``/v1`` is closed without one
    files of this machine, addresses fetched for      of Gradio's ways in only those of the page are open; files,
      others, its proxy, deep links, editing          proxy, monitoring, editing, reloading are not: 404 (``routes``)
    a program calls a function of the page that is    only the endpoints are called by name: 404, with their
      not meant for programs, or one there isn't      names (``middleware``)
    a call names a file of this machine or an         every file named in a call was uploaded here since the start:
      address as if it had been uploaded              400 (``routes``)
    `..`, encoded or not                              no part of an open path begins with a dot
    bodies without end, with or without a length      counted as they come; 2 MB, of /v1 256 kB, an upload 200 MB:
                                                      413
    half a request, and then nothing                  closed after 10 seconds; the oldest first where there are many
                                                      (``connections``); a body must go on at 20 kB a second: 408
    uploads that nobody adds                          1 GB may wait; they go after an hour (``upload_folder``)
    passwords tried one after the other               after five wrong ones from an address it is heard again after 1,
                                                      2, 4 ... 60 seconds: 429 (``access``)
    calls without the form of one, to fail in Gradio  one line of JSON, 422, and one on the terminal (``errors``)
    addresses of megabytes                            8 kB behind the question mark: 414
    an answer, a title or a question holds markup     beside the escaping, a policy: scripts only from here or
      that runs or fetches                            with the nonce of this response, no attribute that runs, images,
                                                      fonts and connections only to here, no frame, media or form
    an answer moves the page's addresses              ``base-uri 'none'``
    an uploaded or exported text is taken for HTML    nosniff, and it is never served
    Gradio's own outside references                   taken out of its page (``csp``), and closed by the policy
    what was read stays in caches, or in the address  ``no-store``, ``no-referrer``
      that a link tells its site
    websockets                                        refused; nothing of the page uses one

``'unsafe-eval'`` stays open for the page alone: Gradio makes functions of its templates. They are constants; no text of
an article is ever one. A nonce is given to every script in the page as Gradio writes it: that it escapes what it puts
into one is tested.
"""

from dateline.ui.web.security.access import Access, parse_login
from dateline.ui.web.security.connections import BoundedConnection
from dateline.ui.web.security.errors import ErrorMiddleware
from dateline.ui.web.security.middleware import SecurityMiddleware
from dateline.ui.web.security.tokens import read_tokens

__all__ = ["Access", "BoundedConnection", "ErrorMiddleware", "SecurityMiddleware", "parse_login", "read_tokens"]
