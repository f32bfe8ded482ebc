// Figures out of one JSON object: what tools print with --json.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace inquest::decode {

// Visits every number, string and truth value of the object, with the names on the way to it joined by dots
// ("nvme_smart_health_information_log.media_errors", "ata_smart_attributes.table.0.name"), its value as text, and
// where the value's name stands in `bytes` (the value's own place for elements of arrays; empty where not found).
// Depth and count are limited. Returns why it is not one object, or an empty text; what was visited before an error
// stays visited.
using JsonVisit = std::function<void(std::string_view path, std::string_view value, std::string_view at)>;
std::string visit_json(std::string_view bytes, const JsonVisit& visit);

}  // namespace inquest::decode
