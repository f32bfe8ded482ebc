#include "review/mention.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr size_t kMostOfAStatement = 200;

struct Named {
  std::string_view name;
  int number;
};

constexpr auto kMonths = std::to_array<Named>({{"jan", 1},
                                               {"feb", 2},
                                               {"mar", 3},
                                               {"mär", 3},
                                               {"apr", 4},
                                               {"may", 5},
                                               {"mai", 5},
                                               {"jun", 6},
                                               {"jul", 7},
                                               {"aug", 8},
                                               {"sep", 9},
                                               {"oct", 10},
                                               {"okt", 10},
                                               {"nov", 11},
                                               {"dec", 12},
                                               {"dez", 12}});

int month_of(std::string_view name) {
  const std::string small = lower(name);
  for (const auto& [start, number] : kMonths) {
    if (small.starts_with(start)) return number;
  }
  return 0;
}

// Only abbreviations that mean one offset: IST and CST mean several.
struct ZoneName {
  std::string_view name;
  int minutes;
};
constexpr auto kZones = std::to_array<ZoneName>(
    {{"UTC", 0},    {"GMT", 0},    {"Z", 0},      {"WET", 0},    {"WEST", 60},   {"BST", 60},   {"CET", 60},
     {"MEZ", 60},   {"CEST", 120}, {"MESZ", 120}, {"EET", 120},  {"EEST", 180},  {"MSK", 180},  {"JST", 540},
     {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}, {"EST", -300},  {"EDT", -240}, {"CDT", -300},
     {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"AKST", -540}, {"HST", -600}});

constexpr std::string_view kZonePattern =
    R"((?-i:UTC ?[+-]\d{1,2}(?::?\d\d)?|UTC|GMT|Z|WEST|WET|BST|CEST|CET|MESZ|MEZ|EEST|EET|MSK|JST|AEST|AEDT|NZST|NZDT|EST|EDT|CDT|MST|MDT|PST|PDT|AKST|HST|[+-]\d\d:?\d\d))";

std::optional<TimeZone> zone_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto known = zone_offset(text)) return TimeZone{std::string(text), *known};
  std::string_view rest = text;
  if (rest.starts_with("UTC")) rest = trim(rest.substr(3));
  if (rest.size() < 2 || (rest[0] != '+' && rest[0] != '-')) return std::nullopt;
  std::string digits;
  for (const char c : rest.substr(1)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  int hours = 0;
  int minutes = 0;
  if (digits.size() <= 2) {
    hours = parse_int<int>(digits).value_or(99);
  } else {
    hours = parse_int<int>(digits.substr(0, digits.size() - 2)).value_or(99);
    minutes = parse_int<int>(digits.substr(digits.size() - 2)).value_or(99);
  }
  if (hours > 14 || minutes > 59) return std::nullopt;
  const Ns size = hours * kHour + minutes * kMinute;
  return TimeZone{std::string(text), rest[0] == '-' ? -size : size};
}

const Regex& approximation() {
  static const Regex regex(
      R"((~|≈|\babout|\baround|\broughly|\bapprox\.?|\bapproximately|\bcirca|\bca\.?|\betwa|\brund|\bungefähr|\bknapp|\bfast|\bgut|\balmost|\bnearly|\bover|\bmore than|\bless than|\bunder|\bat least|\bmindestens|über|\bmehr als|\bweniger als|\bup to|\bbis zu|\bwithin|\bbinnen|\binnerhalb von|>|<|≥|≤|\bsome|\ba good|\bgegen|\bshortly (before|after)|\bkurz (vor|nach))\s*$)");
  return regex;
}

bool approximate_before(std::string_view text, size_t at) {
  const size_t from = at > 24 ? at - 24 : 0;
  return approximation().found_in(text.substr(from, at - from));
}

