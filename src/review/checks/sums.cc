// Do sums, percentages, sizes and counts come out?
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kUnits = "https://man7.org/linux/man-pages/man7/units.7.html";

struct Number {
  double value = 0;
  double step = 1;  // of the last digit that was written
};

std::optional<Number> number_of(std::string_view text, bool german) {
  const char thousands = german ? '.' : ',';
  const size_t mark = text.find_first_of(".,");
  const bool grouped = mark != std::string_view::npos && text.size() - text.find_last_of(".,") == 4 &&
                       (text[mark] == thousands || std::ranges::count(text, text[mark]) > 1) && text[0] != '0';
  std::string digits;
  size_t decimals = 0;
  for (const char c : text) {
    if (c == '.' || c == ',') {
      if (!grouped) digits += '.';
    } else if (c >= '0' && c <= '9') {
      digits += c;
    }
  }
  if (const size_t dot = digits.find('.'); dot != std::string::npos) decimals = digits.size() - dot - 1;
  const auto value = parse_double(digits);
  if (!value) return std::nullopt;
  return Number{*value, std::pow(10.0, -static_cast<double>(decimals))};
}

// Bytes of one unit, decimal and binary; {0, 0} for what is none.
struct Scale {
  double decimal = 0;
  double binary = 0;
};

Scale scale_of(std::string_view unit) {
  const std::string small = lower(unit);
  if (small.empty()) return {1, 1};
  const int power = small[0] == 'k'   ? 1
                    : small[0] == 'm' ? 2
                    : small[0] == 'g' ? 3
                    : small[0] == 't' ? 4
                    : small[0] == 'b' ? 0
                                      : -1;
  if (power < 0) return {};
  const double binary = std::pow(1024.0, power);
  if (small.size() > 1 && small[1] == 'i') return {binary, binary};
  return {std::pow(1000.0, power), binary};
}

