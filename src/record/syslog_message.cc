#include "record/syslog_message.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decode/log_stamp.h"

namespace inquest::record {
namespace {

using decode::Stamp;
using decode::StampForm;
using decode::StampParser;

constexpr size_t kLongestHost = 255;   // RFC 5424, 6
constexpr size_t kLongestIdent = 128;  // 48 there, 32 in RFC 3164; programs are not so strict
constexpr size_t kMostData = 64;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool blank(char c) { return c == ' ' || c == '\t'; }

std::string_view skip_blanks(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && blank(text[at])) ++at;
  return text.substr(at);
}

std::string_view word(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && !blank(text[at])) ++at;
  return text.substr(0, at);
}

// "<34>" at the front: its length, 0 where there is none.
size_t read_priority(std::string_view text, SyslogMessage& out) {
  if (!text.starts_with('<')) return 0;
  size_t at = 1;
  uint32_t value = 0;
  for (; at < text.size() && at < 4 && digit(text[at]); ++at)
    value = value * 10 + static_cast<uint32_t>(text[at] - '0');
  if (at == 1 || at >= text.size() || text[at] != '>' || value > 191) return 0;
  out.facility = value >> 3;
  out.severity = static_cast<uint8_t>(value & 7);
  out.priority = true;
  return at + 1;
}

void set_time(const Stamp& stamp, SyslogMessage& out) {
  out.time = stamp.time;
  out.utc = stamp.utc;
  out.year = stamp.form != StampForm::Bsd;
}

// `id="value"` parameters of one element, from behind its id up to its closing bracket; where that is, or npos.
size_t read_parameters(std::string_view text, size_t at, std::string_view id, SyslogMessage& out) {
  while (at < text.size()) {
    if (text[at] == ']') return at;
    if (text[at] != ' ') return std::string_view::npos;
    while (at < text.size() && text[at] == ' ') ++at;
    if (at < text.size() && text[at] == ']') return at;
    const size_t equals = text.find('=', at);
    if (equals == std::string_view::npos || equals == at || equals - at > kLongestIdent)
      return equals == at ? equals : std::string_view::npos;
    const std::string_view name = text.substr(at, equals - at);
    at = equals + 1;
    if (at >= text.size() || text[at] != '"') return std::string_view::npos;
    std::string value;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      // Only these three are escaped; any other backslash stands for itself (RFC 5424, 6.3.3).
      const bool escape = text[at] == '\\' && at + 1 < text.size() &&
                          (text[at + 1] == '"' || text[at + 1] == '\\' || text[at + 1] == ']');
      if (escape) ++at;
      value += text[at];
    }
    if (at >= text.size()) return std::string_view::npos;
    ++at;
    if (out.data.size() >= kMostData) return std::string_view::npos;
    out.data.emplace_back(std::string(id) + '.' + std::string(name), std::move(value));
  }
  return std::string_view::npos;
}

// "[id name=\"value\"][id2]" or "-": its length. 0, and no data, where it is neither: it is part of the message then.
size_t read_data(std::string_view text, SyslogMessage& out) {
  if (text == "-" || text.starts_with("- ")) return 1;
  size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    size_t end = at + 1;
    while (end < text.size() && end - at <= kLongestIdent && text[end] != ' ' && text[end] != ']') ++end;
    const std::string_view id = text.substr(at + 1, end - at - 1);
    const size_t close = id.empty() ? std::string_view::npos : read_parameters(text, end, id, out);
    if (close == std::string_view::npos || text[close] != ']') {
      out.data.clear();
      return 0;
    }
    at = close + 1;
  }
  if (at < text.size() && text[at] != ' ') {
    out.data.clear();
    return 0;
  }
  return at;
}

