#include "record/netconsole_packet.h"

#include <algorithm>
#include <array>

#include "base/hex_digit.h"
#include "base/text.h"

namespace inquest::record {
namespace {

// A release is 64 characters at most (__NEW_UTS_LEN), the numbers are 5, 20 and 20.
constexpr size_t kLongestHeader = 256;
constexpr uint32_t kHighestPriority = 255 << 3 | 7;  // a facility is a byte
constexpr size_t kMostFields = 64;

std::optional<NetconsoleHeader::Fragment> parse_fragment(std::string_view value, size_t length) {
  const size_t slash = value.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto offset = parse_int<uint32_t>(value.substr(0, slash));
  const auto total = parse_int<uint32_t>(value.substr(slash + 1));
  if (!offset || !total || *total > kLongestNetconsoleRecord) return std::nullopt;
  if (*offset > *total || length > *total - *offset) return std::nullopt;
  return NetconsoleHeader::Fragment{*offset, *total};
}

std::string_view take_field(std::string_view& head) {
  const size_t comma = std::min(head.find(','), head.size());
  const std::string_view field = head.substr(0, comma);
  head.remove_prefix(std::min(comma + 1, head.size()));
  return field;
}

// The kernel escapes whatever is no printable ASCII, and the backslash (msg_add_ext_text() in printk.c).
void append_unescaped(std::string& out, std::string_view text) {
  for (size_t at = 0;;) {
    const size_t backslash = text.find('\\', at);
    out += text.substr(at, backslash == std::string_view::npos ? backslash : backslash - at);
    if (backslash == std::string_view::npos) return;
    at = backslash + 1;
    const int high = text.size() - at >= 3 && text[at] == 'x' ? hex_digit(text[at + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
    if (low < 0) {
      out += '\\';
      continue;
    }
    out += static_cast<char>(high << 4 | low);
    at += 3;
  }
}

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_unescaped(out, text);
  return out;
}

}  // namespace

std::optional<NetconsoleHeader> parse_netconsole_header(std::string_view datagram) {
  const size_t end = datagram.substr(0, kLongestHeader).find(';');
  if (end == std::string_view::npos) return std::nullopt;
  NetconsoleHeader out;
  out.body = datagram.substr(end + 1);
  std::string_view head = datagram.substr(0, end);

  std::string_view field = take_field(head);
  auto priority = parse_int<uint32_t>(field);
  if (!priority) {
    out.release = field;
    priority = parse_int<uint32_t>(take_field(head));
    // A kernel's release begins with its version; the words of a log do not.
    if (out.release.empty() || out.release[0] < '0' || out.release[0] > '9') return std::nullopt;
  }
  const auto sequence = parse_int<uint64_t>(take_field(head));
  const auto uptime = parse_int<uint64_t>(take_field(head));
  out.flags = take_field(head);
  if (!priority || *priority > kHighestPriority || !sequence || *sequence >> 63 != 0 || !uptime) return std::nullopt;
  if (out.flags.empty() || out.flags.size() > 8) return std::nullopt;
  out.priority = *priority;
  out.sequence = *sequence;
  out.uptime_us = *uptime;

  while (!head.empty()) {
    field = take_field(head);
    if (field.starts_with("caller=")) {
      out.caller = field.substr(7);
    } else if (field.starts_with("ncfrag=")) {
      out.fragment = parse_fragment(field.substr(7), out.body.size());
      if (!out.fragment) return std::nullopt;
    }
    // What later kernels may add is left out: "ignore unknown fields" (Documentation/ABI/testing/dev-kmsg).
  }
  return out;
}

NetconsoleBody parse_netconsole_body(std::string_view body) {
  NetconsoleBody out;
  const size_t end = std::min(body.find('\n'), body.size());
  out.text = unescaped(body.substr(0, end));
  body.remove_prefix(std::min(end + 1, body.size()));
  while (!body.empty()) {
    const size_t newline = std::min(body.find('\n'), body.size());
    const std::string_view line = body.substr(0, newline);
    body.remove_prefix(std::min(newline + 1, body.size()));
    const size_t equals = line.find('=');
    if (line.starts_with(' ') && equals != std::string_view::npos && equals > 1 && out.fields.size() < kMostFields) {
      out.fields.emplace_back(unescaped(line.substr(1, equals - 1)), unescaped(line.substr(equals + 1)));
    } else if (!line.empty()) {
      out.text += '\n';
      append_unescaped(out.text, line);
    }
  }
  return out;
}

}  // namespace inquest::record
