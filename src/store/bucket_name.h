// What telemetry is filed under: a bucket of InfluxDB 2, or a database with its retention policy of InfluxDB 1.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace inquest::store {

// Of /write?db=&rp=: the database's name, or "db/rp" for a policy that is not the default one, "autogen". As InfluxDB's
// own mapping has it. Malformed for names that can't be shown.
Result<std::string> bucket_of_database(std::string_view database, std::string_view policy);
// Of /api/v2/write?bucket=: the name, which may be of the form above.
Result<std::string> bucket_of_name(std::string_view name);

}  // namespace inquest::store
