// Most lines are plain: no backslash, no odd number, and nothing to change. They are looked at once, and copied not at
// all. All others go through the grammar (line_grammar.cc), which alone says what is wrong with a line.
#include "store/line_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/text.h"
#include "store/line_grammar.h"

namespace inquest::store {
namespace {

constexpr size_t kMaxErrors = 1000;
constexpr size_t kMaxErrorBytes = 256 << 10;
constexpr size_t kPlainDigits = 18;  // so many fit any integer
// The first and last nanosecond that InfluxDB takes (models/time.go).
constexpr Ns kMinTime = std::numeric_limits<Ns>::min() + 2;
constexpr Ns kMaxTime = std::numeric_limits<Ns>::max() - 1;

// Which characters end a plain name or tag value.
constexpr std::array<bool, 256> kStops = [] {
  std::array<bool, 256> out{};
  for (const unsigned char c : {',', '=', ' ', '\\', '"', '\n'}) out[c] = true;
  out['\0'] = out['\t'] = true;
  return out;
}();
bool stops(char c) { return kStops[static_cast<unsigned char>(c)]; }
bool digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

const char* end_of_name(const char* p, const char* end) {
  while (p != end && !stops(*p)) ++p;
  return p;
}

// The parts of a plain line, and where it ends (at its '\n').
struct PlainLine {
  std::string_view head;
  std::string_view fields;
  std::string_view time;
  const char* end = nullptr;
};

// The space behind measurement and tags; nothing unless they are plain, and the tags sorted.
const char* plain_head(const char* p, const char* end) {
  const char* const begin = p;
  p = end_of_name(p, end);
  if (p == begin || p == end || *begin == '#') return nullptr;
  std::string_view last;
  while (*p == ',') {
    const char* key = ++p;
    p = end_of_name(p, end);
    if (p == key || p == end || *p != '=') return nullptr;
    const std::string_view name(key, p);
    if (name <= last || name == "time") return nullptr;
    last = name;
    const char* value = ++p;
    p = end_of_name(p, end);
    if (p == value || p == end) return nullptr;
  }
  return *p == ' ' ? p : nullptr;
}

// Behind a plain value, which ends at ',', ' ' or '\n'.
const char* plain_value(const char* p, const char* end, FieldType& type) {
  if (p == end) return nullptr;
  if (*p == '"') {
    const char* const begin = p + 1;
    p = static_cast<const char*>(std::memchr(begin, '"', static_cast<size_t>(end - begin)));
    if (p == nullptr || std::memchr(begin, '\\', static_cast<size_t>(p - begin)) != nullptr) return nullptr;
    type = FieldType::String;
    return p + 1;
  }
  if (*p == 't' || *p == 'f') {
    type = FieldType::Boolean;
    const std::string_view rest(p, end);
    if (rest.starts_with("true")) return p + 4;
    return rest.starts_with("false") ? p + 5 : nullptr;
  }
  if (*p == '-') ++p;
  const char* const digits = p;
  while (p != end && digit(*p)) ++p;
  if (p == digits || p == end) return nullptr;
  if (*p == 'i') {
    type = FieldType::Integer;
    return static_cast<size_t>(p - digits) <= kPlainDigits ? p + 1 : nullptr;
  }
  type = FieldType::Float;
  if (*p == '.') {
    ++p;
    while (p != end && digit(*p)) ++p;
  }
  return p - digits < 200 ? p : nullptr;  // no exponent, and far from infinity
}

// Whether the line at `p` is plain; its fields go to `kinds`.
bool read_plain(const char* p, const char* end, PlainLine& line, std::vector<FieldKind>& kinds) {
  const char* head = p;
  p = plain_head(p, end);
  if (p == nullptr || p - head > 60000) return false;
  line.head = {head, p};
  const char* const fields = ++p;
  kinds.clear();
  while (true) {
    const char* name = p;
    p = end_of_name(p, end);
    if (p == name || p == end || *p != '=' || p - name > 1000) return false;
    FieldKind& kind = kinds.emplace_back();
    kind.name = {name, p};
    if (kind.name == "time") return false;
    p = plain_value(p + 1, end, kind.type);
    if (p == nullptr || p == end) return false;
    if (*p == ',') {
      ++p;
      continue;
    }
    break;
  }
  line.fields = {fields, p};
  line.time = {};
  if (*p == ' ') {
    const char* const time = ++p;
    if (p != end && *p == '-') ++p;
    const char* const digits = p;
    while (p != end && digit(*p)) ++p;
    if (p == digits || p == end) return false;
    line.time = {time, p};
  }
  line.end = p;
  return *p == '\n';
}

class Checker {
 public:
  Checker(std::string text, TimeUnit unit, Ns now, LineJudge* judge)
      : text_(std::move(text)), factor_(length(unit)), now_(now - now % length(unit)), judge_(judge) {}

