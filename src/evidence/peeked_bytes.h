// Bytes whose beginning can be looked at before they are read.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "evidence/walk.h"

namespace inquest::evidence {

// Reads through to `from`, which must outlive it. What head() took from there is handed out first, without reading it
// again.
class PeekedBytes : public Bytes {
 public:
  explicit PeekedBytes(Bytes& from) : from_(from) {}

  // The first bytes: `at_most`, or fewer where there are no more (the end, or an error that read() will then report).
  // Call once, before the first read(); the view lives until then.
  std::string_view head(size_t at_most);
  Result<size_t> read(std::span<char> out) override;
  bool paused(int wait_ms) override;

 private:
  Bytes& from_;
  std::string head_;
  size_t given_ = 0;
  bool ended_ = false;  // `from_` needs not be asked again
  std::optional<Error> error_;
};

}  // namespace inquest::evidence
