// Texts and numbers as Go's JSON writes them, which clients of InfluxDB know.
#pragma once

#include <string>
#include <string_view>

namespace inquest::query {

// In quotes; "<", ">", "&" and control characters escaped, so that it can stand in HTML; a byte that is no UTF-8
// becomes U+FFFD.
void put_json_text(std::string_view text, std::string& out);
// With an exponent below 1e-6 and from 1e21 on: "1e-7". The number must be finite.
void put_json_number(double value, std::string& out);

}  // namespace inquest::query