void find_dates(const Statement& statement, size_t index, std::vector<DateMention>& out) {
  static const Regex iso(R"(\b(\d{4})-(\d{2})-(\d{2})(?:\b|T))");
  static const Regex month_first(
      R"(\b((?-i:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.? {1,2}(\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4})\b)?)");
  static const Regex day_first(
      R"(\b(\d{1,2})(?:st|nd|rd|th)?\.? ((?-i:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Jan|Feb|Mar|Mär|Apr|Jun|Jul|Aug|Sept?|Oct|Okt|Nov|Dec|Dez))\b\.?(?: (\d{4})\b)?)");
  static const Regex numeric(R"(\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b)");
  const std::string& text = statement.text;
  const size_t first = out.size();
  const auto note = [&](const Group& whole, std::string_view year, int month, std::string_view day) {
    for (size_t i = first; i < out.size(); ++i) {
      const DateMention& other = out[i];
      if (whole.at < other.at + other.length && other.at < whole.at + whole.text.size()) return;
    }
    DateMention mention{index, whole.at, whole.text.size(), {}};
    if (mention.length > 0 && text[whole.at + mention.length - 1] == 'T') --mention.length;
    mention.date.year = parse_int<int>(year);
    mention.date.month = month;
    mention.date.day = parse_int<int>(day).value_or(0);
    out.push_back(mention);
  };
  for (const auto& g : iso.find_all(text, kMostOfAStatement))
    note(g[0], g[1].text, parse_int<int>(g[2].text).value_or(0), g[3].text);
  for (const auto& g : numeric.find_all(text, kMostOfAStatement))
    note(g[0], g[3].text, parse_int<int>(g[2].text).value_or(0), g[1].text);
  for (const auto& g : day_first.find_all(text, kMostOfAStatement))
    note(g[0], g[3].text, month_of(g[2].text), g[1].text);
  for (const auto& g : month_first.find_all(text, kMostOfAStatement))
    note(g[0], g[3].text, month_of(g[1].text), g[2].text);
}

