#pragma once

#include <string_view>

namespace inquest::record {

// The InfluxDB whose API this is. Clients look at the first two numbers, and take 1.8 for one with both APIs.
inline constexpr std::string_view kInfluxVersion = "1.8.10";

}  // namespace inquest::record
