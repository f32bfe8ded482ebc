// The statements of InfluxQL that are about databases, as clients send them before they write.
#pragma once

#include <optional>
#include <string_view>

#include "record/http.h"
#include "store/store.h"

namespace inquest::record {

// Answers a request to /query whose statements (parameter q, in the query string or the form) are all of these:
// CREATE DATABASE, CREATE RETENTION POLICY, SHOW DATABASES, SHOW RETENTION POLICIES. Nothing for others.
std::optional<HttpResponse> database_statements(const HttpRequest& request, store::Store& store);

// The statement that a request to /query carries, from the query string or its form.
std::string influxql_of(const HttpRequest& request);

}  // namespace inquest::record