// Digits with colons that are no time of day: addresses of PCI devices, ports, lines of files, MAC addresses.
bool other_number(std::string_view text, size_t at, size_t end, bool seconds) {
  if (at > 0) {
    const char before = text[at - 1];
    const bool stamp = before == 'T' && at > 1 && text[at - 2] >= '0' && text[at - 2] <= '9';
    if (!stamp && ((before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') ||
                   (before >= 'A' && before <= 'Z') || std::string_view(":./@#_").contains(before))) {
      return true;
    }
  }
  if (end >= text.size()) return false;
  const char after = text[end];
  const char next = end + 1 < text.size() ? text[end + 1] : ' ';
  const bool next_digit = next >= '0' && next <= '9';
  if (after == ':' && (next_digit || (next >= 'a' && next <= 'f'))) return true;
  if (after == '.' && next_digit && !seconds) return true;
  return (after >= 'a' && after <= 'z') || (after >= '0' && after <= '9');
}

void find_times(const Statement& statement, size_t index, std::vector<TimeMention>& out) {
  static const Regex behind(std::string(R"(^(?: ?(a\.m\.|p\.m\.|AM\b|PM\b))?( Uhr\b)?(?: ?\(?()") +
                            std::string(kZonePattern) + R"()(?:\b|$))?)");
  static const Regex digits(R"((\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)");
  static const Regex at_word(R"(\b(at|um|gegen|ab|seit|since|until|bis|from|von|~)\s*$)");
  const std::string& text = statement.text;
  for (const auto& g : digits.find_all(text, kMostOfAStatement)) {
    const size_t end = g[0].at + g[0].text.size();
    // The "01:00" of "15:54+01:00".
    if (!out.empty() && out.back().statement == index && g[0].at < out.back().at + out.back().length) continue;
    if (other_number(text, g[0].at, end, static_cast<bool>(g[3]))) {
      const std::string_view rest = std::string_view(text).substr(end);
      const bool zulu = rest.starts_with("Z") || rest.starts_with("am") || rest.starts_with("pm");
      if (!zulu || other_number(text, g[0].at, text.size(), true)) continue;
    }
    const auto suffix = behind.find(std::string_view(text).substr(end));
    TimeMention mention{.statement = index, .at = g[0].at, .length = g[0].text.size()};
    int hour = parse_int<int>(g[1].text).value_or(99);
    const int minute = parse_int<int>(g[2].text).value_or(99);
    const int second = g[3] ? parse_int<int>(g[3].text).value_or(99) : 0;
    const bool half_day = !suffix.empty() && suffix[1];
    const bool said = half_day || (!suffix.empty() && (suffix[2] || suffix[3]));
    if (g[1].text.size() == 1 && !said && !at_word.found_in(std::string_view(text).substr(0, g[0].at))) continue;
    if (hour > 24 || minute > 59 || second > 60) continue;
    if (half_day) {
      if (hour == 0 || hour > 12) continue;
      const bool afternoon = suffix[1].text[0] == 'p' || suffix[1].text[0] == 'P';
      hour = hour % 12 + (afternoon ? 12 : 0);
    }
    mention.of_day = hour * kHour + minute * kMinute + second * kSecond;
    if (g[3]) mention.precision = Precision::Second;
    if (g[4]) {
      Ns fraction = parse_int<Ns>(g[4].text).value_or(0);
      for (size_t n = g[4].text.size(); n < 9; ++n) fraction *= 10;
      mention.of_day += fraction;
      mention.precision = precision_of_digits(static_cast<int>(g[4].text.size()));
    }
    // "01:00-07:09" is a span of the clock, "2026-03-01T01:00:00-07:00" has an offset.
    const bool span =
        !suffix.empty() && suffix[3].text.starts_with('-') && !g[3] && (g[0].at == 0 || text[g[0].at - 1] != 'T');
    if (!suffix.empty() && !span) {
      mention.length += suffix[0].text.size();
      mention.zone = zone_of(suffix[3].text);
      mention.own_zone = mention.zone.has_value();
    }
    mention.approximate = approximate_before(text, mention.at);
    out.push_back(std::move(mention));
  }
}

constexpr auto kNumbers = std::to_array<Named>(
    {{"one", 1},   {"two", 2},    {"three", 3}, {"four", 4},    {"five", 5},    {"six", 6},  {"seven", 7},
     {"eight", 8}, {"nine", 9},   {"ten", 10},  {"eleven", 11}, {"twelve", 12}, {"ein", 1},  {"eine", 1},
     {"einer", 1}, {"einem", 1},  {"einen", 1}, {"zwei", 2},    {"drei", 3},    {"vier", 4}, {"fünf", 5},
     {"sechs", 6}, {"sieben", 7}, {"acht", 8},  {"neun", 9},    {"zehn", 10},   {"elf", 11}, {"zwölf", 12}});

struct UnitName {
  std::string_view start;
  Ns size;
};
// Longer beginnings first.
constexpr auto kUnits = std::to_array<UnitName>({{"milli", kMilli},
                                                 {"minute", kMinute},
                                                 {"min", kMinute},
                                                 {"month", 30 * kDay},
                                                 {"monat", 30 * kDay},
                                                 {"ms", kMilli},
                                                 {"m", kMinute},
                                                 {"sec", kSecond},
                                                 {"sek", kSecond},
                                                 {"std", kHour},
                                                 {"stunde", kHour},
                                                 {"s", kSecond},
                                                 {"h", kHour},
                                                 {"day", kDay},
                                                 {"d", kDay},
                                                 {"tag", kDay},
                                                 {"week", 7 * kDay},
                                                 {"woche", 7 * kDay}});

Ns unit_of(std::string_view word) {
  const std::string small = lower(word);
  for (const auto& [start, size] : kUnits) {
    if (small.starts_with(start)) return size;
  }
  return 0;
}

// "202,913", "1.089", "1,5", "17": digits behind the mark of fraction go to `decimals`.
std::optional<double> number_of(std::string_view text, bool german, int& decimals) {
  decimals = 0;
  const std::string small = lower(text);
  for (const auto& [name, number] : kNumbers) {
    if (small == name) return number;
  }
  const char thousands = german ? '.' : ',';
  std::string digits;
  const size_t mark = text.find_first_of(".,");
  const bool groups = mark != std::string_view::npos && text.size() - text.find_last_of(".,") == 4 &&
                      (text[mark] == thousands || std::ranges::count(text, text[mark]) > 1) && mark > 0 && mark <= 3 &&
                      text[0] != '0';
  for (const char c : text) {
    if (c == '.' || c == ',') {
      if (!groups) digits += '.';
    } else {
      digits += c;
    }
  }
  if (const size_t dot = digits.find('.'); dot != std::string::npos)
    decimals = static_cast<int>(digits.size() - dot - 1);
  return parse_double(digits);
}

void find_durations(const Statement& statement, size_t index, bool german, std::vector<DurationMention>& out) {
  static const Regex one(
      R"((\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|einer|einem|einen|eine|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf))[ -]?(ms|milliseconds?|millisekunden?|seconds?|secs?|sekunden?|sek|s|minutes?|minuten?|mins?|min|hours?|hrs?|stunden?|std|h|months?|monate?n?|m|days?|tage?n?|d|weeks?|wochen?)(?:\b|$))");
  static const Regex joint(R"(^\s*(,|and|und|&)?\s*$)");
  const std::string& text = statement.text;
  const size_t first = out.size();
  static const Regex joined(R"(\b(\d{1,3})h ?(\d{1,2})(?:m|min)?\b)");  // "2h58m"
  for (const auto& g : joined.find_all(text, kMostOfAStatement)) {
    const Ns value = parse_int<Ns>(g[1].text).value_or(0) * kHour + parse_int<Ns>(g[2].text).value_or(0) * kMinute;
    out.push_back({.statement = index,
                   .at = g[0].at,
                   .length = g[0].text.size(),
                   .value = value,
                   .unit = kMinute,
                   .approximate = approximate_before(text, g[0].at)});
  }
  size_t last_end = std::string::npos;
  for (const auto& g : one.find_all(text, kMostOfAStatement)) {
    const size_t at = g[0].at;
    if (at > 0) {
      const char before = text[at - 1];
      if ((before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
          std::string_view(".:_/").contains(before)) {
        continue;
      }
    }
    int decimals = 0;
    const auto number = number_of(g[1].text, german, decimals);
    const Ns unit = unit_of(g[2].text);
    if (!number || unit == 0 || *number > 1e6 * static_cast<double>(kDay / unit + 1)) continue;
    const bool attached = g[0].text.size() == g[1].text.size() + g[2].text.size();
    const std::string word = lower(g[2].text);
    // "the 1990s", "2m" (metres), "5 d".
    if (word == "s" && attached && g[1].text.size() == 4 &&
        (g[1].text.starts_with("19") || g[1].text.starts_with("20")))
      continue;
    const bool continues = out.size() > first && out.back().statement == index && last_end != std::string::npos &&
                           joint.found_in(std::string_view(text).substr(last_end, at - last_end)) &&
                           unit < out.back().unit;
    if (word == "m" && !continues) continue;
    Ns smallest = unit;
    for (int i = 0; i < decimals && smallest > 1; ++i) smallest /= 10;
    const auto value = static_cast<Ns>(*number * static_cast<double>(unit));
    last_end = at + g[0].text.size();
    if (continues) {
      out.back().value += value;
      out.back().unit = smallest;
      out.back().length = last_end - out.back().at;
      continue;
    }
    DurationMention mention{.statement = index, .at = at, .length = g[0].text.size(), .value = value, .unit = smallest};
    const bool word_number = !g[1].text.empty() && (g[1].text[0] < '0' || g[1].text[0] > '9');
    mention.approximate = approximate_before(text, at) || (word_number && unit >= kHour);
    out.push_back(mention);
  }
  std::ranges::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), {}, &DurationMention::at);
}

