#include "evidence/peeked_bytes.h"

#include <algorithm>
#include <cstring>

namespace inquest::evidence {

std::string_view PeekedBytes::head(size_t at_most) {
  head_.resize(at_most);
  size_t done = 0;
  while (done < at_most && !ended_) {
    const auto got = from_.read(std::span(head_).subspan(done));
    if (!got) error_ = got.error();
    ended_ = !got || *got == 0;
    if (got) done += *got;
  }
  head_.resize(done);
  return head_;
}

Result<size_t> PeekedBytes::read(std::span<char> out) {
  const size_t first = std::min(out.size(), head_.size() - given_);
  std::memcpy(out.data(), head_.data() + given_, first);
  given_ += first;
  // Not together with what comes next: a pipe may let wait for that.
  if (first > 0 || out.empty()) return first;
  if (!ended_) return from_.read(out);
  if (error_) return fail(*error_);
  return size_t{0};
}

bool PeekedBytes::paused(int wait_ms) { return given_ == head_.size() && !ended_ && from_.paused(wait_ms); }

}  // namespace inquest::evidence
