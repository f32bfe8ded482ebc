#include "evidence/decompressor.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::evidence {
namespace {

constexpr size_t kBuffer = 128 * 1024;
constexpr size_t kSignature = 10;  // the longest that a stream begins with, bzip2's

}  // namespace

Decompressor::Decompressor(ContainerKind kind, Bytes& from, Expansion& account)
    : kind_(kind), from_(from), account_(account), codec_(make_codec(kind)), buffer_(kBuffer, '\0') {
  if (!codec_) broken(ErrorCode::Failed, "not enough memory to decompress it");
}

Result<size_t> Decompressor::read(std::span<char> out) {
  size_t done = 0;
  while (done < out.size() && !failure_ && !finished_) {
    if (between_) {
      begin_stream();
    } else {
      advance(out, done);
    }
  }
  given_ += done;
  account_.produced(done);
  if (auto stopped = account_.stopped(); stopped && !failure_) failure_ = std::move(stopped);
  if (done > 0 || !failure_) return done;
  Error error = *failure_;
  error.offset = given_;
  return fail(std::move(error));
}

// Has at_least bytes in in_, or all that are left.
void Decompressor::fill(size_t at_least) {
  if (in_.size() >= at_least || source_ended_) return;
  size_t have = in_.size();
  std::ranges::copy(in_, buffer_.begin());
  while (have < at_least && !source_ended_) {
    const auto got = from_.read(std::span(buffer_).subspan(have));
    if (!got) source_error_ = got.error();
    source_ended_ = !got || *got == 0;
    if (got) {
      have += *got;
      account_.consumed(*got);
    }
  }
  in_ = std::span<const char>(buffer_).first(have);
}

// Looks for another stream behind the one that ended.
void Decompressor::begin_stream() {
  fill(kSignature);
  if (!in_.empty() && in_.front() == '\0') {
    const auto padding = std::ranges::find_if(in_, [](char c) { return c != '\0'; });
    taken_ += static_cast<uint64_t>(padding - in_.begin());
    in_ = in_.subspan(static_cast<size_t>(padding - in_.begin()));
    return;
  }
  if (in_.empty()) {
    finished_ = true;
    if (source_error_) failure_ = source_error_;
  } else if (continues(kind_, std::string_view(in_.data(), in_.size()))) {
    codec_->restart();
    between_ = false;
  } else {
    broken(ErrorCode::Malformed, fmt::format("the {} data ends at byte {}, and what follows is something else",
                                             name(kind_), grouped(taken_)));
  }
}

void Decompressor::advance(std::span<char> out, size_t& done) {
  fill(1);
  Codec::Step step = codec_->step(in_, out.subspan(done));
  in_ = in_.subspan(step.consumed);
  taken_ += step.consumed;
  done += step.produced;
  if (step.state == Codec::State::Ended) between_ = true;
  if (step.state == Codec::State::Broken) {
    broken(ErrorCode::Malformed,
           fmt::format("the {} data is damaged at about byte {}: {}", name(kind_), grouped(taken_), step.trouble));
  }
  if (step.state != Codec::State::Going || step.consumed > 0 || step.produced > 0) return;
  if (!in_.empty()) {
    broken(ErrorCode::Malformed, fmt::format("the {} data is damaged at byte {}", name(kind_), grouped(taken_)));
  } else if (source_error_) {
    failure_ = source_error_;
  } else if (source_ended_) {
    broken(ErrorCode::Truncated, fmt::format("the {} data is cut off: it ends in the middle, after {}", name(kind_),
                                             counted(taken_, "byte")));
  }
}

void Decompressor::broken(ErrorCode code, std::string message) { failure_ = Error{code, std::move(message), {}, 0, 0}; }

}  // namespace inquest::evidence
