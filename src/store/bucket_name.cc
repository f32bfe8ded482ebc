#include "store/bucket_name.h"

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::store {
namespace {

constexpr size_t kLongest = 255;  // bytes
constexpr std::string_view kDefaultPolicy = "autogen";

}  // namespace

Result<std::string> bucket_of_name(std::string_view name) {
  const std::string suffix = fmt::format("/{}", kDefaultPolicy);
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  if (name.empty()) return fail(ErrorCode::Malformed, "a bucket's name is empty");
  if (name.size() > kLongest)
    return fail(ErrorCode::Malformed, fmt::format("a bucket's name is longer than {} bytes", kLongest));
  if (printable(name) != name) return fail(ErrorCode::Malformed, "a bucket's name has characters that can't be shown");
  return std::string(name);
}

Result<std::string> bucket_of_database(std::string_view database, std::string_view policy) {
  if (database.empty()) return fail(ErrorCode::Malformed, "database is required");
  if (policy.empty()) return bucket_of_name(database);
  return bucket_of_name(fmt::format("{}/{}", database, policy));
}

}  // namespace inquest::store