  CheckedLines run() {
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    PlainLine line;
    for (size_t at = 0; at < text_.size();) {
      if (read_plain(begin + at, end, line, kinds_)) {
        const size_t next = static_cast<size_t>(line.end - begin) + 1;
        plain(line, at, next);
        at = next;
      } else {
        const size_t stop = end_of_line(text_, at);
        odd(std::string_view(text_).substr(at, stop - at), at);
        at = stop + 1;
      }
    }
    finish();
    return std::move(out_);
  }

 private:
  void plain(const PlainLine& line, size_t from, size_t to) {
    if (judge_ != nullptr && refused(judge_->refuse(line.head, kinds_))) {
      skip(from, to);
    } else if (factor_ == 1 && !line.time.empty() && line.time.size() <= kPlainDigits + 1) {
      good(kinds_.size());
    } else {
      const auto time = time_of(line.time);
      skip(from, to);
      if (time) {
        good(kinds_.size());
        rewrite(line.head, line.fields, *time);
      } else {
        bad(std::string_view(text_).substr(from, to - 1 - from), time.error().message);
      }
    }
  }

  // A line that is no plain one, without its '\n'.
  void odd(std::string_view line, size_t from) {
    skip(from, from + line.size() + 1);
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    if (line.empty() || line.front() == '#') return;
    LineParts parts;
    if (const std::string error = split_line(line, parts); !error.empty()) return bad(line, error);
    const auto time = time_of(parts.time);
    if (!time) return bad(line, time.error().message);

    // A field or a tag that is called as the time is: InfluxDB leaves the one out, and the line with the other.
    std::string kept;
    kinds_.clear();
    LineField field;
    for (std::string_view rest = parts.fields, before = rest; next_field(rest, field); before = rest) {
      if (field.name == "time") continue;
      kinds_.push_back({field.name, field.type});
      std::string_view text = before.substr(0, before.size() - rest.size());
      if (!rest.empty()) text.remove_suffix(1);
      if (!kept.empty()) kept += ',';
      kept += text;
    }
    // Names and strings that end with backslashes can mean something else once blanks around them are gone.
    const std::string whole = fmt::format("{} {} {}", parts.head, kept, *time);
    LineParts again;
    if (end_of_line(whole, 0) != whole.size() || !split_line(whole, again).empty() || again.head != parts.head ||
        again.fields != kept) {
      if (!kept.empty()) return bad(line, "invalid field format");
    }

    const SeriesKey key = parse_series(parts.head);
    if (kinds_.empty()) {
      refused(
          fmt::format("invalid field name: input field \"time\" on measurement \"{}\" is invalid", key.measurement));
    } else if (!key.tag("time").empty()) {
      refused(fmt::format("invalid tag key: input tag \"time\" on measurement \"{}\" is invalid", key.measurement));
    } else if (judge_ == nullptr || !refused(judge_->refuse(parts.head, kinds_))) {
      good(kinds_.size());
      rewrite(parts.head, kept, *time);
    }
  }

