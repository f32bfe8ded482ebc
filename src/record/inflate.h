// Bodies that come compressed, inflated piece by piece within a bound.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace inquest::record {

// zlib's stream: gzip (several members one behind the other too) or zlib, told apart by the first bytes.
class Inflate {
 public:
  // Gives up with ErrorCode::Limit once more than that many bytes came out: small bodies can hold huge ones.
  explicit Inflate(uint64_t most_out);
  ~Inflate();
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  // Appends what the next bytes hold. Malformed for damaged data; not to be called again after an error.
  Result<void> feed(std::string_view bytes, std::string& out);
  // Truncated where the last member does not end.
  Result<void> finish() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  uint64_t left_;
  bool ended_ = false;
};

}  // namespace inquest::record
