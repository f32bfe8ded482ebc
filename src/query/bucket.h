// Which bucket of the store a call means.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "query/function.h"

namespace inquest::store {
class Store;
}

namespace inquest::query {

// Sixteen digits, as InfluxDB's ids have, the same for the same name: what buckets() shows.
std::string bucket_id(std::string_view name);

// Of a call with the parameters `bucket` and `bucketID`: a name, which may have the usual retention policy of InfluxDB
// 1 behind it ("telegraf/autogen"), or an id. NotFound where the store has no such bucket, Malformed where neither or
// both are given.
Result<std::string> bucket_of(const Call& call, store::Store& store);

}  // namespace inquest::query