  Result<Ns> time_of(std::string_view text) const {
    if (text.empty()) return now_;
    const auto count = parse_int<int64_t>(text);
    if (!count) {
      return fail(ErrorCode::Overflow, fmt::format("strconv.ParseInt: parsing \"{}\": value out of range", text));
    }
    const auto time = checked_mul(*count, factor_);
    if (!time || *time < kMinTime || *time > kMaxTime) {
      return fail(ErrorCode::Overflow, fmt::format("time outside range {} - {}", kMinTime, kMaxTime));
    }
    return *time;
  }

  void good(size_t fields) {
    ++out_.rows;
    out_.values += fields;
  }

  bool refused(std::string reason) {
    if (reason.empty()) return false;
    ++out_.dropped;
    out_.reason = std::move(reason);
    return true;
  }

  void bad(std::string_view line, std::string_view why) {
    ++out_.bad_rows;
    if (out_.unparsed.size() >= kMaxErrors || error_bytes_ >= kMaxErrorBytes) return;
    const std::string_view shown = line.substr(0, kMaxErrorBytes - error_bytes_);
    out_.unparsed.push_back(fmt::format("unable to parse '{}': {}", shown, why));
    error_bytes_ += out_.unparsed.back().size();
  }

  // Leaves [from, to) out of the result: what stands before it is copied, and from then on all that is good.
  void skip(size_t from, size_t to) {
    out_.lines.append(text_, kept_, from - kept_);
    kept_ = std::min(to, text_.size());
  }

  void rewrite(std::string_view head, std::string_view fields, Ns time) {
    std::array<char, 24> digits{};
    const auto [stop, error] = std::to_chars(digits.data(), digits.data() + digits.size(), time);
    if (out_.lines.capacity() == 0) out_.lines.reserve(text_.size() + text_.size() / 8 + 64);
    out_.lines += head;
    out_.lines += ' ';
    out_.lines += fields;
    out_.lines += ' ';
    out_.lines.append(digits.data(), stop);
    out_.lines += '\n';
  }

  void finish() {
    if (kept_ == 0 && out_.lines.empty()) {
      out_.lines = std::move(text_);
    } else {
      out_.lines.append(text_, kept_);
    }
    const uint64_t untold = out_.bad_rows - out_.unparsed.size();
    if (untold > 0) out_.unparsed.push_back(fmt::format("and {} like these", counted(untold, "line")));
  }

  std::string text_;
  Ns factor_;
  Ns now_;
  LineJudge* judge_;
  CheckedLines out_;
  size_t kept_ = 0;  // text_ from here on is good, and not in out_.lines yet
  size_t error_bytes_ = 0;
  std::vector<FieldKind> kinds_;
};

}  // namespace

Ns length(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::Nano: return 1;
    case TimeUnit::Micro: return kMicro;
    case TimeUnit::Milli: return kMilli;
    case TimeUnit::Second: return kSecond;
    case TimeUnit::Minute: return kMinute;
    case TimeUnit::Hour: return kHour;
  }
  return 1;
}

std::optional<TimeUnit> time_unit(std::string_view name) {
  if (name.empty() || name == "ns" || name == "n") return TimeUnit::Nano;
  if (name == "us" || name == "u" || name == "µs" || name == "µ") return TimeUnit::Micro;
  if (name == "ms") return TimeUnit::Milli;
  if (name == "s") return TimeUnit::Second;
  if (name == "m") return TimeUnit::Minute;
  if (name == "h") return TimeUnit::Hour;
  return std::nullopt;
}

std::string CheckedLines::message() const {
  if (complete()) return {};
  if (dropped > 0) return fmt::format("partial write: {} dropped={}", reason, dropped);
  const std::string all = fmt::format("{}", fmt::join(unparsed, "\n"));
  return rows == 0 ? all : fmt::format("partial write: {} dropped=0", all);
}

CheckedLines check_lines(std::string text, TimeUnit unit, Ns now, LineJudge* judge) {
  return Checker(std::move(text), unit, now, judge).run();
}

}  // namespace inquest::store