std::optional<TimeZone> zone_in(std::string_view text) {
  static const Regex zone(std::string(R"((?:^|[\s(,/\[])()") + std::string(kZonePattern) + R"()(?:$|[\s),;.\]:]))");
  const auto g = zone.find(text);
  return g.empty() || g[1].text == "Z" ? std::nullopt : zone_of(g[1].text);
}

// "All times are UTC", "Alle Zeiten in CET", "Time zone: UTC".
std::optional<TimeZone> declared_zone(const PostMortem& text) {
  static const Regex said(
      R"(\b(all times|times (are|in|given)|timestamps? (are|in)|time ?zone|alle zeiten|alle zeitangaben|zeiten (in|sind)|zeitangaben|zeitzone|uhrzeiten)\b)");
  for (const Statement& statement : text.statements) {
    if (statement.kind == Kind::Code || !said.found_in(statement.text)) continue;
    if (const auto zone = zone_in(statement.text)) return zone;
  }
  return std::nullopt;
}

// "In UTC it began at 21:41"
std::optional<TimeZone> zone_before(std::string_view words) {
  static const Regex said(std::string(R"(\b(?:in|nach)\s()") + std::string(kZonePattern) + R"()\b[^.;|0-9]{0,40}$)");
  const auto g = said.find(words);
  return g.empty() ? std::nullopt : zone_of(g[1].text);
}

