// UTF-16 as UTF-8: what PowerShell and other programs of Windows make of a log that is sent through them.
#include <algorithm>
#include <optional>
#include <string>

#include "evidence/codec.h"

namespace inquest::evidence {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;

class Utf16Codec : public Codec {
 public:
  Step step(std::span<const char> in, std::span<char> out) override {
    Step step;
    if (in.empty()) end(step);
    for (const char c : in) {
      if (ready_.size() > kMostReady) break;
      ++step.consumed;
      byte(static_cast<uint8_t>(c));
    }
    step.produced = std::min(out.size(), ready_.size());
    std::ranges::copy(ready_.substr(0, step.produced), out.begin());
    ready_.erase(0, step.produced);
    // The end, or the trouble that stands there, comes once everything before it was given.
    if (step.state == State::Going || ready_.empty()) return step;
    step.state = State::Going;
    step.trouble.clear();
    return step;
  }

  void restart() override { *this = Utf16Codec(); }

 private:
  static constexpr size_t kMostReady = 64 << 10;

  // Only at its end a stream has no more input.
  void end(Step& step) {
    if (high_ != 0) put(kReplacement);
    high_ = 0;
    step.state = first_ ? State::Broken : State::Ended;
    if (first_) step.trouble = "half of a character is left at the end";
  }

  void byte(uint8_t value) {
    if (!first_) {
      first_ = value;
      return;
    }
    const uint32_t unit = big_ ? uint32_t{*first_} << 8 | value : uint32_t{value} << 8 | *first_;
    first_.reset();
    if (!marked_) {
      marked_ = true;
      if (unit == 0xFFFE) big_ = true;
      if (unit == 0xFFFE || unit == 0xFEFF) return;
    }
    if (high_ != 0) {
      const bool pair = unit >= 0xDC00 && unit < 0xE000;
      put(pair ? 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00) : kReplacement);
      high_ = 0;
      if (pair) return;
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else {
      put(unit >= 0xDC00 && unit < 0xE000 ? kReplacement : unit);
    }
  }

  void put(uint32_t code) {
    const auto tail = [&](int shift) { ready_ += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) {
      ready_ += static_cast<char>(code);
    } else if (code < 0x800) {
      ready_ += static_cast<char>(0xC0 | code >> 6);
      tail(0);
    } else if (code < 0x10000) {
      ready_ += static_cast<char>(0xE0 | code >> 12);
      tail(6);
      tail(0);
    } else {
      ready_ += static_cast<char>(0xF0 | code >> 18);
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::string ready_;             // what no room was left for
  std::optional<uint8_t> first_;  // byte of a unit
  uint32_t high_ = 0;             // surrogate
  bool marked_ = false;
  bool big_ = false;  // the first byte of a unit is the high one
};

}  // namespace

std::unique_ptr<Codec> make_utf16_codec() { return std::make_unique<Utf16Codec>(); }

}  // namespace inquest::evidence
