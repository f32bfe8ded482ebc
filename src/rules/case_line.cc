#include "rules/case_line.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/text.h"

namespace inquest::rules {
namespace {

constexpr std::string_view kKernel = "kernel";

bool digit(char c) { return c >= '0' && c <= '9'; }

// "[   12.345678] " and a caller "[  T12] " behind it.
std::optional<std::string_view> behind_kernel_stamp(std::string_view text) {
  if (!text.starts_with('[')) return std::nullopt;
  const size_t end = text.find("] ");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view stamp = trim(text.substr(1, end - 1));
  const auto in_stamp = [](char c) { return digit(c) || c == '.'; };
  if (stamp.find('.') == std::string_view::npos || !std::ranges::all_of(stamp, in_stamp)) return std::nullopt;
  text.remove_prefix(end + 2);
  if (text.starts_with('[')) {
    const size_t close = text.find("] ");
    const std::string_view caller = trim(text.substr(1, std::min(close, text.size()) - 1));
    const bool named = caller.size() > 1 && (caller[0] == 'T' || caller[0] == 'C');
    if (close != std::string_view::npos && named && std::ranges::all_of(caller.substr(1), digit))
      text.remove_prefix(close + 2);
  }
  return text;
}

// "corosync[812]: " or "kernel: " at the front.
std::optional<CaseLine> named(std::string_view text) {
  const size_t colon = text.find(": ");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view ident = text.substr(0, colon);
  const bool numbered = ident.ends_with(']');
  if (numbered) ident = ident.substr(0, ident.find('['));
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '/' || c == '@';
  };
  if (ident.empty() || !std::ranges::all_of(ident, in_name)) return std::nullopt;
  if (!numbered && ident != kKernel) return std::nullopt;
  const std::string_view message = text.substr(colon + 2);
  return CaseLine{ident, ident == kKernel ? behind_kernel_stamp(message).value_or(message) : message};
}

// What stands behind the time and the host of a syslog line.
std::optional<std::string_view> behind_syslog_stamp(std::string_view text) {
  const auto words = split_blanks(text.substr(0, 80));
  const auto rest_from = [&](size_t word) -> std::optional<std::string_view> {
    if (words.size() <= word) return std::nullopt;
    return text.substr(static_cast<size_t>(words[word].data() - text.data()));
  };
  if (words.size() > 4 && words[0].size() == 3 && digit(words[1][0]) && words[2].size() >= 8 && words[2][2] == ':')
    return rest_from(4);
  if (words.size() > 2 && words[0].size() >= 19 && words[0][4] == '-' && words[0][10] == 'T') return rest_from(2);
  return std::nullopt;
}

}  // namespace

CaseLine CaseLine::of(std::string_view line, const Source& otherwise) {
  if (const auto message = behind_kernel_stamp(line)) return {kKernel, *message};
  if (const auto rest = behind_syslog_stamp(line)) {
    // Programs without a number are common here: "Feb  9 07:55:01 host smartd: text".
    if (const auto split = named(*rest)) return *split;
    const size_t colon = rest->find(": ");
    if (colon != std::string_view::npos) return {rest->substr(0, colon), rest->substr(colon + 2)};
  }
  if (const auto split = named(line)) return *split;
  if (otherwise.kernel) return {kKernel, line};
  if (!otherwise.programs.empty()) return {otherwise.programs.front(), line};
  return {{}, line};
}

}  // namespace inquest::rules
