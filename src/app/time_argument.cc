#include "app/time_argument.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace inquest::app {
namespace {

std::optional<ParsedTime> parse(std::string text) {
  constexpr size_t kMinutesEnd = std::string_view("2026-02-09T15:55").size();
  const bool to_the_minute = text.size() >= kMinutesEnd && text[kMinutesEnd - 3] == ':' &&
                             (text.size() == kMinutesEnd || text[kMinutesEnd] != ':');
  if (to_the_minute) text.insert(kMinutesEnd, ":00");
  auto time = parse_iso_date_or_time(text);
  if (!time || time->length != text.size()) return std::nullopt;
  if (to_the_minute) time->precision = Precision::Minute;
  return time;
}

}  // namespace

Result<Instant> parse_time_argument(const std::string& text, const std::optional<Zone>& zone) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" {}", text, why));
  };
  const auto time = parse(text);
  if (!time) return refuse("is no time; write 2026-02-09T15:55:00Z, or \"2026-02-09 07:55:00\" with --tz");
  if (const auto utc = time->utc()) return Instant{*utc, time->precision};
  if (!zone && time->precision == Precision::Day) return Instant{time->local, time->precision};
  if (!zone) return refuse("names no zone; end it in Z or give --tz");
  const std::vector<Ns> meant = zone->to_utc(time->local);
  if (meant.empty()) return refuse(fmt::format("does not exist in {}, whose clocks skipped it", zone->name()));
  if (meant.size() > 1) {
    return refuse(fmt::format("came twice in {}; say which, {} or {}", zone->name(),
                              format_utc({meant[0], time->precision}), format_utc({meant[1], time->precision})));
  }
  return Instant{meant[0], time->precision};
}

}  // namespace inquest::app
