#include "record/graphite.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "store/line_protocol.h"
#include "store/rows.h"

namespace inquest::record {
namespace {

constexpr size_t kLongest = 4096;  // of a line
constexpr size_t kMostParts = 128;
constexpr double kLatest = 9.2e9;  // seconds that nanoseconds in 64 bits can count

void join(std::string& to, std::string_view part) {
  if (!to.empty()) to += '.';
  to += part;
}

void set_tag(std::vector<std::pair<std::string, std::string>>& tags, std::string_view name, std::string_view value,
             bool more) {
  const auto found = std::ranges::find(tags, name, [](const auto& tag) { return std::string_view(tag.first); });
  if (found == tags.end()) {
    tags.emplace_back(name, value);
  } else if (more) {
    join(found->second, value);
  } else {
    found->second = value;
  }
}

// Nothing for a time that can't be.
std::optional<Ns> time_of(std::string_view text, Ns now) {
  if (text.empty() || text == "-1" || text == "N") return now;
  if (const auto seconds = parse_int<int64_t>(text)) return checked_mul(*seconds, kSecond);
  const auto seconds = parse_double(text);
  if (!seconds || std::abs(*seconds) > kLatest) return std::nullopt;
  // To the microsecond: more than that a double of this size does not hold.
  return static_cast<Ns>(std::llround(*seconds * 1e6)) * kMicro;
}

std::string field_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',' || c == '=' || c == ' ' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Result<GraphiteTemplates> GraphiteTemplates::parse(std::span<const std::string> templates) {
  GraphiteTemplates all;
  for (const std::string& text : templates) {
    const auto no = [&](std::string_view why) {
      return fail(ErrorCode::Malformed, fmt::format("the template \"{}\" {}", printable(text), why));
    };
    std::vector<std::string_view> words = split_blanks(text);
    Template one;
    while (!words.empty() && words.back().find('=') != std::string_view::npos) {
      const std::string_view tag = words.back();
      one.tags.emplace_back(tag.substr(0, tag.find('=')), tag.substr(tag.find('=') + 1));
      words.pop_back();
    }
    if (words.empty() || words.size() > 2) return no("is not of the form: FILTER TEMPLATE TAG=VALUE...");
    if (words.size() == 2) {
      for (const std::string_view part : split(words[0], '.')) one.filter.emplace_back(part);
    }
    for (const std::string_view part : split(words.back(), '.')) {
      if (!one.parts.empty() && one.parts.back().ends_with('*')) return no("goes on behind a part that takes all");
      one.parts.emplace_back(part);
    }
    all.templates_.push_back(std::move(one));
  }
  return all;
}

bool GraphiteTemplates::fits(const Template& one, std::span<const std::string_view> name) {
  return one.filter.size() <= name.size() &&
         std::equal(one.filter.begin(), one.filter.end(), name.begin(),
                    [](const std::string& want, std::string_view part) { return want == "*" || want == part; });
}

bool GraphiteTemplates::append(std::string_view line, Ns now, std::string& out) const {
  if (line.size() > kLongest) return false;
  const std::vector<std::string_view> words = split_blanks(line);
  if (words.size() < 2 || words.size() > 3) return false;
  const auto time = time_of(words.size() == 3 ? words[2] : std::string_view(), now);
  if (!time) return false;
  const std::string value_text = lower(words[1]);
  const auto value = parse_double(words[1]);
  if (!value && value_text != "nan" && value_text != "inf" && value_text != "-inf" && value_text != "+inf")
    return false;

  store::SeriesKey key;
  const std::vector<std::string_view> named = split(words[0], ';');
  const std::string_view path = named.front();
  if (path.empty()) return false;
  const std::vector<std::string_view> name = split(path, '.');
  if (name.size() > kMostParts || named.size() > kMostParts) return false;
  const auto fitting = std::ranges::find_if(templates_, [&](const Template& one) { return fits(one, name); });
  std::string field;
  if (fitting != templates_.end()) {
    key.tags = fitting->tags;
    for (size_t at = 0; at < name.size() && !fitting->parts.empty(); ++at) {
      std::string_view meaning = fitting->parts[std::min(at, fitting->parts.size() - 1)];
      if (at >= fitting->parts.size() && !meaning.ends_with('*')) break;
      if (meaning.ends_with('*')) meaning.remove_suffix(1);
      if (meaning.empty() || name[at].empty()) continue;
      if (meaning == "measurement") {
        join(key.measurement, name[at]);
      } else if (meaning == "field") {
        join(field, name[at]);
      } else {
        set_tag(key.tags, meaning, name[at], true);
      }
    }
  }
  if (key.measurement.empty()) key.measurement = path;
  if (field.empty()) field = "value";
  for (const std::string_view tag : std::span(named).subspan(1)) {
    const size_t equals = tag.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == tag.size()) return false;
    set_tag(key.tags, tag.substr(0, equals), tag.substr(equals + 1), false);
  }
  if (!value) return true;
  std::ranges::sort(key.tags);
  fmt::format_to(std::back_inserter(out), "{} {}={} {}\n", store::format_series(key), field_name(field), *value, *time);
  return true;
}

}  // namespace inquest::record
