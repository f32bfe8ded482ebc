#include "base/zone.h"

#include <algorithm>
#include <cctype>
#include <exception>

#include <date/tz.h>
#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"

namespace inquest {
namespace {

using std::chrono::nanoseconds;

const date::time_zone* as_zone(const void* zone) { return static_cast<const date::time_zone*>(zone); }

// "UTC+1", "+01:00", "GMT-0800", "+5:30"
std::optional<Ns> parse_fixed(std::string_view name) {
  if (name.starts_with("UTC") || name.starts_with("GMT")) name.remove_prefix(3);
  if (name.empty()) return Ns{0};
  if (name[0] != '+' && name[0] != '-') return std::nullopt;
  const bool negative = name[0] == '-';
  name.remove_prefix(1);
  std::string digits;
  size_t colon = std::string_view::npos;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == ':' && colon == std::string_view::npos) {
      colon = digits.size();
    } else if (std::isdigit(static_cast<unsigned char>(name[i])) != 0) {
      digits += name[i];
    } else {
      return std::nullopt;
    }
  }
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  const size_t hour_digits =
      colon != std::string_view::npos ? colon : (digits.size() <= 2 ? digits.size() : digits.size() - 2);
  if (hour_digits == 0 || hour_digits > 2) return std::nullopt;
  const std::string_view all = digits;
  const int hours = parse_int<int>(all.substr(0, hour_digits)).value_or(0);
  const int minutes = parse_int<int>(all.substr(hour_digits)).value_or(0);
  if (hours > 15 || minutes > 59) return std::nullopt;
  const Ns value = hours * kHour + minutes * kMinute;
  return negative ? -value : value;
}

// The same letters in the last part of the name, for a hint: "Los_angeles" finds "America/Los_Angeles".
std::string similar(std::string_view name) {
  const auto fold = [](std::string_view text) {
    std::string out;
    for (const char c : text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1)) {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0) out += static_cast<char>(std::tolower(c));
    }
    return out;
  };
  const std::string wanted = fold(name);
  if (wanted.size() < 3) return {};
  for (const auto& zone : date::get_tzdb().zones) {
    const std::string have = fold(zone.name());
    if (have == wanted || (wanted.size() >= 4 && have.starts_with(wanted))) return zone.name();
  }
  return {};
}

}  // namespace

Zone Zone::fixed(Ns offset) {
  Zone zone;
  zone.fixed_ = offset;
  const Ns size = offset < 0 ? -offset : offset;
  zone.name_ =
      offset == 0 ? "UTC" : fmt::format("UTC{}{:02}:{:02}", offset < 0 ? '-' : '+', size / kHour, size / kMinute % 60);
  return zone;
}

Result<Zone> Zone::find(std::string_view name) {
  if (name == "Z" || name == "UTC" || name == "Etc/UTC") return Zone{};
  if (const auto offset = parse_fixed(name); offset && !name.empty()) return fixed(*offset);
  try {
    Zone zone;
    zone.zone_ = date::locate_zone(std::string(name));
    zone.name_ = std::string(name);
    return zone;
  } catch (const std::exception&) {  // the library has no other way to say no
    std::string hint;
    try {
      hint = similar(name);
    } catch (const std::exception&) {
      hint.clear();
    }
    return fail(ErrorCode::NotFound,
                fmt::format("no time zone is called \"{}\"{}", name,
                            hint.empty() ? "; use a name such as Europe/Berlin, or an offset such as +01:00"
                                         : fmt::format("; did you mean {}?", hint)));
  }
}

std::vector<Ns> Zone::to_utc(Ns local) const {
  if (zone_ == nullptr) {
    const auto utc = checked_sub(local, fixed_);
    return utc ? std::vector{*utc} : std::vector<Ns>{};
  }
  try {
    const date::local_time<nanoseconds> time{nanoseconds(local)};
    const auto info = as_zone(zone_)->get_info(time);
    const auto minus = [&](const date::sys_info& part) { return local - nanoseconds(part.offset).count(); };
    if (info.result == date::local_info::nonexistent) return {};
    if (info.result == date::local_info::ambiguous) {
      const Ns a = minus(info.first);
      const Ns b = minus(info.second);
      return {std::min(a, b), std::max(a, b)};
    }
    return {minus(info.first)};
  } catch (const std::exception&) {
    return {};
  }
}

Ns Zone::offset_at(Ns utc) const {
  if (zone_ == nullptr) return fixed_;
  try {
    return nanoseconds(as_zone(zone_)->get_info(date::sys_time<nanoseconds>(nanoseconds(utc))).offset).count();
  } catch (const std::exception&) {
    return 0;
  }
}

std::string Zone::abbreviation_at(Ns utc) const {
  if (zone_ == nullptr) return name_;
  try {
    return as_zone(zone_)->get_info(date::sys_time<nanoseconds>(nanoseconds(utc))).abbrev;
  } catch (const std::exception&) {
    return name_;
  }
}

}  // namespace inquest