std::optional<TimeZone> zone_around(const PostMortem& text, const TimeMention& time,
                                    const std::optional<TimeZone>& all) {
  const Statement& statement = text.statements[time.statement];
  if (statement.kind == Kind::Code) return std::nullopt;
  if (statement.table != kNone) {
    const Table& table = text.tables[statement.table];
    size_t column = 0;
    for (size_t at = statement.text.find(" | "); at < time.at; at = statement.text.find(" | ", at + 1)) ++column;
    if (column < table.header.size()) {
      if (const auto zone = zone_in(table.header[column])) return zone;
    }
  }
  size_t budget = 8;
  for (size_t at = statement.section; at != kNone && budget > 0; at = text.sections[at].parent, --budget) {
    if (const auto zone = zone_in(text.sections[at].title)) return zone;
  }
  return all;
}

// The date that a time has by what stands around it.
void date_times(const PostMortem& text, Mentions& out) {
  static const Regex between(R"(^[\s,T|(]*(at|um|gegen|ab|~)?[\s~]*$)");
  static const Regex later(R"(^[\s,(]*(on|am|den|of)?\s*$)");
  size_t first_date = 0;
  std::optional<Date> table_date;
  size_t table = kNone;
  for (TimeMention& time : out.times) {
    const Statement& statement = text.statements[time.statement];
    while (first_date < out.dates.size() && out.dates[first_date].statement < time.statement) ++first_date;
    const std::string_view words = statement.text;
    const DateMention* before = nullptr;
    for (size_t d = first_date; d < out.dates.size() && out.dates[d].statement == time.statement; ++d) {
      const DateMention& date = out.dates[d];
      if (date.at < time.at) {
        before = &date;
      } else if (later.found_in(words.substr(time.at + time.length,
                                             date.at - time.at - std::min(time.length, date.at - time.at)))) {
        time.date = date.date;
        time.own_date = true;
      }
    }
    if (!time.own_date && before != nullptr) {
      time.date = before->date;
      const size_t end = before->at + before->length;
      time.own_date = end <= time.at && between.found_in(words.substr(end, time.at - end));
    }
    if (statement.table != kNone) {
      if (statement.table != table) table_date.reset();
      table = statement.table;
      if (time.date) table_date = time.date;
      if (!time.date) time.date = table_date;
    }
    size_t budget = 8;
    for (size_t at = statement.section; !time.date && at != kNone && budget > 0;
         at = text.sections[at].parent, --budget) {
      const size_t heading = text.sections[at].statement;
      const auto date = std::ranges::lower_bound(out.dates, heading, {}, &DateMention::statement);
      if (date != out.dates.end() && date->statement == heading && heading != time.statement) time.date = date->date;
    }
    if (!time.date) time.date = out.report_date;
    if (time.date && !time.date->year && out.report_date) time.date->year = out.report_date->year;
  }
}

void share_zones(const PostMortem& text, Mentions& out) {
  static const Regex range(R"(^\s*(–|—|-|to|until|bis|and|und|/|→)\s*$)");
  for (TimeMention& time : out.times) {
    const Statement& statement = text.statements[time.statement];
    if (time.own_zone || statement.kind == Kind::Code) continue;
    if (const auto zone = zone_before(std::string_view(statement.text).substr(0, time.at))) {
      time.zone = zone;
      time.own_zone = true;
    }
  }
  for (size_t i = out.times.size(); i-- > 1;) {
    TimeMention& first = out.times[i - 1];
    const TimeMention& second = out.times[i];
    if (first.statement != second.statement || first.own_zone || !second.own_zone) continue;
    const size_t end = first.at + first.length;
    if (end > second.at) continue;
    if (!range.found_in(std::string_view(text.statements[first.statement].text).substr(end, second.at - end))) continue;
    first.zone = second.zone;
    first.own_zone = true;
  }
  for (TimeMention& time : out.times) {
    if (!time.zone) time.zone = zone_around(text, time, out.zone);
  }
}