std::string plain(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// "16 GB + 16 GB = 32 GB", "2 x 32 GB = 64 GB".
void equations(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex equation(
      R"((?:^|[^\w.,+×*/=-])(\d[\d.,]*)\s*([kmgt]i?b?|bytes?|%|ms|s|min|h)?((?:\s*[+−×*x]\s*\d[\d.,]*\s*(?:[kmgt]i?b?|bytes?|%|ms|s|min|h)?\b)+)\s*(?:=|≈|→ insgesamt|makes|ergibt)\s*(~)?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?|bytes?|%|ms|s|min|h)?(?:$|[\s).,;:]))");
  static const Regex term(R"(([+−×*x])\s*(\d[\d.,]*\d|\d)\s*([kmgt]i?b?|bytes?|%|ms|s|min|h)?)");
  const std::string& text = subject.text.statements[index].text;
  for (const auto& g : equation.find_all(text, 5)) {
    const bool german = subject.text.german;
    const auto first = number_of(g[1].text, german);
    const auto total = number_of(g[5].text, german);
    if (!first || !total) continue;
    double sum = first->value;
    double step = std::max(first->step, total->step);
    std::string unit(g[2].text);
    bool usable = true;
    char last = 0;
    for (const auto& t : term.find_all(g[3].text, 20)) {
      const auto number = number_of(t[2].text, german);
      const bool product = t[1].text == "×" || t[1].text == "*" || t[1].text == "x";
      // Of mixed signs, and of terms in several units, the reading is not sure.
      if (!number || (last != 0 && last != (product ? '*' : t[1].text[0]))) {
        usable = false;
        break;
      }
      last = product ? '*' : t[1].text[0];
      if (!t[3].text.empty()) {
        if (!unit.empty() && lower(unit) != lower(t[3].text)) usable = false;
        unit = t[3].text;
      }
      step = std::max(product ? 0 : number->step, step);
      sum = product ? sum * number->value : t[1].text[0] == '+' ? sum + number->value : sum - number->value;
    }
    if (!usable || (!g[6].text.empty() && !unit.empty() && lower(unit) != lower(g[6].text))) continue;
    if (std::abs(sum - total->value) <= step * 1.01 + (g[4] ? 0.1 * sum : 0) + (step < 1 ? 0 : -step * 0.51)) continue;
    const std::string shown = printable(
        trim(text.substr(g[1].at, g[6] ? g[6].at + g[6].text.size() - g[1].at : g[5].at + g[5].text.size() - g[1].at)));
    object(subject, out, index, "sum-mismatch",
           fmt::format("\"{}\": it is {}{}{}.", shown, plain(sum), unit.empty() ? "" : " ", unit));
  }
}

// "11.5 % (15.7 GB of 136 GB)", "3 of 12 hosts (25 %)".
void percentages(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex share(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?)?\s*(?:of|von|out of|/)\s*~?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)?)");
  static const Regex percent(R"((\d[\d.,]*\d|\d)\s*(?:%|percent|prozent))");
  static const Regex of_which(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?)\b[^.;|0-9]{0,30}\b(?:of which|of these|davon|wovon)\s*(?:about |~)?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?)\b)");
  const std::string& text = subject.text.statements[index].text;
  const auto percents = percent.find_all(text, 3);
  auto shares = share.find_all(text, 3);
  if (shares.empty()) {
    // "128 GB, of which 96 GB (75 %)": the whole comes first.
    shares = of_which.find_all(text, 3);
    for (auto& g : shares) {
      std::swap(g[1], g[3]);
      std::swap(g[2], g[4]);
    }
  }
  if (percents.size() != 1 || shares.size() != 1) return;
  const auto& p = percents[0];
  const auto& s = shares[0];
  // They belong together where one stands in brackets behind the other, or right beside it.
  const size_t end = std::min(p[0].at + p[0].text.size(), s[0].at + s[0].text.size());
  const size_t start = std::max(p[0].at, s[0].at);
  if (start < end || start - end > 24) return;
  static const Regex bound(R"(^[^.;|]{0,20}\(\s*~?\s*$|^\s*(=|,|:|i\.e\.|or|also|are|is|sind|ist)?\s*~?\s*$)");
  if (!bound.found_in(std::string_view(text).substr(end, start - end))) return;
  const auto part = number_of(s[1].text, subject.text.german);
  const auto whole = number_of(s[3].text, subject.text.german);
  const auto said = number_of(p[1].text, subject.text.german);
  if (!part || !whole || !said || whole->value <= 0) return;
  double factor = 1;
  if (!s[2].text.empty() && !s[4].text.empty() && lower(s[2].text) != lower(s[4].text)) {
    const Scale a = scale_of(s[2].text);
    const Scale b = scale_of(s[4].text);
    if (a.binary == 0 || b.binary == 0) return;
    factor = a.binary / b.binary;
  }
  const bool counts = s[2].text.empty() && s[4].text.empty();
  const double ratio = 100.0 * part->value * factor / whole->value;
  // Each figure was rounded.
  const double slack =
      said->step + (counts ? 0 : 100.0 * part->step * factor / whole->value + ratio * whole->step / whole->value);
  const double free = 100 - ratio;
  if (std::abs(ratio - said->value) <= slack + 0.01 || std::abs(free - said->value) <= slack + 0.01) return;
  object(subject, out, index, "percentage-mismatch",
         fmt::format("{} is {} %, not {} %.", trim(s[0].text), plain(ratio), p[1].text));
}

