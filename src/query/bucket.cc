#include "query/bucket.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "store/store.h"

namespace inquest::query {

std::string bucket_id(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

Result<std::string> bucket_of(const Call& call, store::Store& store) {
  const std::string_view name = call.text("bucket");
  const std::string_view id = call.text("bucketID");
  if (name.empty() == id.empty()) return fail(ErrorCode::Malformed, "one of `bucket` and `bucketID` is needed");
  const auto known = store.buckets();
  if (!known) return fail(known.error());
  constexpr std::string_view kUsualPolicy = "/autogen";
  for (const std::string& bucket : *known) {
    if (id.empty() ? bucket == name : bucket_id(bucket) == id) return bucket;
  }
  if (name.ends_with(kUsualPolicy)) {
    const std::string_view database = name.substr(0, name.size() - kUsualPolicy.size());
    if (std::ranges::find(*known, database) != known->end()) return std::string(database);
  }
  return fail(ErrorCode::NotFound, fmt::format("could not find bucket \"{}\"", printable(id.empty() ? name : id)));
}

}  // namespace inquest::query