// The date that the report is about: the one labelled so, else the first with a year.
std::optional<Date> date_of_report(const PostMortem& text, const std::vector<DateMention>& dates) {
  static const Regex label(R"(^(date|datum|incident date|date of (the )?incident|when|wann|vorfall)\b)");
  std::optional<Date> first;
  for (const DateMention& mention : dates) {
    const Statement& statement = text.statements[mention.statement];
    if (!mention.date.year || statement.kind == Kind::Code) continue;
    if (label.found_in(statement.text)) return mention.date;
    if (!first) first = mention.date;
  }
  return first;
}

}  // namespace

std::optional<Ns> zone_offset(std::string_view abbreviation) {
  for (const auto& [name, minutes] : kZones) {
    if (name == abbreviation) return minutes * kMinute;
  }
  return std::nullopt;
}

std::optional<Ns> TimeMention::local() const {
  if (!date || !date->year) return std::nullopt;
  const auto midnight = from_civil({.year = *date->year, .month = date->month, .day = date->day});
  if (!midnight) return std::nullopt;
  return *midnight + of_day;
}

std::optional<Ns> TimeMention::utc() const {
  const auto wall = local();
  if (!wall || !zone) return std::nullopt;
  return *wall - zone->offset;
}

std::vector<Ns> Mentions::between(const TimeMention& from, const TimeMention& to) const {
  Ns first = from.of_day;
  Ns second = to.of_day;
  if (from.zone && to.zone) {
    first -= from.zone->offset;
    second -= to.zone->offset;
  } else if ((from.zone || to.zone) && !one_zone) {
    return {};
  }
  const auto first_day = from.local();
  const auto second_day = to.local();
  const bool dated = first_day && second_day;
  const Ns days = dated ? (*second_day - to.of_day) - (*first_day - from.of_day) : 0;
  std::vector<Ns> out = {second - first + days};
  // A date that was only carried over from elsewhere may be the day before.
  if (!dated || !from.own_date || !to.own_date) {
    if (days == 0) {
      out.push_back(out[0] + kDay);
      out.push_back(out[0] - kDay);
    }
  }
  return out;
}

std::vector<const TimeMention*> Mentions::times_in(size_t statement) const {
  std::vector<const TimeMention*> found;
  for (auto at = std::ranges::lower_bound(times, statement, {}, &TimeMention::statement);
       at != times.end() && at->statement == statement; ++at) {
    found.push_back(&*at);
  }
  return found;
}

std::vector<const DurationMention*> Mentions::durations_in(size_t statement) const {
  std::vector<const DurationMention*> found;
  for (auto at = std::ranges::lower_bound(durations, statement, {}, &DurationMention::statement);
       at != durations.end() && at->statement == statement; ++at) {
    found.push_back(&*at);
  }
  return found;
}

Mentions find_mentions(const PostMortem& text) {
  Mentions out;
  for (size_t i = 0; i < text.statements.size(); ++i) {
    const Statement& statement = text.statements[i];
    find_dates(statement, i, out.dates);
    find_times(statement, i, out.times);
    find_durations(statement, i, text.german, out.durations);
  }
  std::ranges::sort(out.dates, {}, [](const DateMention& date) { return std::pair(date.statement, date.at); });
  out.report_date = date_of_report(text, out.dates);
  out.zone = declared_zone(text);
  share_zones(text, out);
  std::optional<Ns> offset;
  for (const TimeMention& time : out.times) {
    if (!time.zone) continue;
    if (offset && *offset != time.zone->offset) out.one_zone = false;
    offset = time.zone->offset;
  }
  date_times(text, out);
  return out;
}

}  // namespace inquest::review
