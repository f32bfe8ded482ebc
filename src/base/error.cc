#include "base/error.h"

#include <fmt/format.h>

namespace inquest {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::Failed: return "failed";
    case ErrorCode::NotFound: return "not found";
    case ErrorCode::Denied: return "permission denied";
    case ErrorCode::Io: return "I/O error";
    case ErrorCode::Truncated: return "truncated";
    case ErrorCode::Malformed: return "malformed";
    case ErrorCode::Overflow: return "overflow";
    case ErrorCode::Limit: return "limit reached";
    case ErrorCode::Unsupported: return "unsupported";
  }
  return "failed";
}

std::string Error::text() const {
  if (where.empty()) return message;
  if (line != 0) return fmt::format("{}:{}: {}", where, line, message);
  if (offset != 0) return fmt::format("{}: byte {}: {}", where, offset, message);
  return fmt::format("{}: {}", where, message);
}

}  // namespace inquest
