// Requests that a page in somebody's browser makes behind his back.
#pragma once

#include "record/http.h"

namespace inquest::record {

// Whether a browser sent it for a page of another site: it names an origin that is not the host asked for, or the host
// asked for is a name that anybody's DNS may have pointed here ("DNS rebinding"). Names that are taken for this host's
// own are localhost and IP addresses; programs that are no browsers send no origin, and may use any name.
bool from_foreign_page(const HttpRequest& request);

}  // namespace inquest::record
