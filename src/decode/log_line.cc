#include "decode/log_line.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace inquest::decode {
namespace {

constexpr size_t kLongestIdent = 128;
constexpr size_t kLongestHost = 255;  // RFC 5424, 6

bool blank(char c) { return c == ' ' || c == '\t'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view skip_blanks(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && blank(text[at])) ++at;
  return text.substr(at);
}

// The text up to the first blank.
std::string_view word(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && !blank(text[at])) ++at;
  return text.substr(0, at);
}

// "<34>": facility times eight and severity, 0 to 191. The length, 0 for none.
size_t priority(std::string_view line, model::Severity& severity) {
  if (line.size() < 3 || line[0] != '<') return 0;
  int value = 0;
  size_t at = 1;
  for (; at < line.size() && at < 4 && digit(line[at]); ++at) value = value * 10 + (line[at] - '0');
  if (at == 1 || at >= line.size() || line[at] != '>' || value > 191) return 0;
  severity = static_cast<model::Severity>(value % 8);
  return at + 1;
}

// Characters in which neither a word nor a tag ends.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  plain.fill(true);
  for (const unsigned char c : {' ', '\t', ':', '['}) plain[c] = false;
  return plain;
}();

size_t plain_end(std::string_view text, size_t from) {
  while (from < text.size() && kPlain[static_cast<unsigned char>(text[from])]) ++from;
  return from;
}

struct Tag {
  std::string_view ident;
  size_t length = 0;  // with the colon
  bool pid = false;
  bool spaced = false;
};

// "ident[pid]:" or "ident:" at the front. The ident of a journal may have blanks in it if a pid follows ("Web
// Content[1234]:").
std::optional<Tag> tag(std::string_view text) {
  bool spaced = false;
  for (size_t i = plain_end(text, 0); i < text.size() && i < kLongestIdent; i = plain_end(text, i + 1)) {
    if (i == 0) return std::nullopt;
    if (text[i] == ':') {
      const bool end = i + 1 == text.size() || blank(text[i + 1]) || text[i + 1] == '[';
      if (!end) continue;  // "org::name"
      if (spaced) return std::nullopt;
      return Tag{text.substr(0, i), i + 1, false, false};
    }
    if (text[i] == '[') {
      size_t close = i + 1;
      while (close < text.size() && text[close] != ']' && !blank(text[close]) && close - i < 32) ++close;
      if (close + 1 < text.size() && text[close] == ']' && text[close + 1] == ':') {
        return Tag{text.substr(0, i), close + 2, true, spaced};
      }
      if (spaced) return std::nullopt;
    } else {
      spaced = true;
    }
  }
  return std::nullopt;
}

// BusyBox's syslogd writes "daemon.info " between host and tag.
std::optional<model::Severity> busybox_level(std::string_view token) {
  static constexpr std::array<std::string_view, 8> kLevels = {"emerg", "alert",  "crit", "err",
                                                              "warn",  "notice", "info", "debug"};
  static constexpr std::array<std::string_view, 12> kFacilities = {
      "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"};
  const size_t dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view facility = token.substr(0, dot);
  const bool local = facility.size() == 6 && facility.starts_with("local") && digit(facility[5]);
  if (!local && std::ranges::find(kFacilities, facility) == kFacilities.end()) return std::nullopt;
  const auto level = std::ranges::find(kLevels, token.substr(dot + 1));
  if (level == kLevels.end()) return std::nullopt;
  return static_cast<model::Severity>(level - kLevels.begin());
}

void set_message(std::string_view rest, LogLine& out) {
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  out.message = rest;
}

// "[id name=\"value\"][id2 ...]" or "-": its length, 0 where it is neither. Quotes, backslashes and closing brackets in
// values are escaped by backslashes (RFC 5424, 6.3.3).
size_t structured_data(std::string_view text) {
  if (text.starts_with('-')) return 1;
  size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    bool quoted = false;
    for (++at; at < text.size(); ++at) {
      if (quoted && text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        quoted = !quoted;
      } else if (text[at] == ']' && !quoted) {
        break;
      }
    }
    if (at >= text.size()) return 0;
    ++at;
  }
  return at;
}

// What follows "<34>1 ".
bool rfc5424(std::string_view rest, StampParser& stamps, LogLine& out) {
  if (rest.starts_with("- ")) {
    out.stamp = {};
    rest.remove_prefix(1);
  } else {
    if (!stamps.parse(rest, out.stamp) || out.stamp.form != StampForm::Iso || !out.stamp.utc) return false;
    rest.remove_prefix(out.stamp.length);
  }
  std::array<std::string_view, 4> fields;  // host, program, process id, message id
  for (std::string_view& field : fields) {
    if (!rest.starts_with(' ')) return false;
    rest.remove_prefix(1);
    field = word(rest);
    if (field.empty() || field.size() > kLongestHost) return false;
    rest.remove_prefix(field.size());
    if (field == "-") field = {};
  }
  out.host = fields[0];
  out.ident = fields[1];
  out.pid = !fields[2].empty();
  out.rfc5424 = true;
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const size_t data = structured_data(rest);
  rest.remove_prefix(data);  // where it is damaged it stays part of the message
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  out.message = rest;
  return true;
}

}  // namespace

bool LogLineParser::parse(std::string_view line, LogLine& out) {
  out = {};
  std::string_view rest = line;
  if (const size_t length = priority(line, out.severity); length != 0) {
    out.pri = true;
    rest.remove_prefix(length);
    if (rest.starts_with("1 ")) return rfc5424(rest.substr(2), stamps_, out);
  }
  if (!stamps_.parse(rest, out.stamp)) return false;
  // Only journalctl prints these, with a program in each line and never with a priority.
  const bool journal =
      out.stamp.form == StampForm::Full || out.stamp.form == StampForm::Unix || out.stamp.form == StampForm::Monotonic;
  if (journal && out.pri) return false;
  rest = skip_blanks(rest.substr(out.stamp.length));
  if (rest.empty() || rest[0] == '[') return false;

  // The first word is the host, unless the tag's end is in it.
  std::string_view first = rest.substr(0, plain_end(rest, 0));
  bool no_host = false;
  if (first.size() < rest.size() && !blank(rest[first.size()])) {
    first = word(rest);
    no_host = first.back() == ':' || first.find("]:") != std::string_view::npos;
  }
  if (!no_host) {
    if (first.size() > kLongestHost) return false;
    out.host = first;
    rest = skip_blanks(rest.substr(first.size()));
  }
  auto found = tag(rest);
  if (!found || found->spaced) {
    const std::string_view level = word(rest);
    if (const auto severity = busybox_level(level)) {
      out.severity = *severity;
      rest = skip_blanks(rest.substr(level.size()));
      found = tag(rest);
    }
  }
  if (found) {
    out.ident = found->ident;
    out.pid = found->pid;
    set_message(rest.substr(found->length), out);
  } else {
    if (journal || (out.stamp.form == StampForm::Iso && !out.stamp.utc)) return false;
    out.message = rest;
  }
  return true;
}

bool looks_like_header(std::string_view line) {
  const std::string_view front = line.substr(0, 40);
  for (size_t i = 0; i + 8 <= front.size(); ++i) {
    const bool time = front[i + 2] == ':' && front[i + 5] == ':' && two_digits(front.data() + i) >= 0 &&
                      two_digits(front.data() + i + 3) >= 0 && two_digits(front.data() + i + 6) >= 0;
    if (time) return true;
  }
  return month_from_name(front) != 0 && front.size() > 6 && front[3] == ' ' && digit(front[5]);
}

}  // namespace inquest::decode
