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
  if (first == out.size()) return first;
  if (ended_) {
    if (first > 0 || !error_) return first;
    return fail(*error_);
  }
  auto got = from_.read(out.subspan(first));
  if (got) return first + *got;
  if (first == 0) return got;
  ended_ = true;
  error_ = got.error();
  return first;
}

}  // namespace inquest::evidence