// "+30G, done twice -> 63G": no size that the report names gives that.
void resizes(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex growth(R"(\+\s?(\d{1,6})\s?([GMT])i?B?\b)");
  static const Regex times(R"(\b(twice|two times|zweimal|doppelt|2x|2 mal|three times|dreimal|3x|3 mal|thrice)\b)");
  static const Regex result(
      R"((?:→|->|=|⇒|\bto\b|\bauf\b|\bergab\b|\bgave\b|\bended at\b|\bresult\w* in\b|\bnow\b|\bmade it\b)\s*~?(\d{1,6})\s?([GMT])i?B?\b)");
  static const Regex size(R"((?:^|[^+\d.,\w-])(\d{1,6})\s?([GMT])i?B?\b)");
  const std::string& text = subject.text.statements[index].text;
  const auto g = growth.find(text);
  const auto t = times.find(text);
  const auto r = result.find(text);
  if (g.empty() || t.empty() || r.empty() || lower(g[2].text) != lower(r[2].text)) return;
  const std::string word = lower(t[1].text);
  const int count = word.starts_with("th") || word.starts_with("dre") || word.starts_with('3') ? 3 : 2;
  const auto step = parse_int<int64_t>(g[1].text);
  const auto total = parse_int<int64_t>(r[1].text);
  if (!step || !total) return;
  std::optional<std::pair<int64_t, size_t>> base;
  for (const Statement& statement : subject.text.statements) {
    for (const auto& s : size.find_all(statement.text, 20)) {
      const auto value = parse_int<int64_t>(s[1].text);
      if (!value || lower(s[2].text) != lower(g[2].text) || *value >= *total) continue;
      if (*value + count * *step == *total) return;
      if (!base || *value < base->first) base = {{*value, statement.line}};
    }
  }
  if (!base) return;
  object(subject, out, index, "sum-mismatch",
         fmt::format("{0}{3} and {1} times {2}{3} are {4}{3}, not {5}{3}; no size that the report names gives {5}{3}.",
                     base->first, count, *step, g[2].text, base->first + count * *step, *total),
         {}, {base->second});
}

// A row "Total" of a table.
void totals(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex total(R"(^\W*(total|sum|summe|gesamt|insgesamt|overall)\W*$)");
  static const Regex cell(R"(^~?\s*(\d[\d.,]*\d|\d)\s*([a-z%]{0,6})$)");
  for (const Table& table : subject.text.tables) {
    for (size_t r = 2; r < table.rows.size(); ++r) {
      if (table.rows[r].cells.empty() || !total.found_in(table.rows[r].cells[0])) continue;
      for (size_t column = 1; column < table.rows[r].cells.size(); ++column) {
        const auto end = cell.find(table.rows[r].cells[column]);
        if (end.empty()) continue;
        const auto said = number_of(end[1].text, subject.text.german);
        double sum = 0;
        double step = 0;
        bool usable = said.has_value() && end[2].text != "%";
        for (size_t above = 0; above < r && usable; ++above) {
          const auto part = cell.find(table.rows[above].cells[column]);
          const auto number = part.empty() ? std::nullopt : number_of(part[1].text, subject.text.german);
          usable = number && lower(part[2].text) == lower(end[2].text);
          if (usable) {
            sum += number->value;
            step += number->step / 2;
          }
        }
        if (!usable || std::abs(sum - said->value) <=
                           (said->step < 1 || step < static_cast<double>(r) / 2 ? step + said->step : 0.01))
          continue;
        object(subject, out, table.rows[r].statement, "total-mismatch",
               fmt::format("The rows above give {} in column \"{}\", not {}.", plain(sum),
                           printable(table.header[column]), end[1].text),
               {}, {table.line});
      }
    }
  }
}

