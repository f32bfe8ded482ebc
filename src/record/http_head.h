// The heads of requests and responses, as HTTP/1.1 has them on the wire.
#pragma once

#include <string>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "record/http.h"
#include "record/ip_address.h"

namespace inquest::record {

// Without a body.
HttpRequest request_of(const boost::beast::http::request<boost::beast::http::empty_body>& message,
                       const IpAddress& peer);

// With the blank line behind it. `keep`: the connection stays.
std::string head_of(const HttpResponse& response, bool keep);

}  // namespace inquest::record