// What follows "<34>1 ". False, with nothing read, where it is not that.
bool read_rfc5424(std::string_view rest, SyslogMessage& out) {
  SyslogMessage read = out;
  if (rest.starts_with("- ")) {
    rest.remove_prefix(1);
  } else {
    Stamp stamp;
    if (!StampParser().parse(rest, stamp) || stamp.form != StampForm::Iso) return false;
    set_time(stamp, read);
    rest.remove_prefix(stamp.length);
  }
  std::array<std::string_view*, 4> fields = {&read.host, &read.ident, &read.process, &read.message_id};
  for (std::string_view* field : fields) {
    if (!rest.starts_with(' ')) return false;
    rest.remove_prefix(1);
    *field = word(rest);
    if (field->empty() || field->size() > kLongestHost) return false;
    rest.remove_prefix(field->size());
    if (*field == "-") *field = {};
  }
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const size_t length = read_data(rest, read);
  rest.remove_prefix(length);
  if (length != 0 && rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  // What rsyslog received as "tag: text" it sends on with the blank that stood before the text.
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  read.message = rest;
  out = std::move(read);
  return true;
}

// "ident[pid]: " or "ident: " at the front: its length with the colon, 0 for none.
size_t read_tag(std::string_view text, SyslogMessage& out) {
  size_t end = 0;
  while (end < text.size() && end < kLongestIdent && !blank(text[end]) && text[end] != '[' && text[end] != ':') ++end;
  // "org::name" and "C:\path" are words of a message; a tag's colon has a blank behind it, or the end.
  const auto colon = [&](size_t at) {
    return at < text.size() && text[at] == ':' && (at + 1 == text.size() || blank(text[at + 1]));
  };
  if (end == 0 || end >= text.size()) return 0;
  if (text[end] == '[') {
    const size_t close = text.substr(0, end + 40).find(']', end);
    if (close == std::string_view::npos) return 0;
    const bool ends = close + 1 < text.size() && text[close + 1] == ':';
    if (!ends) return 0;
    out.ident = text.substr(0, end);
    out.process = text.substr(end + 1, close - end - 1);
    return close + 2;
  }
  if (!colon(end)) return 0;
  out.ident = text.substr(0, end);
  return end + 1;
}

void read_content(std::string_view rest, SyslogMessage& out) {
  const size_t tag = read_tag(rest, out);
  rest.remove_prefix(tag);
  if (tag != 0 && rest.starts_with(' ')) rest.remove_prefix(1);
  out.message = rest;
}

// What stands behind a time: a host, unless that word is the program's already.
void read_host_and_content(std::string_view rest, SyslogMessage& out) {
  rest = skip_blanks(rest);
  const std::string_view first = word(rest);
  const bool tag = first.ends_with(':') || first.find("]:") != std::string_view::npos;
  if (!tag && !first.empty() && first.size() <= kLongestHost && first[0] != '[') {
    out.host = first;
    rest = skip_blanks(rest.substr(first.size()));
  }
  read_content(rest, out);
}

// Cisco's IOS: "45: router1: *Mar  1 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured from console", of which the number
// (`service sequence-numbers`), the host (`logging origin-id`), the mark of a clock that is not set or not sure, and
// the zone may be missing. False, with nothing read, where it is not that.
bool read_cisco(std::string_view rest, SyslogMessage& out) {
  SyslogMessage read = out;
  size_t digits = 0;
  while (digits < rest.size() && digits < 12 && digit(rest[digits])) ++digits;
  const bool number = digits != 0 && rest.substr(digits).starts_with(": ");
  if (number) {
    read.data.emplace_back("sequence", rest.substr(0, digits));
    rest.remove_prefix(digits + 2);
  }
  if (const std::string_view first = word(rest); first.ends_with(':') && first.size() > 1) {
    const std::string_view next = skip_blanks(rest.substr(first.size()));
    if (!next.starts_with('%')) {
      read.host = first.substr(0, first.size() - 1);
      rest = next;
    }
  }
  const bool mark = rest.starts_with('*') || rest.starts_with('.');
  if (mark) rest.remove_prefix(1);
  const size_t end = rest.substr(0, 48).find(": ");
  if (end == std::string_view::npos || end == 0 || !rest.substr(end + 2).starts_with('%')) return false;
  const std::string_view time = rest.substr(0, end);
  Stamp stamp;
  if (StampParser().parse(time, stamp)) {
    set_time(stamp, read);
    const std::string_view zone = trim(time.substr(stamp.length));
    if (zone == "UTC" || zone == "GMT") read.utc = true;
    if (!zone.empty() && !read.utc) read.data.emplace_back("zone", zone);
  } else if (number && word(time) == time && digit(time[0])) {
    read.data.emplace_back("uptime", time);  // "3w2d" of `service timestamps log uptime`
  } else {
    return false;
  }
  read_content(rest.substr(end + 2), read);
  out = std::move(read);
  return true;
}

}  // namespace

SyslogMessage parse_syslog(std::string_view text) {
  if (text.ends_with('\0')) text.remove_suffix(1);
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  SyslogMessage out;
  std::string_view rest = text.substr(read_priority(text, out));
  if (out.priority && rest.starts_with("1 ") && read_rfc5424(rest.substr(2), out)) return out;
  Stamp stamp;
  const bool stamped =
      StampParser().parse(rest, stamp) &&
      (stamp.form == StampForm::Bsd || stamp.form == StampForm::BsdYear || stamp.form == StampForm::Iso);
  if (stamped) {
    set_time(stamp, out);
    read_host_and_content(rest.substr(stamp.length), out);
  } else if (!out.priority) {
    out.message = rest;
  } else if (!read_cisco(rest, out)) {
    read_content(rest, out);
  }
  return out;
}

}  // namespace inquest::record