// "zfs_arc_max=8589934592" and "four gigabytes" beside it.
void byte_parameters(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex parameter(R"(\b\w*(?:max|min|size|limit|bytes)\w*=(\d{8,15})\b|\b(\d{8,15}) bytes\b)");
  static const Regex size(
      R"((?:^|[\s(~])(\d[\d.,]*\d|\d|one|two|three|four|five|six|seven|eight|ten|sixteen|ein|zwei|drei|vier|fünf|sechs|acht|zehn)[ -]?(gib|gb|g|mib|mb|gigabytes?|megabytes?|gibibytes?|tib|tb)(?:$|[\s).,;:]))");
  static constexpr std::pair<std::string_view, double> kWords[] = {
      {"one", 1},   {"two", 2},   {"three", 3}, {"four", 4},     {"five", 5}, {"six", 6},
      {"seven", 7}, {"eight", 8}, {"ten", 10},  {"sixteen", 16}, {"ein", 1},  {"zwei", 2},
      {"drei", 3},  {"vier", 4},  {"fünf", 5},  {"sechs", 6},    {"acht", 8}, {"zehn", 10}};
  const auto& statements = subject.text.statements;
  const auto g = parameter.find(statements[index].text);
  if (g.empty()) return;
  const auto bytes = parse_double(g[1] ? g[1].text : g[2].text);
  if (!bytes) return;
  // The size stands in the same sentence, or begins the next one.
  for (size_t at = index; at < std::min(index + 2, statements.size()); ++at) {
    if (at > index && (statements[at].kind == Kind::Heading || statements[at].kind == Kind::Code)) return;
    std::string_view text = statements[at].text;
    if (at == index) text.remove_prefix(g[0].at + g[0].text.size());
    const auto s = size.find(text.substr(0, 60));
    if (s.empty() || (at > index && s[0].at > 4)) continue;
    std::optional<double> value;
    for (const auto& [name, number] : kWords) {
      if (lower(s[1].text) == name) value = number;
    }
    double step = 1;
    if (!value) {
      const auto number = number_of(s[1].text, subject.text.german);
      if (!number) return;
      value = number->value;
      step = number->step;
    }
    std::string unit = lower(s[2].text);
    if (unit.starts_with("giga") || unit.starts_with("mega")) unit = unit.substr(0, 1) + "b";
    if (unit.starts_with("gibi")) unit = "gib";
    const Scale scale = scale_of(unit);
    const double low = std::abs(*bytes / scale.decimal - *value);
    const double high = std::abs(*bytes / scale.binary - *value);
    if (std::min(low, high) <= 0.51 * step + 0.01 * *value) return;
    object(subject, out, at, "size-mismatch",
           fmt::format("{:.0f} bytes are {} GiB ({} GB), not {} {}.", *bytes, plain(*bytes / std::pow(1024.0, 3)),
                       plain(*bytes / 1e9), s[1].text, s[2].text),
           {kUnits}, {statements[index].line});
    return;
  }
}

// "three changes:" and a list of four.
void counts(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex announced(
      R"(\b(?:the |these |following |die |folgende[nr]? |diese )*(two|three|four|five|six|seven|zwei|drei|vier|fünf|sechs|sieben) (?:\w+ ){0,2}?(changes|steps|reasons|causes|hosts|nodes|crashes|events|facts|witnesses|mistakes|errors|actions|things|findings|hypotheses|änderungen|schritte|gründe|ursachen|hosts|knoten|abstürze|ereignisse|tatsachen|zeugen|fehler|maßnahmen|dinge|befunde|hypothesen)[^.:;]{0,30}:\s*$)");
  static constexpr std::pair<std::string_view, size_t> kWords[] = {
      {"two", 2},  {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6},   {"seven", 7},
      {"zwei", 2}, {"drei", 3},  {"vier", 4}, {"fünf", 5}, {"sechs", 6}, {"sieben", 7}};
  const auto& statements = subject.text.statements;
  const auto g = announced.find(statements[index].text);
  if (g.empty()) return;
  size_t expected = 0;
  for (const auto& [name, number] : kWords) {
    if (lower(g[1].text) == name) expected = number;
  }
  // Items of the list that follows at once; those below an item are led by it.
  size_t items = 0;
  size_t block = kNone;
  for (size_t at = index + 1; at < statements.size() && statements[at].kind == Kind::Item; ++at) {
    if (statements[at].block == block) continue;
    block = statements[at].block;
    if (statements[at].lead == statements[index].text) ++items;
  }
  if (items < 2 || items == expected) return;
  object(subject, out, index, "count-mismatch",
         fmt::format("{} {} are announced; the list has {}.", g[1].text, g[2].text, items));
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.withdrawn) continue;
    byte_parameters(subject, i, out);
    if (statement.kind == Kind::Code) continue;
    equations(subject, i, out);
    percentages(subject, i, out);
    resizes(subject, i, out);
    counts(subject, i, out);
  }
  totals(subject, out);
}

}  // namespace

extern const Check sums_check;
const Check sums_check{"do sums, percentages, sizes and counts come out?", run};

}  // namespace inquest::review
