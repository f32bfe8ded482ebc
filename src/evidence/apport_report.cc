#include "evidence/apport_report.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/text.h"
#include "evidence/member_name.h"

namespace inquest::evidence {
namespace {

constexpr size_t kPiece = 256 * 1024;
constexpr size_t kLongestLine = 16 << 20;
constexpr size_t kMostShort = 1 << 20;

// "Key: value", "Key:" at a line's start. Views into the line.
struct KeyLine {
  std::string_view key;
  std::string_view value;
};
std::optional<KeyLine> parse_key(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 256) return std::nullopt;
  const std::string_view key = line.substr(0, colon);
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  if (!std::ranges::all_of(key, fits)) return std::nullopt;
  if (colon + 1 < line.size() && line[colon + 1] != ' ') return std::nullopt;
  return KeyLine{key, trim(line.substr(colon + 1))};
}

// The value of a base64 digit, 64 for '=', 255 for anything else.
uint8_t digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<uint8_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<uint8_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0' + 52);
  if (c == '+') return 62;
  if (c == '/') return 63;
  return c == '=' ? 64 : 255;
}

// Each line is padded by itself. False where it is no base64; what came before is kept.
bool decode_base64(std::string_view line, std::string& out) {
  uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : line) {
    const uint8_t digit = digit_of(c);
    if (digit == 64) break;
    if (digit == 255) return false;
    bits = (bits << 6 | digit) & 0xFFFFFF;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xFF);
  }
  return true;
}

}  // namespace

class ApportReport::State : public Bytes {
 public:
  State(Bytes& bytes, Expansion& account) : bytes_(bytes), account_(account), piece_(kPiece, '\0') {}

  Result<std::optional<Member>> next();
  Result<size_t> read(std::span<char> out) override;

 private:
  enum class Body : uint8_t { None, Text, Base64, Short };

  // The next line into line_, without its end. False at the end; an error where the bytes end with one.
  Result<bool> load();
  Result<bool> fill();
  Result<bool> refill();

  Bytes& bytes_;
  Expansion& account_;
  std::string piece_;
  size_t begin_ = 0;  // of what piece_ still holds
  size_t end_ = 0;
  bool ended_ = false;
  std::string line_;
  bool loaded_ = false;  // line_ is the next one
  std::string first_;    // the first short value, and the others
  std::string short_;
  bool gave_short_ = false;
  Body body_ = Body::None;
  std::string ready_;  // of the member's contents
  size_t given_ = 0;
};

Result<bool> ApportReport::State::fill() {
  if (ended_) return false;
  const auto got = bytes_.read(piece_);
  if (!got) return fail(got.error());
  account_.consumed(*got);
  begin_ = 0;
  end_ = *got;
  ended_ = *got == 0;
  return !ended_;
}

Result<bool> ApportReport::State::load() {
  if (loaded_) return true;
  line_.clear();
  bool any = false;
  for (;;) {
    if (begin_ == end_) {
      const auto more = fill();
      if (!more) return fail(more.error());
      if (!*more) break;
    }
    any = true;
    const std::string_view rest(piece_.data() + begin_, end_ - begin_);
    const size_t end = rest.find('\n');
    const size_t length = std::min(end, rest.size());
    if (line_.size() + length > kLongestLine)
      return fail(ErrorCode::Limit, "a line of the report is longer than 16 MiB, which is the limit");
    line_ += rest.substr(0, length);
    begin_ += length;
    if (end != std::string_view::npos) {
      ++begin_;
      break;
    }
  }
  if (line_.ends_with('\r')) line_.pop_back();
  loaded_ = any;
  return any;
}

Result<std::optional<Member>> ApportReport::State::next() {
  body_ = Body::None;
  ready_.clear();
  given_ = 0;
  for (;;) {
    const auto more = load();
    if (!more) return fail(more.error());
    if (!*more) break;
    loaded_ = false;
    // What is left of a member that nobody read, and lines that are no key.
    const auto found = line_.starts_with(' ') ? std::nullopt : parse_key(line_);
    if (!found) continue;
    if (!found->value.empty() && found->value != "base64") {
      // The first line last: or the member would be taken for a report itself.
      if (first_.empty()) {
        first_ = line_.substr(0, kMostShort) + "\n";
      } else if (short_.size() + line_.size() < kMostShort) {
        short_ += line_ + "\n";
      }
      continue;
    }
    body_ = found->value.empty() ? Body::Text : Body::Base64;
    Member member;
    member.name = member_name(found->key);
    return std::optional(std::move(member));
  }
  if (std::exchange(gave_short_, true) || first_.empty()) return std::optional<Member>();
  body_ = Body::Short;
  ready_ = short_ + first_;
  Member member;
  member.name = "report";
  member.size = ready_.size();
  return std::optional(std::move(member));
}

// More of the member's contents into ready_; false at its end.
Result<bool> ApportReport::State::refill() {
  ready_.clear();
  given_ = 0;
  while (ready_.empty() && (body_ == Body::Text || body_ == Body::Base64)) {
    const auto more = load();
    if (!more) return fail(more.error());
    if (!*more || !line_.starts_with(' ')) {
      body_ = Body::None;
      break;
    }
    loaded_ = false;
    const std::string_view text = std::string_view(line_).substr(1);
    if (body_ == Body::Text) {
      ready_ += text;
      ready_ += '\n';
    } else if (!decode_base64(trim(text), ready_)) {
      body_ = Body::None;
      if (ready_.empty()) return fail(ErrorCode::Malformed, "a line of the value is no base64");
    }
  }
  return !ready_.empty();
}

Result<size_t> ApportReport::State::read(std::span<char> out) {
  if (const auto stopped = account_.stopped()) return fail(*stopped);
  if (given_ == ready_.size()) {
    const auto more = refill();
    if (!more) return fail(more.error());
    if (!*more) return size_t{0};
  }
  const size_t count = std::min(out.size(), ready_.size() - given_);
  std::memcpy(out.data(), ready_.data() + given_, count);
  given_ += count;
  account_.produced(count);
  return count;
}

ApportReport::ApportReport(Bytes& bytes, Expansion& account) : state_(std::make_unique<State>(bytes, account)) {}
ApportReport::~ApportReport() = default;
Result<std::optional<Member>> ApportReport::next() { return state_->next(); }
Bytes& ApportReport::contents() { return *state_; }

bool is_apport_report(std::string_view head) {
  constexpr std::string_view kStart = "ProblemType: ";
  if (!head.starts_with(kStart)) return false;
  const size_t end = head.find('\n');
  if (end == std::string_view::npos || end > 64) return false;
  const std::string_view rest = head.substr(end + 1);
  const size_t next = rest.find('\n');
  // The line behind it is another key, and the first that apport writes then.
  return next != std::string_view::npos && parse_key(rest.substr(0, next)).has_value();
}

}  // namespace inquest::evidence
