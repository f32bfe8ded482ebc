// What every fallible function of inquest returns.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace inquest {

// Codes that some caller reacts to; all else is Failed.
enum class ErrorCode : uint8_t {
  Failed,       // no better name
  NotFound,     // the path, zone or name does not exist
  Denied,       // it exists but may not be read
  Io,           // the operating system failed in the middle
  Truncated,    // the input ends before the value does
  Malformed,    // the bytes do not mean what their place says
  Overflow,     // arithmetic on the input's numbers would wrap
  Limit,        // a limit on depth, count or size was reached
  Unsupported,  // recognised, and known not to be readable
};

std::string_view to_string(ErrorCode code);

// Why something failed and where. `where` is a path, or a path inside nested containers
// ("logs.tar.gz!/var/log/syslog"), empty where the caller knows it; `offset` is a byte offset and `line` a
// one-based line number in it, each 0 when it says nothing.
struct Error {
  ErrorCode code = ErrorCode::Failed;
  std::string message;
  std::string where;
  uint64_t offset = 0;
  uint64_t line = 0;

  // "logs.csv:17: row has 3 columns, 9 expected"; "core.bin: byte 4096: ..."; the message alone without `where`.
  std::string text() const;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

template <>
class [[nodiscard]] Result<void> : public std::expected<void, Error> {
 public:
  using std::expected<void, Error>::expected;
};

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message), {}, 0, 0});
}

inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace inquest
